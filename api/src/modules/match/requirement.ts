import { slug } from '@anshi/contracts';
import { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { type Query, queryOf } from '../../platform/db/readings.ts';
import { line } from '../../platform/kit/schemas.ts';
import { personKinds } from '../people/kinds.ts';
import { certificateKinds } from './input.ts';

export const targets = ['machine', 'area'] as const;
export type Target = (typeof targets)[number];

/** What a machine or an area asks of people. */
export const requirementFields = {
  fromPosts: z
    .boolean()
    .describe(
      'Also what the posts that name it ask of those who hold them; who holds none of them is held.',
    ),
  postHeld: z.boolean().describe('One of the posts that name it has to be held.'),
  certificates: z
    .array(z.strictObject({ kind: z.enum(certificateKinds), category: slug }))
    .max(20)
    .describe('Certificates and appointments, each with its category.'),
  skills: z.array(z.strictObject({ skill: slug, level: z.number().int().min(1).max(4) })).max(20),
  fitness: z.boolean().describe('A valid medical check is needed.'),
  permit: slug.nullable().describe('A word of the dictionary special-work: the kind of permit.'),
  leastAge: z.number().int().min(16).max(70).nullable(),
  leastHours: z
    .number()
    .int()
    .min(1)
    .max(10_000)
    .nullable()
    .describe('Of a machine: hours of sessions at it; who has fewer is held.'),
  kinds: z
    .array(z.enum(personKinds))
    .max(personKinds.length)
    .describe('The kinds of people who may; empty: all.'),
  exposures: z
    .array(line(128).min(1))
    .max(50)
    .describe('What people are exposed to: they need a medical check that does not exclude it.'),
  courses: z.array(slug).max(20).default([]).describe('Words of the dictionary training-course.'),
};
const fields = z.object(requirementFields);
export type Requirement = z.infer<typeof fields>;
export type RequirementRow = Requirement & {
  id: string;
  target: Target;
  targetId: string;
  version: number;
};

/**
 * What counts where nothing was entered. Machines ask of each person what the own post there asks; entering an
 * area is not working in it, so that asks for nothing but admission.
 */
export const usual = (target: Target): Requirement => ({
  fromPosts: target === 'machine',
  postHeld: false,
  certificates: [],
  skills: [],
  fitness: false,
  permit: null,
  leastAge: null,
  leastHours: null,
  kinds: [],
  exposures: [],
  courses: [],
});

/** The query of what was entered for one machine or area; to be read with others. */
export const requirementOf = (target: Target, id: string): Query<Requirement> =>
  queryOf(Prisma.sql`
    SELECT from_posts AS "fromPosts", post_held AS "postHeld", certificates, skills, fitness, permit,
      least_age AS "leastAge", least_hours AS "leastHours", coalesce(kinds, '{}') AS kinds,
      coalesce(exposures, '{}') AS exposures, courses
    FROM match_requirement WHERE target = ${target} AND target_id = ${id}`);

/** All requirements. */
export async function readRequirements(tx: Transaction): Promise<RequirementRow[]> {
  const rows = await tx.matchRequirement.findMany({ orderBy: { id: 'asc' } });
  return rows.map((row) => ({
    ...row,
    target: row.target as Target,
    certificates: row.certificates as Requirement['certificates'],
    skills: row.skills as Requirement['skills'],
    kinds: row.kinds as Requirement['kinds'],
  }));
}

const named = z.object({ id: z.string(), name: z.object({ zh: z.string(), en: z.string() }) });
/** A machine or an area with what it asks for. */
export const placeSchema = z
  .object({
    target: z.enum(targets),
    ...named.shape,
    requirement: fields.nullable().describe('Null where none was entered: the usual one counts.'),
    version: z.number().int().describe('Of the requirement; 0 where none was entered.'),
    posts: z.array(named).describe('The posts that name it.'),
    asks: z
      .object({
        certificates: z.array(named.extend({ kind: z.enum(certificateKinds) })),
        skills: z.array(named.extend({ level: z.number().int() })),
        fitness: z.boolean(),
        permit: named.nullable(),
        leastAge: z.number().int().nullable(),
        leastHours: z.number().int().nullable(),
        kinds: z.array(named).describe('The kinds of people who may; empty: all.'),
        exposures: z.array(z.string()),
        courses: z.array(named).describe('Courses that have to be passed.'),
        posts: z.array(named).describe('One of these posts has to be held.'),
      })
      .describe('What it asks for in all; of its posts, what each asks of those who hold it.'),
  })
  .meta({ id: 'MatchPlace' });
export type Place = z.infer<typeof placeSchema>;

export const requirementInput = z
  .strictObject({
    target: z.enum(targets),
    targetId: slug,
    version: z.number().int().min(0).describe('The version looked at; 0 where none was entered.'),
    ...requirementFields,
  })
  .refine(({ target, leastHours }) => target === 'machine' || leastHours === null, {
    path: ['leastHours'],
    message: 'is of a machine only',
  })
  .meta({ id: 'MatchRequirementRequest' });
export type RequirementInput = z.infer<typeof requirementInput>;
