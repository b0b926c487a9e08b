import { hash, verify } from '@node-rs/argon2';
import { dictionary } from '@zxcvbn-ts/language-common';
import { Problem } from '../http/errors.ts';
import { FairQueue } from './fair-queue.ts';

/**
 * Maximum concurrent hashes. Each takes some 40 ms of a core and 19 MiB, in libuv's thread pool,
 * which the file system needs, too.
 */
const AT_ONCE = 2;
const queue = new FairQueue(AT_ONCE);

export const hashPassword = (password: string): Promise<string> =>
  queue.run('', () => hash(password));

let decoy: Promise<string> | undefined;

/**
 * Compares a password with the hash of an account, or with a dummy hash where there is none, so
 * that the response time does not reveal which names exist.
 *
 * @throws Problem `auth.busy`.
 */
export async function passwordMatches(
  passwordHash: string | null,
  password: string,
): Promise<boolean> {
  decoy ??= hash('nobody has this password');
  const other = await decoy;
  const matches = await queue.run('', () => verify(passwordHash ?? other, password));
  return matches && passwordHash !== null;
}

/** Common passwords that the list lacks: those of China, and of this product. */
const OURS =
  `12345678 123456789 1234567890 87654321 11111111 00000000 88888888 66666666 12341234 11223344
   password password1 password123 passw0rd p@ssw0rd p@ssword qwertyui qwerty123 qwertyuiop 1q2w3e4r
   1qaz2wsx q1w2e3r4 asdfghjk asdfghjkl zxcvbnm1 abc12345 abcd1234 a1b2c3d4 iloveyou 5201314520
   woaini1314 woaini520 aa123456 a123456789 admin123 admin1234 administrator welcome1 letmein1
   changeme sunshine princess football baseball superman anshi123 anquan123 12345678a`.split(/\s+/);
/** The most common passwords of published leaks that are long enough: 18,000 (NIST 800-63B, 5.1.1.2). */
const COMMON = new Set([
  ...OURS,
  ...dictionary['passwords-common'].filter(({ length }) => length >= 8),
]);
/** Words of this product. With digits and signs alone they are no password; see the manual. */
const CONTEXT =
  /anshi|anquan|security|safety|camera|admin(istrator)?|operator|plant|factory|安视|安全|管理员|工厂|摄像头/g;

/**
 * The rules of NIST 800-63B: minimum length, not among the most common, not a word of the product; no
 * composition rules and no expiry, which make people write passwords down.
 *
 * @throws Problem `auth.password-weak` with the rule.
 */
export function checkPassword(password: string, username: string): void {
  const refuse = (detail: string) => {
    throw new Problem('auth.password-weak', detail);
  };
  const length = [...password].length;
  if (length < 8) refuse('It must have at least 8 characters; a sentence is easy to remember.');
  if (length > 256) refuse('It must have at most 256 characters.');
  const plain = password.toLowerCase();
  const name = username.toLowerCase();
  if (name.length >= 3 && plain.includes(name)) refuse('It must not contain the user name.');
  if (COMMON.has(plain)) refuse('It is among the commonest passwords, which are tried first.');
  if (!/\p{L}/u.test(plain.replace(CONTEXT, '')) && plain.search(CONTEXT) >= 0) {
    refuse('It must not be words of this product with digits.');
  }
  if (new Set(plain).size < 3) refuse('It must not be one or two characters over and over.');
}
