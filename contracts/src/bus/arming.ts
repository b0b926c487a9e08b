import { z } from 'zod';
import { instant, slug, ulid } from '../primitives.ts';

/** A state of arming counts for so long after the API said it, ms; after that it arms. */
export const ARMING_VALID_MS = 60_000;
/** The API says it again so often, ms. */
export const ARMING_RENEW_MS = 15_000;

/** Why something is armed or not. */
export const armingCause = z.enum([
  'in-shift',
  'out-of-shift',
  'working',
  'resting',
  'permit-active',
  'permit-none',
  'permit-ended',
  'permit-suspended',
  'permit-revoked',
]);
export type ArmingCause = z.infer<typeof armingCause>;

const by = z.enum(['shift', 'calendar', 'permit']).describe('What arms it.');
const told = {
  cause: armingCause.nullable().describe('Why; null where it is not known.'),
  permit: ulid
    .nullable()
    .describe('The work permit that holds or ended last; null for none and for others.'),
  since: instant.nullable().describe('Since when it is so; null where that is not known.'),
  until: instant.nullable().describe('When it changes by itself; null where it does not.'),
};

/** One state of arming, as the API says it. */
export const armingState = z.object({
  rule: slug.nullable().describe('Id of the rule; null for the zone and all its rules.'),
  by,
  armed: z.boolean().describe('Whether it is armed.'),
  ...told,
});
export type ArmingState = z.infer<typeof armingState>;

/** What of one zone of a camera is armed. It counts until `validUntil`; what is over arms. */
export const armingContent = z.object({
  camera: slug.describe('Id of the camera.'),
  zone: slug.describe('Id of the zone, or of the line of rules without a zone.'),
  states: z
    .array(armingState)
    .max(201)
    .describe('Of the zone, and of rules that say it themselves.'),
  at: instant.describe('When this was so.'),
  validUntil: instant.describe('It says nothing from then on.'),
});
export type ArmingContent = z.infer<typeof armingContent>;

/**
 * What is retained: the content as text, and the signature of it for each worker in force.
 */
export const armingNotice = z.object({
  content: z.string().max(100_000).describe('The state, as the text of a JSON object.'),
  signatures: z
    .record(z.string().max(128), z.string().regex(/^[0-9a-f]{64}$/))
    .describe('By worker: the signature of the content with the bus key of that worker.'),
});
export type ArmingNotice = z.infer<typeof armingNotice>;

/** What armed a rule, as a worker knew it when it judged a frame. What is not known or over arms. */
export const armingSeen = z.object({
  zone: slug.describe('Id of the zone, or of the line of a rule without one.'),
  rule: slug.nullable().describe('Id of the rule that says it itself; null for the zone.'),
  by,
  state: z
    .enum(['armed', 'disarmed', 'unknown', 'expired'])
    .describe('`unknown`: nobody told it; `expired`: what was told is over. Both count as armed.'),
  ...told,
  at: instant.nullable().describe('When the API said it last; null where it did not.'),
});
export type ArmingSeen = z.infer<typeof armingSeen>;

/** The level of a topic that names a zone of a camera: ids hold no full stop. */
export const armingPlace = (camera: string, zone: string): string => `${camera}.${zone}`;
