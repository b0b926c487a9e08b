import type { z } from 'zod';
import type { Bilingual } from '../manifest.ts';
import { cellText, sameHeadings } from './headings.ts';
import { explainFault, leftWords, tableWords } from './issue-words.ts';
import { columnName, type RawRow } from './read/types.ts';
import type { ImportRow, StoredRow } from './repository.ts';
import type { ScansFound } from './scans/scans.ts';
import type { Import, ImportHead, rowSchema } from './schema.ts';
import type { ImportForm, IssueWords, LeftReason } from './types.ts';

/** The words of the faults of a kind, with those of rows that an undo left. */
export const wordsOf = (
  form: Pick<ImportForm, 'issues'>,
): Readonly<Record<string, IssueWords>> => ({
  ...Object.fromEntries(
    Object.entries(leftWords).map(([reason, what]) => [
      `left-${reason satisfies string as LeftReason}`,
      {
        what,
        cure: {
          zh: '如需删除，请在该记录中处理。',
          en: 'If it is to go, do so in the record itself.',
        },
        warning: true as const,
      },
    ]),
  ),
  ...form.issues,
});

/** Codes of whole files, as they are stored and shown. */
export const tableProblem = (code: string, params: Record<string, string> = {}) => ({
  code,
  params,
});

export function showProblem(problem: unknown): Import['problem'] {
  const stored = problem as { code: string; params?: Record<string, string> } | null;
  if (stored === null) return null;
  const { what, cure } = explainFault(stored, tableWords);
  return { code: stored.code, what, cure };
}

/** Longest heading and sample that are shown, characters. */
const HEADING_MAX = 100;
const SAMPLE_MAX = 40;

/**
 * The columns of a file, without empty ones.
 *
 * @param below rows below the headings, for samples.
 * @param mapping fields by the name of their column.
 */
export function showColumns(
  headings: readonly string[],
  below: readonly RawRow[],
  mapping: Readonly<Record<string, string>>,
): ImportHead['columns'] {
  const sameAs = sameHeadings(headings);
  return headings.flatMap((text, at) => {
    const samples = below.map(({ cells }) => cellText(cells[at]).slice(0, SAMPLE_MAX));
    if (text.trim() === '' && samples.every((one) => one === '')) return [];
    const name = columnName(at);
    const heading = text.slice(0, HEADING_MAX);
    return [{ name, heading, samples, field: mapping[name] ?? null, sameAs: sameAs[at] ?? null }];
  });
}

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

export const showImport = (
  row: ImportRow,
  kindName: Bilingual,
  createdBy: Bilingual | null,
  user: string,
): Import => ({
  id: row.id,
  kind: row.kind,
  kindName,
  fileName: row.fileName,
  fileThere: row.fileId !== null,
  mine: row.createdBy === user,
  createdBy,
  createdAt: row.createdAt.toISOString(),
  state: row.state as Import['state'],
  scans:
    row.scansFileId === null || row.scansFound === null
      ? null
      : { name: row.scansName ?? '', ...(row.scansFound as unknown as ScansFound) },
  sheet: row.sheet,
  headingRow: row.headingRow,
  mapping: row.mapping as Import['mapping'],
  existing: row.existing as Import['existing'],
  mode: row.mode as Import['mode'],
  problem: showProblem(row.problem),
  processed: row.processed,
  total: row.total,
  good: row.good,
  bad: row.bad,
  warned: row.warned,
  updates: row.updates,
  skipped: row.skipped,
  done: row.done,
  failed: row.failed,
  undone: row.undone,
  kept: row.kept,
  checkedAt: iso(row.checkedAt),
  startedAt: iso(row.startedAt),
  finishedAt: iso(row.finishedAt),
  undoneAt: iso(row.undoneAt),
  version: row.version,
});

export const showRow = (row: StoredRow, form: ImportForm): z.infer<typeof rowSchema> => ({
  row: row.row,
  label: row.label,
  state: row.state,
  record: row.record,
  target: row.target,
  changes: row.changes,
  issues: row.issues.map(({ cell, column, code, value, params }) => ({
    cell,
    column,
    code,
    value,
    ...explainFault({ code, ...(params ? { params } : {}) }, wordsOf(form)),
  })),
});
