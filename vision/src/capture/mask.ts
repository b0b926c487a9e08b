/**
 * Hides what a camera's address must not show in logs, messages and health: the user and password
 * before the `@`, and values of query parameters that look like secrets.
 */
export function maskCredentials(text: string): string {
  return (
    text
      // Up to the last @ of the word: people write passwords with / and ? in them as they are.
      .replace(/([a-z][a-z0-9+.-]*:\/\/)\S*@/gi, '$1***@')
      .replace(
        /([?&][\w.-]*(?:pass|pwd|psw|token|secret|auth|key|sign?)[\w.-]*=)[^\s&'"]*/gi,
        '$1***',
      )
  );
}
