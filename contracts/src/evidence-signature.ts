import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { z } from 'zod';
import type { EvidenceAttributes } from './events/evidence-sealed.ts';
import { instant, slug, ulid } from './primitives.ts';

/**
 * Signatures of evidence. A worker makes a pair of keys (Ed25519) and signs, for each event of a
 * violation, a statement: the facts of the event, in them the digests of picture, video and boxes,
 * and the clock by which they are dated. The bytes of the statement are kept as they were signed, so
 * that neither side needs a canonical form and a signature can be checked years later without the
 * database. The reasons are in docs/decisions/0053-evidence-that-stands.md.
 *
 * For node only, therefore not in the index that browsers load.
 */

/** No other use of the key can give a text that begins so. */
const DOMAIN = 'anshi evidence v1\n';
/** Most bytes of a statement; an event on the bus has 256 KiB at most. */
export const STATEMENT_BYTES = 400_000;

/** The clock that dated the evidence, and what is known of its error. */
export const clockStatement = z.object({
  source: z
    .literal('system')
    .describe('Stream time, anchored to the system clock of the machine of the worker.'),
  aheadMs: z
    .number()
    .nullable()
    .describe(
      'How far it was ahead of the clock of the API, ms; null before the first comparison.',
    ),
  withinMs: z.number().nonnegative().nullable().describe('The error of that comparison, ms.'),
  comparedAt: instant.nullable().describe('When it was compared last, by its own time.'),
});
export type ClockStatement = z.infer<typeof clockStatement>;

/** What a worker signs. */
export const evidenceStatement = z.object({
  tenant: slug,
  worker: slug,
  event: z.string().min(1).max(128).describe('Id of the event.'),
  type: z.string().min(1).max(128).describe('Type of the event.'),
  violation: ulid,
  signedAt: instant.describe('By the clock of the worker.'),
  clock: clockStatement,
  data: z.record(z.string(), z.unknown()).describe('Facts of the event.'),
});
export type EvidenceStatement = z.infer<typeof evidenceStatement>;

/** A statement as it was signed. */
export interface EvidenceSeal {
  /** Id of the key, see {@link evidenceKeyIdOf}. */
  readonly key: string;
  /** JSON of an {@link EvidenceStatement}. */
  readonly statement: string;
  /** In base64. */
  readonly signature: string;
}

/** @returns the private half as PKCS #8 in PEM, the public half as SPKI in base64. */
export function newEvidenceKeyPair(): { privateKey: string; publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
  };
}

/** @returns the public half of a private key, as SPKI in base64. */
export const evidencePublicKeyOf = (privateKey: KeyObject): string =>
  createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).toString('base64');

/** @returns undefined where the text is no Ed25519 key (SPKI in base64). */
export function readEvidencePublicKey(publicKey: string): KeyObject | undefined {
  try {
    const der = Buffer.from(publicKey, 'base64');
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    return key.asymmetricKeyType === 'ed25519' ? key : undefined;
  } catch {
    return undefined;
  }
}

/** The id of a key: who knows it knows the key. @param publicKey SPKI in base64. */
export const evidenceKeyIdOf = (publicKey: string): string =>
  createHash('sha256').update(Buffer.from(publicKey, 'base64')).digest('hex').slice(0, 32);

/** @returns the attributes of the event that carry the signed statement. */
export function signEvidence(
  key: { readonly id: string; readonly privateKey: KeyObject },
  statement: EvidenceStatement,
): Required<EvidenceAttributes> {
  const text = JSON.stringify(statement);
  return {
    evidencekey: key.id,
    evidencestatement: deflateRawSync(text, { level: 1 }).toString('base64'),
    evidencesignature: sign(null, Buffer.from(DOMAIN + text), key.privateKey).toString('base64'),
  };
}

/**
 * The statement of an event as it was signed; proves nothing.
 *
 * @returns null where the event has none, or one that cannot be read.
 */
export function sealOf(event: EvidenceAttributes): EvidenceSeal | null {
  const { evidencekey: key, evidencestatement: packed, evidencesignature: signature } = event;
  if (key === undefined || packed === undefined || signature === undefined) return null;
  try {
    // An attacker's few bytes must not become many.
    const limits = { maxOutputLength: STATEMENT_BYTES };
    const bytes = inflateRawSync(Buffer.from(packed, 'base64'), limits);
    const statement = bytes.toString('utf8');
    return Buffer.from(statement).equals(bytes) ? { key, statement, signature } : null;
  } catch {
    return null;
  }
}

/**
 * Checks a signature.
 *
 * @param publicKey SPKI in base64.
 * @returns what was signed; null where this key did not sign it.
 */
export function readSeal(publicKey: string, seal: EvidenceSeal): EvidenceStatement | null {
  const key = readEvidencePublicKey(publicKey);
  if (!key || evidenceKeyIdOf(publicKey) !== seal.key) return null;
  const signed = Buffer.from(DOMAIN + seal.statement);
  if (!verify(null, signed, key, Buffer.from(seal.signature, 'base64'))) return null;
  return readStatement(seal.statement);
}

/** @returns null where the text is no statement. */
export function readStatement(text: string): EvidenceStatement | null {
  try {
    return evidenceStatement.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** SHA-256 of a statement, in hexadecimal: what the audit log names it by. */
export const statementDigest = (statement: string): string =>
  createHash('sha256').update(statement).digest('hex');
