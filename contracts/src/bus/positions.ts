import { z } from 'zod';
import { instant, point, score, slug } from '../primitives.ts';

/** What the API says of positions counts for so long, ms: while it is away, there are none. */
export const POSITIONS_VALID_MS = 30_000;
/** The API says it again so often, ms. */
export const POSITIONS_RENEW_MS = 10_000;

/**
 * A badge while one person wears it, for one day. The API alone knows which badge and which person that
 * is; on the next day, and with the next wearer, the badge has another one.
 */
export const badgeHandle = z
  .string()
  .regex(/^[A-Za-z0-9_-]{16}$/, 'must be a handle: 16 characters of base64url');

/** A badge was found. Only of people who agreed to badge tracking and to names in video. */
export const positionFix = z.object({
  handle: badgeHandle.describe('The badge, for this day.'),
  reader: z
    .string()
    .min(1)
    .max(128)
    .describe('What found it and stamped its time: each has a clock of its own.'),
  at: instant.describe('When it was found, by the clock of the reader.'),
  arrivedAt: instant.describe('When the API heard of it.'),
  position: point.describe(
    'Metres on the floor plan, x east, y north; of a portal, the centre of its zone.',
  ),
  accuracy: z
    .number()
    .positive()
    .describe('Standard deviation along each axis in metres; of a portal, the radius of its zone.'),
  isZone: z.boolean().describe('A read of a portal: a zone and a time, not a point.'),
});
export type PositionFix = z.infer<typeof positionFix>;

/** The newest fixes on one floor plan. */
export const positionsContent = z.object({
  floorPlan: slug.describe('Id of the floor plan.'),
  at: instant.describe('When this was told; one that is older than 10 s counts for nothing.'),
  fixes: z.array(positionFix).min(1).max(500).describe('In order of arrival.'),
});
export type PositionsContent = z.infer<typeof positionsContent>;

/** What holds for all fixes of a floor plan; it counts until `validUntil`. */
export const positionsStateContent = z.object({
  floorPlan: slug.describe('Id of the floor plan.'),
  day: z.iso
    .date()
    .describe('The day of the handles, at the site. Those of another day are to be forgotten.'),
  withdrawn: z
    .array(badgeHandle)
    .max(5_000)
    .describe(
      'Handles of this day that may no longer be used: a consent was withdrawn, or the badge was handed in. All that rests on them is to be forgotten.',
    ),
  suspect: z
    .array(badgeHandle)
    .max(1_000)
    .default([])
    .describe(
      'Handles of this day of badges that were handed over in view, and of the two days before where that was since then. None of them may be confirmed until a person has looked.',
    ),
  unseenBadge: score.describe(
    'Share of the people admitted who wear a badge and did not agree: it is never published.',
  ),
  noBadge: score.describe('Share of the people admitted who have no badge.'),
  at: instant.describe('When this was so.'),
  validUntil: instant.describe('From then on no position counts, and no name is given.'),
});
export type PositionsStateContent = z.infer<typeof positionsStateContent>;

/** The content as text, and its signature for each worker in force. */
export const positionsNotice = z.object({
  content: z.string().max(200_000).describe('The content, as the text of a JSON object.'),
  signatures: z
    .record(z.string().max(128), z.string().regex(/^[0-9a-f]{64}$/))
    .describe('By worker: the signature of the content with the bus key of that worker.'),
});
export type PositionsNotice = z.infer<typeof positionsNotice>;
