import { instant, slug, ulid } from '@anshi/contracts';
import { z } from 'zod';

/*
 * What the matcher decides from: plain data, so that a decision keeps all of it and gives the same answer when it is
 * replayed. Days are calendar days in the time zone of the rule book; a last day counts to its end.
 */
const day = z.iso.date();
const id = z.string().min(1).max(128);
/** What people are exposed to, in the words of the post. */
const substance = z.string().min(1).max(128);

/** A period of validity or suspension; `until` is null while it is open-ended. */
const period = z.strictObject({ from: instant, until: instant.nullable() });
export type Period = z.infer<typeof period>;

export const certificateKinds = ['special-work', 'special-equipment', 'guardian'] as const;
export type CertificateKind = (typeof certificateKinds)[number];

/** A certificate of a person. */
export const heldCertificate = z.strictObject({
  id,
  kind: z.enum(certificateKinds),
  category: slug.describe('The trade or kind of equipment that it is for.'),
  issuedOn: day.describe('The day of issue, or of the last renewal.'),
  validFrom: day
    .nullable()
    .describe('The first day that is printed on it; null: the day of issue.'),
  validUntil: day.nullable().describe('The last day that is printed on it.'),
  reviewedOn: day.nullable().describe('The last review that was passed.'),
  reviewBy: day.nullable().describe('The last day for the review, where it is printed.'),
  reviewExtended: z.boolean().describe('The authority agreed to the longer interval of review.'),
  checkedAt: instant.nullable().describe('When a second person confirmed the entry.'),
  suspended: z.array(period),
  revokedAt: instant.nullable(),
  endless: z
    .boolean()
    .optional()
    .describe('No last day is meant, as of an appointment by the company.'),
});
export type HeldCertificate = z.infer<typeof heldCertificate>;

/** A skill of the company's own list, with its level. */
export const heldSkill = z.strictObject({
  skill: slug,
  level: z.number().int().min(1).max(9),
  from: day,
  until: day.nullable().describe('The last day.'),
  suspended: z.array(period),
});

export type HeldSkill = z.infer<typeof heldSkill>;

/** The result of a medical check. What was found stays with the medical file. */
export const fitness = z.strictObject({
  result: z.enum(['fit', 'restricted', 'unfit']),
  notFor: z.array(substance).describe('Exposures that a restricted result excludes.'),
  on: day,
  until: day.nullable().describe('The last day before the next check.'),
  suspended: z
    .array(period)
    .optional()
    .describe('Times in which it does not count; left out: none.'),
});

export const personKinds = ['employee', 'contractor', 'visitor', 'trainee'] as const;

/** What is known of a person, at the instant of the decision or with its times. */
export const matchPerson = z.strictObject({
  id: ulid,
  kind: z.enum(personKinds),
  bornOn: day.nullable(),
  admitted: z.array(period).describe('Employment, contract or visit.'),
  posts: z.array(z.strictObject({ post: id, from: instant, until: instant.nullable() })),
  certificates: z.array(heldCertificate),
  skills: z.array(heldSkill),
  fitness: z.array(fitness),
  trainings: z.array(z.strictObject({ course: slug, passedOn: day, until: day.nullable() })),
  retraining: z
    .array(z.strictObject({ id, course: slug, until: day.describe('The last day to pass it.') }))
    .optional()
    .describe('Demanded after a violation and not passed; left out: none.'),
  worked: z
    .array(z.strictObject({ category: slug, on: day }))
    .describe('The last day of work in each trade; none where it was never recorded.'),
  unrecorded: z
    .array(slug)
    .optional()
    .describe('Trades whose work is not recorded whole: no absence is shown. Left out: none.'),
  retests: z.array(z.strictObject({ category: slug, on: day })).describe('Practical tests passed.'),
  operated: z.array(z.strictObject({ machine: id, hours: z.number().min(0), on: day })),
  violations: z
    .array(z.strictObject({ at: instant, category: slug.nullable() }))
    .describe('Those that a reviewer confirmed; category null: not in a certain trade.'),
  visits: z
    .array(period.extend({ areas: z.array(z.strictObject({ area: slug, escorted: z.boolean() })) }))
    .optional()
    .describe('Of a visitor, from arrival to leaving; left out: none was ever announced.'),
  supplier: z
    .strictObject({
      id: ulid,
      status: z.enum(['candidate', 'approved', 'suspended', 'blocked']),
      until: day.nullable().describe('The last day of its contract.'),
    })
    .optional()
    .describe('The company in the register that sends a contractor; left out: none.'),
  permits: z.array(
    z.strictObject({
      id,
      kind: slug,
      area: slug,
      from: instant,
      until: instant,
      suspended: z.array(period),
      closedAt: instant.nullable(),
    }),
  ),
});
export type MatchPerson = z.infer<typeof matchPerson>;

/** What a job, a machine or an area asks for. Empty lists and nulls ask for nothing. */
export const matchJob = z.strictObject({
  id,
  area: slug.nullable(),
  machine: id.nullable(),
  kinds: z.array(z.enum(personKinds)).describe('Who may be asked; empty: all.'),
  posts: z.array(id).describe('One of these posts is held.'),
  certificates: z.array(z.strictObject({ kind: z.enum(certificateKinds), category: slug })),
  skills: z.array(z.strictObject({ skill: slug, level: z.number().int().min(1).max(9) })),
  exposures: z.array(substance).describe('They need a medical check that does not exclude them.'),
  fitness: z.boolean().describe('A valid medical check is needed; exposures need one in any case.'),
  trainings: z.array(slug),
  permit: slug.nullable().describe('The kind of work permit.'),
  leastAge: z.number().int().min(16).max(70).nullable(),
  leastHours: z.number().min(0).nullable().describe('Hours on this machine.'),
  byPost: z
    .array(
      z.strictObject({
        post: id,
        certificates: z.array(z.strictObject({ kind: z.enum(certificateKinds), category: slug })),
        skills: z.array(z.strictObject({ skill: slug, level: z.number().int().min(1).max(9) })),
        fitness: z.boolean(),
        exposures: z.array(substance).optional().describe('Left out: none.'),
        trainings: z.array(slug).optional().describe('Left out: none.'),
      }),
    )
    .default([])
    .describe('What each post that works here asks: all of one that the person holds.'),
});
export type MatchJob = z.infer<typeof matchJob>;

/** The courses that a job asks for. */
export const coursesAsked = (job: Pick<MatchJob, 'trainings' | 'byPost'>): string[] =>
  [job, ...job.byPost].flatMap(({ trainings }) => trainings ?? []);

/** The trades of special work that a job asks for. */
export const tradesAsked = (job: Pick<MatchJob, 'certificates' | 'byPost'>): string[] =>
  [job, ...job.byPost].flatMap(({ certificates }) =>
    certificates.flatMap(({ kind, category }) => (kind === 'special-work' ? [category] : [])),
  );
