import type { Body } from './body.ts';
import type { IdentifySettings } from './settings.ts';
import { WALK } from './vanished.ts';

/**
 * Whether a person in sight may be one who went out of sight alone before and came back. Then the two are not rivals for a
 * badge: what was known of the one who left is no evidence against the one who came.
 *
 * Who was seen while the other one still was is another person, and so is one who is too far for a walk since then. Who
 * went into a doubt with others is probably still among them.
 */
export function mayHaveReturned(
  hidden: Body,
  body: Body,
  { comesOutMetres }: IdentifySettings,
): boolean {
  const left = hidden.at;
  const ms = body.from - left;
  if (ms <= 0) return false;
  // One of those who went into a doubt that no other person can have come out of.
  if (body.cameFrom && !body.cameFrom.isOpen) return false;
  const isAlone = hidden.segments.every(
    ({ into }) => !into || [...into.entered].every((one) => hidden.segments.includes(one)),
  );
  if (!isAlone) return false;
  const [x, y] = hidden.floor;
  const metres = Math.hypot(body.entry[0] - x, body.entry[1] - y);
  return metres <= comesOutMetres + (WALK * ms) / 1000;
}
