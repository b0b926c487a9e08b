import {
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
} from 'node:crypto';
import type { EdgeKey, EdgeSigned } from './permits.ts';

/** No other use of the key can give a text that begins so. */
const DOMAIN = 'anshi edge permits v1\n';

/** The id of a public key (SPKI in base64): 16 hexadecimal digits. */
export const edgeKeyId = (publicKey: string): string =>
  createHash('sha256').update(publicKey).digest('hex').slice(0, 16);

/** A new pair: the private half as PKCS #8 in base64, which only the API may see. */
export function newEdgeKeyPair(): EdgeKey & { privateKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const text = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  return {
    keyId: edgeKeyId(text),
    publicKey: text,
    privateKey: privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
  };
}

/** @param privateKey PKCS #8 in base64. */
export function signEdge(privateKey: string, keyId: string, content: string): EdgeSigned {
  const key = createPrivateKey({
    key: Buffer.from(privateKey, 'base64'),
    format: 'der',
    type: 'pkcs8',
  });
  const signature = sign(null, Buffer.from(DOMAIN + content), key).toString('base64url');
  return { keyId, content, signature };
}

/** @param publicKey SPKI in base64; one that is no key verifies nothing. */
export function verifyEdge(
  publicKey: string,
  { content, signature }: Pick<EdgeSigned, 'content' | 'signature'>,
): boolean {
  try {
    const key = createPublicKey({
      key: Buffer.from(publicKey, 'base64'),
      format: 'der',
      type: 'spki',
    });
    if (key.asymmetricKeyType !== 'ed25519') return false;
    const bytes = Buffer.from(DOMAIN + content);
    return verify(null, bytes, key, Buffer.from(signature, 'base64url'));
  } catch {
    return false;
  }
}

/** The digest of a card in the list of one point: 16 bytes in base64url. */
export const edgeCardDigest = (hashKey: string, card: string): string =>
  createHmac('sha256', Buffer.from(hashKey, 'base64url'))
    .update(card)
    .digest()
    .subarray(0, 16)
    .toString('base64url');
