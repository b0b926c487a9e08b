const two = (n: number): string => String(n).padStart(2, '0');

/** The value of a `datetime-local` field, to the minute. */
export const localInput = (at: Date): string =>
  `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;

/** The instant of such a field, RFC 3339. */
export const instantOf = (local: string): string => new Date(local).toISOString();
