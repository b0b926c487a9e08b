import { bilingual, instant, slug, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { line } from '../../platform/kit/schemas.ts';
import { matchJob } from './input.ts';
import { decisions } from './reasons.ts';
import { placeSchema } from './requirement.ts';

/** Age and medical check are asked by places alone: a free question about them would read them out. */
const ownJob = z
  .strictObject({
    area: matchJob.shape.area,
    machine: matchJob.shape.machine,
    kinds: matchJob.shape.kinds,
    posts: matchJob.shape.posts.max(20),
    certificates: matchJob.shape.certificates.max(20),
    skills: matchJob.shape.skills.max(20),
    permit: matchJob.shape.permit,
  })
  .partial()
  .describe('A job that stands in no register; what is left out is not asked for.');

export const matchRequest = z
  .strictObject({
    people: z
      .array(ulid)
      .min(1)
      .max(50)
      .optional()
      .describe('Decided and kept one by one; left out, all candidates are ranked.'),
    department: slug.optional().describe('Of the candidates.'),
    q: line(64).optional().describe('In name and number of the candidates.'),
    machine: slug.optional(),
    area: slug.optional(),
    post: ulid.optional(),
    job: ownJob.optional(),
    at: instant.optional().describe('The instant; now where it is left out.'),
    limit: z.number().int().min(1).max(200).default(100),
  })
  .meta({ id: 'MatchRequest' });
export type MatchRequest = z.infer<typeof matchRequest>;

const named = z.object({ id: z.string(), name: bilingual });

/** What an outside system asks: never without names, and by places alone. */
export const checkRequest = z
  .strictObject({
    people: z.array(line(32).min(1)).min(1).max(50).describe('Employee numbers.'),
    machine: slug.optional().describe('The machine; this or the area.'),
    area: slug.optional().describe('The area; this or the machine.'),
    at: instant.optional().describe('The instant, up to 92 days ahead; now where it is left out.'),
  })
  .meta({ id: 'MatchCheckRequest' });
export type CheckRequest = z.infer<typeof checkRequest>;

export const reasonSchema = z
  .object({
    code: z
      .string()
      .describe('The reason, or what machines are told where details are not for the account.'),
    text: bilingual,
    cure: bilingual.nullable().describe('What to do about it.'),
    about: named.nullable().describe('What it is about, such as the category of the certificate.'),
    record: z.string().nullable().describe('The record that decides, such as the certificate.'),
    decision: z.enum(['hold', 'deny']),
    final: z.boolean().describe('Nobody may override it.'),
  })
  .meta({ id: 'MatchReason' });
export type ReasonView = z.infer<typeof reasonSchema>;

const decided = {
  decision: z.enum(decisions),
  final: z.boolean().describe('A refusal that nobody may override.'),
  reasons: z.array(reasonSchema).describe('Empty for allow.'),
  hints: z
    .array(
      z.object({
        code: z.enum(['absence-unknown']).describe('What is not known.'),
        text: bilingual.describe('The same in words, for a supervisor.'),
        about: named.describe('The trade.'),
      }),
    )
    .describe('They speak against nothing; empty where details are not for the account.'),
  validUntil: instant
    .nullable()
    .describe('The first later instant at which an input changes by what is known.'),
};

export const matchAnswer = z
  .object({
    job: named.describe('What was asked about.'),
    at: instant,
    items: z
      .array(
        z.object({
          person: z.object({ id: ulid, name: z.string(), employeeNo: z.string() }),
          department: named,
          post: z.string().nullable(),
          ...decided,
          publicReasons: z
            .array(z.object({ code: z.string(), text: bilingual }))
            .describe('What machines and doors say.'),
          violations: z
            .number()
            .int()
            .nullable()
            .describe('Confirmed ones in the year before, of candidates.'),
          decisionId: ulid.nullable().describe('Where it was kept.'),
        }),
      )
      .describe('The best first.'),
    counts: z
      .object({ allow: z.number().int(), hold: z.number().int(), deny: z.number().int() })
      .describe('Of all candidates.'),
  })
  .meta({ id: 'MatchAnswer' });
export type MatchAnswer = z.infer<typeof matchAnswer>;

export const checkAnswer = z
  .object({
    at: instant.describe('The instant that was asked about.'),
    items: z
      .array(
        z.object({
          employeeNo: z.string().describe('As it was asked.'),
          decision: z.enum(decisions).describe('allow, hold: a named person looks first, or deny.'),
          final: z.boolean().describe('A refusal that nobody may override.'),
          reasons: z
            .array(
              z.object({
                code: z
                  .string()
                  .describe(
                    'What machines are told, or `person-unknown`: no person has the number.',
                  ),
                text: bilingual.describe('The same in words.'),
              }),
            )
            .describe('Without detail of health or exams; empty for allow.'),
          decisionId: ulid
            .nullable()
            .describe('The decision that was kept; null of a number that no person has.'),
        }),
      )
      .describe('In the order of the request, each person once.'),
  })
  .meta({ id: 'MatchCheckAnswer' });
export type CheckAnswer = z.infer<typeof checkAnswer>;

export const atQuery = z.strictObject({ at: instant.optional() });

export const personPlaces = z
  .object({
    person: z.object({ id: ulid, name: z.string(), employeeNo: z.string() }),
    at: instant,
    items: z.array(
      z.object({ target: z.enum(['post', 'machine', 'area']), ...named.shape, ...decided }),
    ),
    summary: z
      .object({
        allowed: z.number().int().describe('At how many of them the person may work.'),
        places: z.number().int().describe('How many there are.'),
        until: instant.nullable().describe('When the first of the allowed ones may be lost.'),
        missing: z
          .array(bilingual)
          .describe('What stands in the way, the most frequent first, each once.'),
      })
      .describe('The same in short.'),
  })
  .meta({ id: 'MatchOfPerson' });
export type PersonPlaces = z.infer<typeof personPlaces>;

export const placeList = z.object({ items: z.array(placeSchema) });

export const decisionSchema = z
  .object({
    id: ulid,
    person: z.object({ id: ulid, name: z.string(), employeeNo: z.string() }),
    job: z.string(),
    at: instant,
    askedAt: instant,
    ...decided,
    rules: z
      .array(
        z.object({
          rule: z.string(),
          state: z.string(),
          from: z.string().nullable().describe('First day of the version of the law.'),
          override: z.string().nullable(),
        }),
      )
      .describe('The rules that were asked, as they were.'),
    replay: z
      .object({ equal: z.boolean(), decision: z.enum(decisions) })
      .describe('The same facts and rules, decided again now.'),
  })
  .meta({ id: 'MatchDecision' });
export type DecisionView = z.infer<typeof decisionSchema>;
