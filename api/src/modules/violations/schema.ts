import {
  badgeHandle,
  bilingual,
  box,
  clipMissingReason,
  crossingDirection,
  detectedBox,
  instant,
  pathPoint,
  point,
  score,
  severity,
  slug,
  snapshotMissingReason,
  ulid,
  violationArming,
  violationIdentity,
  violationKind,
  violationRule,
  violationSubject,
  violationWhy,
} from '@anshi/contracts';
import { z } from 'zod';
import { commaSeparated, pageOf, pageQuery, prose } from '../../platform/kit/schemas.ts';
import { NOT_TAKEN, operatorSchema, ownClipMissingReasons } from './operator-schema.ts';

export const violationStatus = z.enum(['pending', 'confirmed', 'dismissed']);
/**
 * Reasons for a dismissal. `item-worn` and `not-a-person` name the detector's error, for training;
 * `false-detection` only says that there was one.
 */
export const dismissReason = z.enum([
  'false-detection',
  'allowed-work',
  'duplicate',
  'other',
  'item-worn',
  'not-a-person',
]);

export const reviewer = z.object({ id: z.string(), displayName: bilingual });
/** The verdict that counts; null for none. */
export const verdictSchema = z
  .object({
    by: reviewer,
    at: instant,
    reason: dismissReason.nullable(),
    note: z.string().nullable(),
  })
  .nullable();

const rendition = z
  .enum(['ready', 'being-made', 'failed'])
  .describe(
    'The rendition with blurred faces, which the address gives: it is there, comes by itself, or cannot be made.',
  );

const person = z.object({ id: ulid, name: z.string() });
/** Who it was, as far as the reader may see it. */
export const identitySchema = violationIdentity
  .extend({
    candidates: z
      .array(
        violationIdentity.shape.candidates.element.extend({
          person: person
            .nullable()
            .describe('Who wears it; null where that is not known any more.'),
        }),
      )
      .describe('The badges that may be the actor’s, most probable first; for reviewers alone.'),
    person: person
      .extend({
        basis: z
          .enum(['badge', 'reviewer', 'session'])
          .describe(
            'A confirmed identity, a candidate that the reviewer chose, or a sign-on at the machine.',
          ),
        reason: z.string().nullable().describe('Why the reviewer chose that candidate.'),
        consentEndedAt: instant
          .nullable()
          .describe('When the person took back a consent; the name stays by legal duty.'),
      })
      .nullable()
      .describe('Who it was; null where nobody was confirmed. Of record once it has a verdict.'),
  })
  .meta({ id: 'ViolationIdentity' });

export const violationSchema = z
  .object({
    id: ulid,
    rule: violationRule,
    ruleId: slug,
    severity,
    camera: slug,
    cameraName: bilingual,
    site: slug,
    zone: slug.nullable(),
    zoneName: bilingual.nullable(),
    line: slug.nullable(),
    lineName: bilingual.nullable(),
    direction: crossingDirection.nullable(),
    startedAt: instant,
    confirmedAt: instant,
    endedAt: instant.nullable(),
    recordedAt: instant,
    confidence: score,
    item: slug
      .nullable()
      .describe('The missing item, a word of the dictionary `ppe-item`; of `missing-ppe` alone.'),
    subject: violationSubject,
    actor: z
      .string()
      .nullable()
      .describe(
        'The person in this camera, over several tracks; null for a zone or machine, and for records of before there were actors.',
      ),
    tracks: z
      .array(z.string())
      .describe(
        'The person in the picture, as long as the tracker followed them; oldest first. Of a zone or a machine: the people in the zone when it was confirmed.',
      ),
    box: box.nullable().describe('Left, top, right, bottom in pixels of the snapshot.'),
    floor: point.nullable().describe('Foot point in metres on the floor plan, x east, y north.'),
    path: z
      .array(pathPoint)
      .describe('Where the person was on the floor in the 5 s before; empty where not known.'),
    arming: violationArming
      .nullable()
      .describe('What armed the rule, as it was; an unknown machine was taken as running.'),
    identity: identitySchema.nullable().describe('Who it was by badges; null where not known.'),
    operator: operatorSchema
      .nullable()
      .describe('Of `unqualified-operator` alone, which no camera watches; null for other rules.'),
    trade: z
      .object({
        id: slug.describe('A word of the dictionary special-work-category.'),
        name: bilingual,
        chosen: z.boolean().describe('A reviewer chose it; else it was derived from the place.'),
      })
      .nullable()
      .describe('The trade of special work that it was in; two of one trade fail the review.'),
    why: violationWhy
      .nullable()
      .describe('Why it was recorded; null for records of before that was kept.'),
    snooze: z
      .object({
        id: ulid.describe('Id of the snooze.'),
        reason: z.string().describe('Why.'),
        by: bilingual.nullable().describe('Who asked for it.'),
        until: instant.describe('Until when it was to last.'),
      })
      .nullable()
      .describe('Why nobody was told of it and no beacon sounded; null where nothing rested.'),
    status: violationStatus,
    verdict: verdictSchema,
    version: z
      .number()
      .int()
      .describe(
        'Moves with every verdict, and when more becomes known of who it was; send it with the next verdict. A clip does not move it.',
      ),
    model: z.object({ name: slug, version: z.string() }),
    modelLog: z
      .string()
      .nullable()
      .describe('The entry of the model log that the camera was judged by.'),
    snapshot: z
      .object({
        url: z.string(),
        width: z.number().int(),
        height: z.number().int(),
        takenAt: instant,
        boxes: z.array(detectedBox),
        rendition,
      })
      .nullable(),
    snapshotMissing: z
      .object({
        reason: z.enum([...snapshotMissingReason.options, NOT_TAKEN]),
        message: z.string(),
      })
      .nullable(),
    clip: z
      .object({
        url: z.string(),
        boxesUrl: z.string().nullable(),
        durationSeconds: z.number(),
        from: instant,
        to: instant,
        partial: z.boolean(),
        rendition,
      })
      .nullable()
      .describe('Null until it is there.'),
    clipMissing: z
      .object({
        reason: z.enum([...clipMissingReason.options, ...ownClipMissingReasons]),
        message: z.string(),
      })
      .nullable()
      .describe('Why no clip will come.'),
  })
  .meta({ id: 'Violation', description: 'A violation detected by a camera, with its review.' });

export type Violation = z.infer<typeof violationSchema>;

export const listQuery = z.object({
  ...pageQuery(),
  status: commaSeparated(violationStatus)
    .optional()
    .describe('One or more of pending, confirmed, dismissed, with commas between.'),
  rule: commaSeparated(violationKind)
    .optional()
    .describe('One or more rules, with commas; `missing-ppe/helmet` for one item.'),
  camera: commaSeparated(slug).optional().describe('One or more cameras, with commas.'),
  from: instant.optional().describe('Started at this instant or later.'),
  to: instant.optional().describe('Started before this instant.'),
  order: z.enum(['newest', 'oldest']).default('newest'),
});
export type ListQuery = z.infer<typeof listQuery>;

export const violationPage = pageOf(violationSchema)
  .extend({
    counts: z
      .object({ pending: z.number().int() })
      .optional()
      .describe('On the first page: how many violations wait for a verdict in all.'),
  })
  .meta({ id: 'ViolationPage' });

const version = z.number().int().min(1);
const note = z.string().trim().max(2000).optional();

/** A candidate whom the reviewer takes for the one. */
export const chosenCandidate = z
  .strictObject({
    handle: badgeHandle.describe('Of the candidate.'),
    reason: prose(500).min(1).describe('Why this one: it stays with the record.'),
  })
  .describe('Left out, a confirmed identity counts, and else nobody is named.');

export const verdictRequest = z
  .discriminatedUnion('decision', [
    z.object({
      decision: z.literal('confirm'),
      note,
      candidate: chosenCandidate.optional(),
      version,
    }),
    z.object({ decision: z.literal('dismiss'), reason: dismissReason, note, version }),
    z.object({ decision: z.literal('reopen'), note, version }).describe('Undoes a verdict.'),
  ])
  .meta({ id: 'VerdictRequest' });
export type VerdictRequest = z.infer<typeof verdictRequest>;

export const tradeRequest = z
  .strictObject({
    trade: slug
      .nullable()
      .describe('A word of the dictionary special-work-category; null: in no trade.'),
    version,
  })
  .meta({ id: 'ViolationTradeRequest' });
export type TradeRequest = z.infer<typeof tradeRequest>;

export const verdictHistory = z
  .object({
    items: z.array(
      z.object({
        decision: z.enum(['confirm', 'dismiss', 'reopen']),
        reason: dismissReason.nullable(),
        note: z.string().nullable(),
        by: reviewer,
        at: instant,
        version: z.number().int(),
      }),
    ),
  })
  .meta({ id: 'VerdictHistory', description: 'Every verdict that was given, oldest first.' });
