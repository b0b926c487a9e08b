import { bilingual, instant, slug } from '@anshi/contracts';
import { z } from 'zod';
import { who } from './record-schema.ts';

/** Maximum number of counted tasks: the cost must not grow with the backlog. */
export const COUNTED_AT_MOST = 1_000;

export const taskQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).optional().describe('The field next of the last page.'),
  scope: z
    .enum(['mine', 'department'])
    .default('mine')
    .describe(
      '`department`: open cases of my departments with a step that my role could take or assign.',
    ),
  entity: slug.optional().describe('A kind of record, such as `hazard`.'),
  overdue: z.enum(['true', 'false']).optional(),
});
export type TaskQuery = z.output<typeof taskQuery>;

export const task = z
  .object({
    id: z.string().describe('Of the case.'),
    entity: z.string(),
    entityId: z.string(),
    kind: bilingual.describe('The name of the workflow.'),
    title: bilingual,
    link: z.string().describe('Where the app shows the record.'),
    state: z.string(),
    stateName: bilingual,
    enteredAt: instant.describe('Since when it is in this state.'),
    dueAt: instant.nullable(),
    overdue: z.boolean(),
    department: z.object({ id: z.string(), name: bilingual }).nullable(),
    mine: z.boolean(),
    assignees: z
      .array(who)
      .describe('Of a record with a reporter whom the reader may not know, the reader alone.'),
    assigneesShown: z.boolean().describe('Whether all assignees are listed.'),
  })
  .meta({ id: 'Task' });
export type Task = z.infer<typeof task>;

export const taskPage = z
  .object({
    items: z.array(task).describe('Those that are due first come first.'),
    next: z.string().nullable().describe('The cursor of the next page; null at the end.'),
    counts: z
      .object({
        open: z.number().int(),
        overdue: z.number().int(),
        kinds: z.array(z.object({ entity: z.string(), name: bilingual, open: z.number().int() })),
        atLeast: z
          .boolean()
          .describe('Only the 1,000 that are due first were counted: there are more.'),
      })
      .optional()
      .describe('On the first page: of the whole scope, whatever the filter.'),
  })
  .meta({ id: 'TaskPage' });
export type TaskPage = z.infer<typeof taskPage>;
