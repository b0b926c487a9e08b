import { bilingual, EDGE_MOST_MINUTES, edgeFaults, instant, slug, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { changeOf, inputOf, recordOf } from '../../platform/kit/records.ts';
import { commaSeparated, line, pageOf, pageQuery, prose } from '../../platform/kit/schemas.ts';
import { decisions } from '../match/reasons.ts';
import { decisionKinds, gateDirections, gateKinds, publicCodes } from './words.ts';

const decision = z.enum(decisions).describe('`hold`: a named person has to look first.');
const kind = z.enum(gateKinds).describe('`start` of a machine, or `entry` to an area.');
const decidedKind = z
  .enum(decisionKinds)
  .describe('`start` of a machine, `entry` to an area, or `exit` from it: that is never refused.');
const code = z.enum(publicCodes).describe('One word of a few, without detail of health or exams.');

/** Who asks: a card, or the code of a personal sign-on; never a position. */
const asked = {
  point: slug.describe('The name of the point, as in its credential.'),
  card: line(128).min(1).optional().describe('What the reader read: badge id or EPC.'),
  code: z
    .string()
    .regex(/^\d{8}$/, 'must be 8 digits')
    .optional()
    .describe('The code of a personal sign-on, in the place of a card.'),
  at: instant.describe('When it was shown, by the clock of the point.'),
};
const oneOfBoth = ({ card, code }: { card?: string | undefined; code?: string | undefined }) =>
  (card === undefined) !== (code === undefined);
const either = { path: ['card'], message: 'either card or code' };
export const startBody = z
  .strictObject({ ...asked, machine: slug.describe('The machine that is to start.') })
  .refine(oneOfBoth, either)
  .meta({ id: 'MachineStartRequest' });
export const entryBody = z
  .strictObject({
    ...asked,
    plate: line(32)
      .min(2)
      .optional()
      .describe('The plate that a camera at the barrier read, in the place of a card.'),
    area: slug.describe('The area that is to be entered, or left at a point of its way out.'),
  })
  .refine(
    ({ card, code, plate }) => [card, code, plate].filter((one) => one !== undefined).length === 1,
    {
      path: ['card'],
      message: 'either card, code or plate',
    },
  )
  .meta({ id: 'AreaEntryRequest' });
export const keyHeader = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{8,64}$/, 'must be 8 to 64 printable characters')
    .describe('Made by the point for each card that is shown; sent again, the answer is the same.'),
});
export const gateAnswer = z
  .object({
    id: ulid,
    decision,
    reasons: z.array(z.object({ code, text: bilingual.describe('For the display of the point.') })),
    validUntil: instant.describe('From then on the point has to ask again.'),
    overridden: z.boolean().describe('A named person allowed it against the reasons.'),
  })
  .meta({ id: 'GateAnswer', description: 'It is no safety function.' });
export type GateAnswer = z.infer<typeof gateAnswer>;

const personRef = z.object({ id: ulid, name: z.string(), employeeNo: z.string() });
const shown = {
  id: ulid,
  kind: decidedKind,
  target: z.string().describe('Id of the machine or area.'),
  targetName: bilingual.nullable().describe('Its name.'),
  point: z.object({ id: ulid, name: bilingual }).describe('Where it was asked.'),
  decidedAt: instant.describe('When it was decided.'),
  decision,
  final: z.boolean().describe('Nobody may override it.'),
  validUntil: instant.describe('Until when it counts.'),
  correctedAt: instant
    .nullable()
    .describe(
      'When it was corrected that the card was that of another person than the decision names; null where it was not.',
    ),
};
export const decisionSchema = z
  .object({
    ...shown,
    card: z.string().nullable().describe('The card that was shown; null where a code was.'),
    person: personRef.nullable().describe('Null where the card names nobody.'),
    plate: z
      .string()
      .nullable()
      .describe('The plate that was read, or that of the vehicle of the tag.'),
    vehicle: ulid.nullable().describe('The vehicle of the plate or tag.'),
    codes: z.array(code).describe('Why, in the public words.'),
    override: z
      .object({
        id: ulid,
        reason: z.string().describe('As it was given.'),
        by: bilingual.nullable().describe('Who gave it.'),
        untilAt: instant.describe('Its end.'),
      })
      .nullable()
      .describe('By which it was allowed against the reasons.'),
    mayOverride: z.boolean().describe('Whether this account may override it now.'),
    superseded: z
      .boolean()
      .describe('It came too late: the gateway of the point had decided otherwise by then.'),
    edge: z
      .object({
        deliveredAt: instant.describe('When it came in.'),
        lateDecision: z
          .enum(['hold', 'deny'])
          .nullable()
          .describe('What it would have been by the API, where that refuses what was allowed.'),
      })
      .nullable()
      .describe('Of a decision that a gateway made while the API was away; null: the API made it.'),
  })
  .meta({ id: 'GateDecision' });
export type GateDecisionView = z.infer<typeof decisionSchema>;
export const decisionPage = pageOf(decisionSchema).meta({ id: 'GateDecisionPage' });
export const decisionQuery = z.strictObject({
  ...pageQuery(),
  decision: commaSeparated(z.enum(decisions)).optional(),
  kind: z.enum(decisionKinds).optional(),
  target: slug.optional().describe('Id of a machine or area.'),
  person: ulid.optional().describe('Id of a person.'),
  q: line(100).optional().describe('In name or number of the person, and in the plate.'),
});
export const ownDecisionSchema = z
  .object({
    ...shown,
    reasons: z
      .array(
        z.object({
          code: z.string().describe('The code of the reason.'),
          about: z
            .string()
            .nullable()
            .describe('Such as the category; null where the code says all.'),
          text: bilingual.describe('The reason.'),
          cure: bilingual.nullable().describe('What to do.'),
        }),
      )
      .describe('All of them, for the person.'),
    overridden: z.boolean().describe('A named person allowed it against the reasons.'),
    byOwnCard: z
      .boolean()
      .describe(
        'It names another person, for whom the card had been entered: without the reasons, which are of that person.',
      ),
  })
  .meta({ id: 'OwnGateDecision' });
export const ownDecisionPage = pageOf(ownDecisionSchema).meta({ id: 'OwnGateDecisionPage' });
export const ownQuery = z.strictObject({ ...pageQuery({ usual: 20 }) });
export const signOnAnswer = z
  .object({
    code: z.string().describe('Shown this once, and used once.'),
    validUntil: instant.describe('Until when it counts.'),
  })
  .meta({ id: 'GateSignOn' });

export const overrideBody = z
  .strictObject({
    reason: prose(500).min(5).describe('Why, for the record.'),
    hours: z.number().min(0.25).max(8).describe('When it ends: at most 8 hours.'),
  })
  .meta({ id: 'GateOverrideRequest' });
export const overrideSchema = z
  .object({
    id: ulid,
    person: personRef,
    kind,
    target: z.string().describe('Id of the machine or area.'),
    targetName: bilingual.nullable().describe('Its name.'),
    reason: z.string().describe('As it was given.'),
    by: bilingual.nullable().describe('Who gave it.'),
    fromAt: instant.describe('Its begin.'),
    untilAt: instant.describe('Its end.'),
    endedAt: instant.nullable().describe('When it was ended before its time.'),
  })
  .meta({ id: 'GateOverride' });
export const overrideList = z
  .object({ items: z.array(overrideSchema) })
  .meta({ id: 'GateOverrideList' });

const edgeListSchema = z.object({
  issuedAt: instant.nullable().describe('When it was made; null: it is being made.'),
  expiresAt: instant.nullable().describe('From then on nothing of it counts.'),
  entries: z.number().int().describe('Permits of it.'),
  isCut: z.boolean().describe('More people work there than a list holds.'),
  fetchedAt: instant.nullable().describe('When a gateway asked for it last; null: never.'),
  isCurrent: z.boolean().describe('The gateway has this list.'),
  lastDecisionAt: instant.nullable().describe('When the gateway decided last by itself.'),
  fault: z.enum(edgeFaults).nullable().describe('What the gateway refused last.'),
  faultAt: instant.nullable().describe('When it refused that.'),
  publicKey: z.string().nullable().describe('The key that signs it, for the gateway to pin.'),
});

const fields = {
  name: bilingual.describe('What people call it.'),
  machineId: slug.nullable().describe('The machine that it asks for.'),
  areaId: slug.nullable().describe('The area whose door it is.'),
  stopDevice: slug
    .nullable()
    .describe(
      'The device on site, of the kind machine-control, that is asked for a controlled stop where the right of an operator ends while the machine runs; null: none is asked.',
    ),
  direction: z
    .enum(gateDirections)
    .describe(
      'The side of the door: at `exit` people go out of the area. That is on record and never refused, whatever is shown.',
    ),
  edge: z.boolean().describe('A gateway may decide by a list of permits while the API is away.'),
  edgeMinutes: z
    .number()
    .int()
    .min(1)
    .max(EDGE_MOST_MINUTES)
    .describe('How long a list counts, minutes.'),
};
const device = { device: slug.describe('The name of its credential, of the kind gate.') };
export const pointInput = inputOf({
  ...device,
  ...fields,
  direction: fields.direction.default('entry'),
  edge: fields.edge.default(false),
  edgeMinutes: fields.edgeMinutes.default(15),
}).meta({ id: 'GatePointRequest' });
export const pointPatch = changeOf({
  ...fields,
  active: z.boolean().describe('One that is out of use is answered nothing.'),
}).meta({ id: 'GatePointPatch' });
export const pointSchema = recordOf({ ...device, ...fields })
  .extend({
    active: z.boolean().describe('One that is out of use is answered nothing.'),
    machineName: bilingual.nullable().describe('Name of its machine.'),
    areaName: bilingual.nullable().describe('Name of its area.'),
    credential: z
      .enum(['none', 'in-force', 'revoked'])
      .describe('Whether it has a credential that counts.'),
    lastAskedAt: instant.nullable().describe('When it asked last.'),
    operator: personRef.nullable().describe('Who operates its machine now.'),
    edgeList: edgeListSchema.nullable().describe('Its list of permits; null where it has none.'),
  })
  .meta({ id: 'GatePoint' });
export type GatePoint = z.infer<typeof pointSchema>;
export const pointList = z.object({ items: z.array(pointSchema) }).meta({ id: 'GatePointList' });

export const operationHistory = z
  .object({
    timeZone: z.string().describe('Of the plant: its days.'),
    items: z
      .array(
        z.object({
          machine: z.object({ id: z.string(), name: bilingual }).describe('The machine.'),
          sessions: z.number().int().describe('How often they operated it.'),
          hours: z.number().describe('In all, to a tenth.'),
          on: z.iso.date().describe('The last day.'),
          violations: z
            .number()
            .int()
            .nullable()
            .describe(
              'Confirmed violations in their file that happened meanwhile; null where this account may not read them.',
            ),
          incidents: z
            .number()
            .int()
            .nullable()
            .describe(
              'Confirmed incidents at the machine meanwhile, by any person; null likewise.',
            ),
        }),
      )
      .describe('The machine with the most hours first.'),
  })
  .meta({ id: 'OperationHistory', description: 'What a person operated, from their sign-ons.' });
export type OperationHistory = z.infer<typeof operationHistory>;
