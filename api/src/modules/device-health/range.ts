import { Problem } from '../../platform/http/errors.ts';

const DAY_MS = 86_400_000;
/** What is shown where no beginning is given. */
const USUAL_DAYS = 90;
const MOST_DAYS = 100;

/** @throws Problem where the time ends before it begins, or is too long. */
export function rangeOf(
  given: { from?: string | undefined; to?: string | undefined },
  now = Date.now(),
): { from: Date; to: Date } {
  const to = given.to === undefined ? now + DAY_MS : Date.parse(given.to);
  const from = given.from === undefined ? to - USUAL_DAYS * DAY_MS : Date.parse(given.from);
  if (from >= to || to - from > (MOST_DAYS + 1) * DAY_MS) throw new Problem('device-health.range');
  return { from: new Date(from), to: new Date(to) };
}
