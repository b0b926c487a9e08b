import { bilingual, instant, point, slug } from '@anshi/contracts';
import { z } from 'zod';
import { decisions } from '../match/reasons.ts';
import { reasonSchema } from '../match/schema.ts';

export const ownAreas = z
  .object({
    at: instant.describe('When it was decided.'),
    items: z.array(
      z.object({
        id: slug,
        name: bilingual,
        kind: z.string().describe('The kind of the area.'),
        site: z.object({ id: slug, name: bilingual }).describe('Its site.'),
        floorPlan: slug.nullable().describe('The plan that it lies on.'),
        outline: z.array(point).nullable(),
        ofPost: z.boolean(),
        door: z.boolean(),
        fence: z.boolean(),
        decision: z.enum(decisions),
        final: z.boolean().describe('A refusal that no override lifts.'),
        reasons: z.array(reasonSchema).describe('All of them, for the person; empty for allow.'),
        publicReasons: z
          .array(z.object({ code: z.string(), text: bilingual }))
          .describe('Without details of health or exams: what a copy on the phone may hold.'),
        overriddenUntil: instant
          .nullable()
          .describe('The person is let in by an override until then.'),
        validUntil: instant
          .nullable()
          .describe('The first later instant at which the answer may change by what is known.'),
      }),
    ),
  })
  .meta({ id: 'OwnAreaRights' });
