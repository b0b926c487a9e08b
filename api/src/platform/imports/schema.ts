import { bilingual, instant, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { commaSeparated, lookedAtVersion, pageOf, pageQuery } from '../kit/schemas.ts';
import { existingWays } from './types.ts';

const kindId = z.string().regex(/^[a-z][a-z-]{0,31}$/);
const columnLetters = z.string().regex(/^[A-Z]{1,3}$/);
export const states = [
  'mapping',
  'checking',
  'checked',
  'running',
  'done',
  'undoing',
  'undone',
  'failed',
] as const;
export const rowStates = ['good', 'bad', 'skipped', 'done', 'failed', 'undone', 'kept'] as const;
const count = z.number().int();
const existing = z
  .enum(existingWays)
  .describe(
    'What is done with rows whose record exists: they are bad, left out, or change it; an empty cell changes nothing.',
  );

export const importSchema = z
  .object({
    id: ulid,
    kind: z.string().describe('Of GET /import-kinds.'),
    kindName: bilingual.describe('Name of the kind.'),
    fileName: z.string(),
    fileThere: z.boolean().describe('False once the file was removed after its term.'),
    mine: z.boolean().describe('Whether the caller brought it: others only look.'),
    createdBy: bilingual.nullable(),
    createdAt: instant,
    state: z.enum(states).describe('Where the import stands.'),
    scans: z
      .object({
        name: z.string().describe('Name of the archive.'),
        count: count.describe('Scans in the archive.'),
        unused: count.describe('Scans that no row names, once the rows were checked.'),
        names: z
          .array(z.string())
          .describe('The first of the unused ones, with identity numbers masked.'),
      })
      .nullable()
      .describe('The archive of scans that came with the table; null for none.'),
    sheet: count.nullable(),
    headingRow: count.nullable(),
    mapping: z.record(z.string(), z.string()).nullable(),
    existing,
    mode: z.enum(['good-rows', 'all-or-nothing']).nullable().describe('How it is saved.'),
    problem: z
      .object({ code: z.string(), what: bilingual.describe('What is wrong.'), cure: bilingual })
      .nullable()
      .describe('What ended the step.'),
    processed: count,
    total: count.describe('Rows of the file, without headings and empty rows.'),
    good: count,
    bad: count,
    warned: count,
    updates: count,
    skipped: count,
    done: count.describe('Rows that were saved, those taken back included.'),
    failed: count.describe('Rows that were refused while saving.'),
    undone: count,
    kept: count.describe('Rows that an undo left.'),
    checkedAt: instant.nullable(),
    startedAt: instant.nullable(),
    finishedAt: instant.nullable(),
    undoneAt: instant.nullable().describe('When it was taken back.'),
    version: count,
  })
  .meta({ id: 'Import' });
export type Import = z.infer<typeof importSchema>;
export const importPage = pageOf(importSchema).meta({ id: 'ImportPage' });

export const importQuery = z.strictObject({
  ...pageQuery({ usual: 30, most: 100 }),
  kind: commaSeparated(kindId).optional(),
  state: commaSeparated(z.enum(states)).optional(),
});
export type ImportQuery = z.infer<typeof importQuery>;

export const importInput = z
  .strictObject({ kind: kindId, file: ulid.describe('Id of an upload of the caller.') })
  .meta({ id: 'ImportRequest' });

export const headQuery = z.strictObject({
  sheet: z.coerce.number().int().min(0).max(500).optional(),
  headingRow: z.coerce.number().int().min(1).max(1_048_576).optional(),
});
export const headSchema = z
  .object({
    sheets: z.array(z.string()),
    sheet: count,
    headingRow: count,
    columns: z
      .array(
        z.object({
          name: z.string().describe('Name of the column of the file: A, B …'),
          heading: z.string(),
          samples: z.array(z.string()),
          field: z.string().nullable().describe('The column of the kind that it seems to be.'),
          sameAs: z
            .string()
            .nullable()
            .describe('Name of an earlier column with the same heading; null for none.'),
        }),
      )
      .describe('The columns of the file.'),
    rows: z
      .array(z.object({ row: count.describe('As the spreadsheet counts.'), text: z.string() }))
      .describe('The first rows, among which the headings are.'),
  })
  .meta({ id: 'ImportHead' });
export type ImportHead = z.infer<typeof headSchema>;

export const checkRequest = z
  .strictObject({
    version: lookedAtVersion,
    sheet: z.number().int().min(0).max(500),
    headingRow: z.number().int().min(1).max(1_048_576),
    mapping: z.record(columnLetters, z.string().max(32)),
    existing: existing.default('refuse'),
  })
  .meta({ id: 'ImportCheck' });
export type CheckRequest = z.infer<typeof checkRequest>;

export const scansRequest = z
  .strictObject({
    version: lookedAtVersion,
    file: ulid
      .nullable()
      .describe('Id of an upload of the caller that is an archive of scans; null removes it.'),
  })
  .meta({ id: 'ImportScans' });

export const runRequest = z
  .strictObject({
    version: lookedAtVersion,
    mode: z
      .enum(['good-rows', 'all-or-nothing'])
      .describe('Whether bad rows are left out, or any refused row keeps all from being saved.'),
  })
  .meta({ id: 'ImportRun' });
export const undoRequest = z.strictObject({ version: lookedAtVersion }).meta({ id: 'ImportUndo' });

export const rowQuery = z.strictObject({
  ...pageQuery({ usual: 50, most: 200 }),
  state: commaSeparated(z.enum(rowStates)).optional(),
  warned: z.enum(['true']).optional().describe('Only rows with a remark.'),
  changes: z.enum(['true']).optional().describe('Only rows that change a record.'),
});
export type RowQuery = z.infer<typeof rowQuery>;
export const issueSchema = z.object({
  cell: z.string().nullable(),
  column: z.string().nullable().describe('The column of the kind.'),
  code: z.string(),
  value: z.string().nullable().describe('The text of the cell; masked where it is sensitive.'),
  what: bilingual.describe('What is wrong.'),
  cure: bilingual,
  warning: z.boolean(),
});
export const rowSchema = z.object({
  row: count.describe('As the spreadsheet counts.'),
  label: z.string().describe('What tells the row, such as an employee number.'),
  state: z.enum(rowStates).describe('What became of the row.'),
  record: z.string().nullable().describe('Id of what was made of it.'),
  target: z.string().nullable().describe('Id of the record that it changes; null for a new one.'),
  changes: z
    .array(
      z.object({
        column: z.string().describe('The column of the kind.'),
        from: z.string().nullable().describe('The value now; masked where it is sensitive.'),
        to: z.string().describe('The value of the file; masked where it is sensitive.'),
      }),
    )
    .describe('What it changes in the record.'),
  issues: z.array(issueSchema),
});
export const rowPage = pageOf(rowSchema).meta({ id: 'ImportRowPage' });

export const kindsSchema = z
  .object({
    items: z.array(
      z.object({
        id: z.string(),
        name: bilingual,
        key: z
          .array(z.string())
          .describe(
            'The columns that tell which record a row is; none where a row is always a new record.',
          ),
        scans: z.boolean().describe('Whether an archive of scans can come with the table.'),
        columns: z
          .array(
            z.object({
              id: z.string(),
              name: bilingual,
              kind: z.enum(['text', 'code', 'day']).describe('How its cells are read.'),
              required: z.boolean().describe('Whether each row needs it.'),
              secret: z
                .boolean()
                .describe('Whether it is sensitive: it is masked where it is shown.'),
              example: bilingual.describe('An example.'),
            }),
          )
          .describe('The columns that a file can have.'),
      }),
    ),
  })
  .meta({ id: 'ImportKinds' });
export const kindParams = z.object({ id: kindId });
