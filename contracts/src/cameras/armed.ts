import { z } from 'zod';
import { machineActivity } from '../bus/machine-state.ts';
import { slug } from '../primitives.ts';

export const weekday = z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']);
const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be HH:MM');

/**
 * When a zone is armed: its rules apply then, and at no other time. A rule that says it itself goes by
 * that alone. What is not known arms: a state that nobody told, or that is over.
 */
export const armedWhen = z.discriminatedUnion('by', [
  /** While a machine is in one of these states; an unknown state counts as running. */
  z.strictObject({
    by: z.literal('machine').describe('What arms it.'),
    machine: slug.describe('Id of the machine.'),
    states: z.array(machineActivity).min(1).default(['running']).describe('Its states that arm.'),
  }),
  /** Between two times of the plant; one that ends before it begins ends on the next day. */
  z.strictObject({
    by: z.literal('shift').describe('What arms it.'),
    from: time.describe('When it begins, HH:MM at the plant.'),
    to: time.describe('When it ends.'),
    days: z
      .array(weekday)
      .min(1)
      .max(7)
      .optional()
      .describe('The days on which it begins; left out, each day.'),
  }),
  /** In the hours of the working calendar, or outside of them. */
  z.strictObject({
    by: z.literal('calendar').describe('What arms it.'),
    while: z.enum(['working', 'resting']).describe('In its hours, or outside of them.'),
  }),
  /** While a work permit holds in the area, or while none does. */
  z.strictObject({
    by: z.literal('permit').describe('What arms it.'),
    while: z.enum(['active', 'none']).describe('While a permit holds, or while none does.'),
    kinds: z
      .array(slug)
      .min(1)
      .max(16)
      .optional()
      .describe('Words of the dictionary `special-work`; left out, each kind.'),
    area: slug.optional().describe('The area whose permits count; left out, that of the zone.'),
  }),
]);
export type ArmedWhen = z.infer<typeof armedWhen>;
/** What the API tells; machines are known to the worker itself. */
export type ArmedByApi = Exclude<ArmedWhen, { by: 'machine' }>;

interface Zoned {
  readonly id: string;
  readonly area?: string | undefined;
  readonly armed?: ArmedWhen | undefined;
}
interface Ruled {
  readonly id: string;
  readonly zone?: string | undefined;
  readonly line?: string | undefined;
  readonly armed?: ArmedWhen | undefined;
}

/** A condition with what it arms. */
export interface Armed {
  /** The zone, or the line of a rule without one: with the camera, the place that a topic names. */
  readonly place: string;
  /** The rule that it is of; null for the zone and all its rules. */
  readonly rule: string | null;
  readonly when: ArmedWhen;
  /** The area of the zone. */
  readonly area: string | null;
}

/** The place of rules that have neither zone nor line. */
const ANYWHERE = 'anywhere';

/** What arms a rule: what it says itself, else what its zone says; null where it always applies. */
export function armedOf(rule: Ruled, zones: readonly Zoned[]): Armed | null {
  const zone = zones.find(({ id }) => id === rule.zone);
  const when = rule.armed ?? zone?.armed;
  if (when === undefined) return null;
  return {
    place: rule.zone ?? rule.line ?? ANYWHERE,
    rule: rule.armed === undefined ? null : rule.id,
    when,
    area: zone?.area ?? null,
  };
}

/** The zones of a camera that say when they are armed, and the rules that do so themselves. */
export function armedIn(camera: { zones: readonly Zoned[]; rules: readonly Ruled[] }): Armed[] {
  const zones = camera.zones.flatMap(({ id, area, armed }) =>
    armed ? [{ place: id, rule: null, when: armed, area: area ?? null }] : [],
  );
  const rules = camera.rules.flatMap((rule) => {
    const own = rule.armed ? armedOf(rule, camera.zones) : null;
    return own ? [own] : [];
  });
  return [...zones, ...rules];
}
