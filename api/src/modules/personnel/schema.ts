import { bilingual, instant, slug, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { commaSeparated, day, line, pageOf, pageQuery } from '../../platform/kit/schemas.ts';
import type { PersonKind } from '../people/kinds.ts';

const text = (max: number) => line(max).min(1);
const employeeNo = text(64).regex(
  /^[\p{L}\p{N}._-]+$/u,
  'must be letters, digits, dots and hyphens',
);
/** Without controls, spaces at its ends, and what would be another level of an address. */
const externalId = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[^\s/?#\p{Cc}](?:[^/?#\p{Cc}]*[^\s/?#\p{Cc}])?$/u, 'must not hold / ? # or controls');

/** Kinds of people that a system may state. */
const statedKinds = ['employee', 'contractor', 'trainee'] as const satisfies readonly PersonKind[];

/** What a personnel system says of one person. */
export const personnelStatement = z
  .strictObject({
    at: instant.describe(
      'When the system made it, by its clock. A statement that is older than the last one changes nothing.',
    ),
    employeeNo: employeeNo.describe('The unified code of the person in this company.'),
    name: text(128),
    department: text(64).describe('Id or name of the department.'),
    post: text(64)
      .nullable()
      .optional()
      .describe(
        'Code or name of a post of the register; other words are kept as they are. Null: none. Left out: it stays as it is.',
      ),
    status: z.enum(['active', 'left']),
    effectiveOn: day
      .nullable()
      .default(null)
      .describe(
        'The first day of the department, post and status; the last day of work for `left`. One in the future waits. Null: at once.',
      ),
    kind: z
      .enum(statedKinds)
      .optional()
      .describe(
        'What the person is to the company. Left out: it stays as it is; of a new person `employee`. Visitors are announced instead.',
      ),
    company: line(128)
      .nullable()
      .optional()
      .describe('The company that sends them. Null: none. Left out: it stays as it is.'),
    host: text(128)
      .nullable()
      .optional()
      .describe(
        'Who is responsible for them here: employee number, or what this system calls that person. Null: none. Left out: it stays as it is.',
      ),
    validUntil: day
      .nullable()
      .optional()
      .describe(
        'The last day on which they may be here; not past. Null: open-ended. Left out: it stays as it is.',
      ),
  })
  .meta({ id: 'PersonnelStatement' });
export type Statement = z.infer<typeof personnelStatement>;

export const statementStates = ['applied', 'planned', 'outdated', 'refused'] as const;
export const statementChanges = [
  'joined',
  'linked',
  'renamed',
  'terms',
  'moved',
  'left',
  'returned',
] as const;
export type StatementChange = (typeof statementChanges)[number];

const state = z
  .enum(statementStates)
  .describe(
    '`planned`: it waits for its day; `outdated`: a newer one was there; `refused`: see `problem`.',
  );
const changes = z
  .array(z.enum(statementChanges))
  .describe('What it changed; empty for nothing. `terms`: kind, company, host or last day.');

export const statementTaken = z
  .object({
    id: ulid.describe('Of the statement.'),
    state,
    changes,
    person: ulid.nullable().describe('The person; null where none is known yet.'),
  })
  .meta({ id: 'PersonnelStatementTaken' });
export type StatementTaken = z.infer<typeof statementTaken>;

export const statementSchema = z
  .object({
    id: ulid,
    system: slug.describe('Name of the system.'),
    externalId: z.string().describe('What the system calls the person.'),
    statedAt: instant.describe('By the clock of the system.'),
    receivedAt: instant.describe('When it came.'),
    state,
    changes,
    effectiveOn: day.nullable().describe('The day from which it counts; null for at once.'),
    employeeNo: z.string().describe('As stated.'),
    name: z.string().describe('As stated.'),
    department: z.string().describe('As stated.'),
    post: z.string().nullable().describe('As stated.'),
    status: z.enum(['active', 'left']).describe('As stated.'),
    kind: z.enum(statedKinds).nullable().describe('As stated; null where it was left out.'),
    company: z.string().nullable().describe('As stated.'),
    person: z
      .object({ id: ulid, name: z.string() })
      .nullable()
      .describe('Whose file it is about; null where that is not known.'),
    problem: z.string().nullable().describe('Code of what stands in the way; null for nothing.'),
    detail: z.string().nullable().describe('The same as a sentence.'),
    decidedAt: instant.describe('When it got this state.'),
  })
  .meta({ id: 'PersonnelStatementRow' });
export type StatementView = z.infer<typeof statementSchema>;
export const statementPage = pageOf(statementSchema)
  .extend({ refused: z.number().int().describe('How many are refused and wait for a person.') })
  .meta({ id: 'PersonnelStatementPage' });
export const statementQuery = z.strictObject({
  ...pageQuery(),
  state: commaSeparated(state).optional(),
  q: z.string().trim().max(64).optional().describe('A part of a stated name or number.'),
});
export type StatementQuery = z.infer<typeof statementQuery>;

export const statementParams = z.object({ externalId });

export const aliasSchema = z
  .object({
    id: ulid,
    system: slug.describe('Name of the system.'),
    externalId: z.string().describe('What it calls the person.'),
    statedAt: instant.nullable().describe('Its newest statement that was taken; null for none.'),
    createdAt: instant.describe('Since when it is known.'),
  })
  .meta({ id: 'PersonAlias' });
export type AliasView = z.infer<typeof aliasSchema>;
export const aliasList = z.object({ items: z.array(aliasSchema) }).meta({ id: 'PersonAliasList' });
export const aliasInput = z
  .strictObject({
    system: slug.describe('Name of the system; of a feed, the name of its credential.'),
    externalId: externalId.describe('What it calls the person.'),
  })
  .meta({ id: 'PersonAliasRequest' });
export type AliasInput = z.infer<typeof aliasInput>;

export const foundPerson = z
  .object({
    id: ulid,
    employeeNo: z.string(),
    name: z.string(),
    department: z.object({ id: slug, name: bilingual }),
  })
  .meta({ id: 'PersonByAlias' });
