import type { z } from 'zod';
import { describe } from '../../platform/audit/words.ts';
import { CSV_BOM, csvLine } from '../../platform/kit/csv.ts';
import type { LineRow } from './repository.ts';
import type { findingSchema, lineSchema } from './schema.ts';

type Line = z.infer<typeof lineSchema>;
type Finding = z.infer<typeof findingSchema>;

/** A line as the API returns it. */
export function showLine(row: LineRow): Line {
  const { userId, userName, personId, position, ...rest } = row;
  return {
    ...rest,
    seq: String(row.seq),
    at: row.at.toISOString(),
    user: userId === null && userName === null ? null : { id: userId, name: userName },
    person: personId,
    position: position === null ? null : String(position),
    text: describe(row),
  };
}

export function showFinding(row: {
  id: string;
  rule: string;
  severity: string;
  subject: string;
  userId: string | null;
  userName: string | null;
  text: unknown;
  firstAt: Date;
  lastAt: Date;
  count: number;
  foundAt: Date;
  handledBy: string | null;
  handledAt: Date | null;
  note: string | null;
}): Finding {
  return {
    id: row.id,
    rule: row.rule,
    severity: row.severity as Finding['severity'],
    subject: row.subject,
    user: row.userId === null ? null : { id: row.userId, name: row.userName },
    text: row.text as Finding['text'],
    firstAt: row.firstAt.toISOString(),
    lastAt: row.lastAt.toISOString(),
    count: row.count,
    foundAt: row.foundAt.toISOString(),
    handled:
      row.handledBy === null || row.handledAt === null
        ? null
        : { by: row.handledBy, at: row.handledAt.toISOString(), note: row.note ?? '' },
  };
}

const columns = [
  'seq',
  'at',
  'user',
  'action',
  'entity',
  'entityId',
  'person',
  'before',
  'after',
  'reason',
  'address',
  'requestId',
  'position',
  'zh',
  'en',
] as const;

export const csvHead = CSV_BOM + csvLine(columns);

/** A line for a spreadsheet. Formulas are escaped as text. */
export function toCsv(line: Line): string {
  const json = (value: unknown) => (value === null ? '' : JSON.stringify(value));
  const cells: Record<(typeof columns)[number], string | null> = {
    ...line,
    user: line.user?.name ?? line.user?.id ?? null,
    before: json(line.before),
    after: json(line.after),
    ...line.text,
  };
  return csvLine(columns.map((column) => cells[column] ?? ''));
}
