import { z } from 'zod';
import { machineSeen } from '../bus/machine-state.ts';
import { box } from '../primitives.ts';
import { cloudEvent } from './cloud-event.ts';
import {
  confirmedCommon,
  type ViolationConfirmed,
  violationBlurred,
  violationClipReady,
  violationConfirmed,
  violationEnded,
  violationFollowed,
  violationIdentified,
} from './violation.ts';

/**
 * A confirmed violation as workers reported it until version 2 of the contract. Such events may wait
 * in the outbox of a worker.
 */
export const violationConfirmedV1 = cloudEvent(
  'cn.anshi.violation.confirmed.v1',
  z.object({
    ...confirmedCommon,
    rule: z
      .enum([
        'missing-helmet',
        'missing-vest',
        'zone-intrusion',
        'line-crossing',
        'person-down',
        'hand-in-danger',
        'running',
        'climbing',
        'phone-use',
      ])
      .describe('The rule that was broken, with the missing item.'),
    track: z.string().max(64).describe('Id of the person’s track in this camera.'),
    box: box.describe('Where the person is in the snapshot, in picture pixels.'),
    machine: machineSeen
      .nullable()
      .default(null)
      .describe('State of the rule’s machine; null for a rule without one.'),
  }),
);
export type ViolationConfirmedV1 = z.infer<typeof violationConfirmedV1>;

/** The items that version 1 named in its rules. */
const ITEMS = { 'missing-helmet': 'helmet', 'missing-vest': 'vest' } as const;

/**
 * The same event in version 2. The actor stays unknown: version 1 named the track alone, and a person
 * can have several. Without an actor and a path it is joined with no other violation.
 */
export function upcastConfirmed(event: ViolationConfirmedV1): ViolationConfirmed {
  const { rule, track, machine, ...common } = event.data;
  const isPpe = rule === 'missing-helmet' || rule === 'missing-vest';
  return {
    ...event,
    type: 'cn.anshi.violation.confirmed.v2',
    data: {
      ...common,
      rule: isPpe ? 'missing-ppe' : rule,
      item: isPpe ? ITEMS[rule] : null,
      subject: 'person',
      actor: null,
      tracks: [track],
      path: [],
      arming: machine && { by: 'machine', machine },
      identity: null,
      why: null,
    },
  };
}

/** An event as it is received or lies in an outbox, of either version; it is read as version 2. */
export const receivedViolationEvent = z.discriminatedUnion('type', [
  violationConfirmed,
  violationEnded,
  violationClipReady,
  violationBlurred,
  violationIdentified,
  violationFollowed,
  violationConfirmedV1.transform(upcastConfirmed),
]);
