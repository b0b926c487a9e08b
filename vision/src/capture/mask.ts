/**
 * Hides what a camera's address must not show in logs, messages and health: the user and password
 * before the `@`, and values of query parameters that look like secrets.
 */
export function maskCredentials(text: string): string {
  return text
    .replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/]*@/gi, '$1***@')
    .replace(/([?&](?:pass(?:word|wd)?|pwd|token|secret|auth)=)[^\s&'"]*/gi, '$1***');
}
