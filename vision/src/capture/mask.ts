/** The replacement for a secret. */
const MASK = '***';

/**
 * Removes secrets of a camera's address from logs, messages and health: the user and password
 * before the `@`, and values of parameters with secret-like names, in the query and in the path.
 */
export function maskCredentials(text: string): string {
  return (
    text
      // Up to the last @ of the word: people write passwords with / and ? in them as they are.
      .replace(/([a-z][a-z0-9+.-]*:\/\/)\S*@/gi, `$1${MASK}@`)
      .replace(
        /([?&][\w.-]*(?:pass|pwd|psw|token|secret|auth|key|sign?)[\w.-]*=)[^\s&'"]*/gi,
        `$1${MASK}`,
      )
      // In a path, such as /user=admin_password=secret_channel=1: up to the next parameter.
      .replace(
        /([/_;][a-z.-]*(?:pass|pwd|psw|token|secret|auth|key|sign?)[a-z.-]*=)[^\s?&/'"]*?(?=[_;][a-z]+=|[\s?&/'"]|$)/gi,
        `$1${MASK}`,
      )
  );
}

/**
 * The same, and the given values wherever they stand, such as in a path: as they are and as they are
 * encoded in an address.
 */
export function createMask(secrets: readonly string[]): (text: string) => string {
  const forms = new Set(
    secrets
      .filter(Boolean)
      .flatMap((secret) => [secret, encodeURIComponent(secret), encodeURI(secret)]),
  );
  // The longest first, so that one that is a part of another does not leave the rest of it.
  const ordered = [...forms].sort((a, b) => b.length - a.length);
  return (text) =>
    maskCredentials(ordered.reduce((masked, secret) => masked.replaceAll(secret, MASK), text));
}
