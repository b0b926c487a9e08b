/** How far the clock of this browser is ahead of what the API says, ms; null before its first answer. */
let ahead: number | null = null;

/**
 * Takes the time from an answer of the API.
 *
 * @param date the header `date` of the answer; null for none.
 * @param receivedAt the clock of this browser when it came, ms.
 */
export function learnServerTime(date: string | null, receivedAt: number = Date.now()): void {
  const at = date === null ? Number.NaN : Date.parse(date);
  if (!Number.isNaN(at)) ahead = receivedAt - at;
}

/**
 * The time of the API as far as it is known, ms: never ahead of it, and a second or so behind, as its answers say the second.
 * Before the first answer it is the clock of this browser.
 */
export const serverNow = (): number => Date.now() - (ahead ?? 0);

/** As before the first answer: for tests. */
export function forgetServerTime(): void {
  ahead = null;
}
