import { bilingual, instant, slug, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { exportQuery } from '../../platform/kit/list-export.ts';
import { changeOf, inputOf, recordOf } from '../../platform/kit/records.ts';
import { commaSeparated, line, pageOf, pageQuery } from '../../platform/kit/schemas.ts';

/** Levels of a skill: 1 under instruction, 2 alone, 3 alone and teaching, 4 expert. */
export const MOST_LEVEL = 4;
export const skillLevel = z
  .number()
  .int()
  .min(1)
  .max(MOST_LEVEL)
  .describe('1 under instruction, 2 alone, 3 instructs others, 4 expert.');

export const routes = ['inhalation', 'skin', 'eyes', 'ingestion', 'hearing', 'body'] as const;
const skill = z.strictObject({
  skill: slug.describe('A word of the dictionary skill.'),
  level: skillLevel,
});
const exposure = z.strictObject({
  substance: line(128).min(1).describe('Substance or other factor, such as noise.'),
  route: z.enum(routes).describe('How it reaches the body.'),
});
const words = (dictionary: string) =>
  z.array(slug).max(50).describe(`Words of the dictionary ${dictionary}.`);

const fields = {
  code: line(32)
    .min(1)
    .regex(/^[\p{L}\p{N}._-]+$/u, 'must be letters, digits, dots and hyphens')
    .describe('Unique in the company; other systems name the post by it.'),
  name: line(64).min(1),
  kind: slug.describe('A word of the dictionary post-kind.'),
  departmentId: slug.nullable().describe('The department that has it; null for several.'),
  areas: z.array(slug).max(100).default([]).describe('Areas in which it works.'),
  machines: z.array(slug).max(200).default([]).describe('Machines that it operates.'),
  skills: z.array(skill).max(50).default([]),
  specialWork: words('special-work-category').default([]),
  specialEquipment: words('special-equipment-category').default([]),
  courses: words('training-course').default([]),
  exposures: z.array(exposure).max(50).default([]),
  minCrew: z.number().int().min(0).max(999).default(1).describe('People that it needs at least.'),
};
export const postInput = inputOf(fields).meta({ id: 'PostRequest' });
export type PostInput = z.infer<typeof postInput>;
export const postPatch = changeOf({
  ...fields,
  active: z.boolean().describe('A post out of use is offered to no new person.'),
}).meta({ id: 'PostPatch' });
export type PostPatch = z.infer<typeof postPatch>;

const namedId = z.object({ id: z.string(), name: bilingual });
export const postSchema = recordOf(fields)
  .extend({
    kindName: bilingual,
    department: namedId.nullable(),
    areaNames: z.array(namedId).describe('The areas with their names.'),
    machineNames: z.array(namedId).describe('The machines with their names.'),
    skillNames: z.array(namedId).describe('The skills with their names.'),
    specialWorkNames: z.array(namedId).describe('The categories with their names.'),
    specialEquipmentNames: z.array(namedId).describe('The categories with their names.'),
    courseNames: z.array(namedId).describe('The courses with their names.'),
    active: z.boolean(),
    holders: z.number().int(),
    short: z.boolean().describe('Fewer people hold it than it needs.'),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'Post' });
export type PostView = z.infer<typeof postSchema>;

const flag = z.enum(['true', 'false']).transform((text) => text === 'true');
export const postQuery = z.strictObject({
  ...pageQuery(),
  q: line(64).optional().describe('In name and code.'),
  kind: commaSeparated(slug).optional(),
  department: slug.optional(),
  active: flag.optional(),
  short: flag.optional().describe('`true`: those that fewer people hold than they need.'),
});
export type PostQuery = z.infer<typeof postQuery>;
export const postExportQuery = postQuery.omit({ limit: true, cursor: true }).extend(exportQuery);
export const postPage = pageOf(postSchema).meta({ id: 'PostPage' });

export const unknownWords = z.object({
  items: z.array(
    z.object({
      words: z.string().describe('The text that stands in their files.'),
      people: z.number().int().describe('How many people who work here have it.'),
    }),
  ),
});

export const holdersSchema = z
  .object({
    items: z
      .array(
        z.object({
          person: z.object({ id: ulid, name: z.string(), employeeNo: z.string() }),
          department: bilingual,
          since: instant.nullable().describe('Null where it began before posts were recorded.'),
          until: instant.nullable().describe('Null while it is held.'),
        }),
      )
      .describe('Those within reach, who hold it now first; at most 500.'),
    others: z
      .number()
      .int()
      .describe('How many more hold it, outside of what the account may see.'),
  })
  .meta({ id: 'PostHolders' });
