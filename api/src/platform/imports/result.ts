import type { Bilingual } from '../manifest.ts';
import { cellText } from './headings.ts';
import { explainFault } from './issue-words.ts';
import { openTable } from './read/read-table.ts';
import { rowSize, TableFault } from './read/types.ts';
import type { ImportRow, StoredRow } from './repository.ts';
import type { ImportForm } from './types.ts';
import { wordsOf } from './view.ts';

/** The heading of the added column. No column of a kind has this name, so it is left out again. */
export const PROBLEMS_HEADING: Bilingual = { zh: '须更正', en: 'To correct' };

/** Size of all rows of a result file by `rowSize`: they are in memory at once. */
const RESULT_SIZE = 16 * 1024 * 1024;

/**
 * Rows as the file has them, each with what is wrong in words.
 *
 * @throws TableFault `too-complex` where they are too large together.
 */
export async function resultRows(
  bytes: Uint8Array,
  { sheet, headingRow }: Pick<ImportRow, 'sheet' | 'headingRow'>,
  form: ImportForm,
  bad: ReadonlyMap<number, Pick<StoredRow, 'issues'>>,
  language: 'zh' | 'en',
): Promise<{ headings: string[]; items: string[][] }> {
  const table = await openTable(bytes, { sheet: sheet ?? undefined });
  let headings: string[] = [];
  const items: string[][] = [];
  let size = 0;
  const words = wordsOf(form);
  for await (const some of table.rows()) {
    for (const { row, cells } of some) {
      const texts = Array.from(cells, cellText);
      if (row === headingRow) headings = withoutProblems(texts);
      const found = bad.get(row);
      if (!found) continue;
      const wrong = found.issues.map((issue) => {
        const { what, cure } = explainFault(issue, words);
        return `${issue.cell ?? ''} ${what[language]} ${cure[language]}`.trim();
      });
      const own = headings.map((_, at) => texts[at] ?? '');
      const item = [...own, wrong.join(language === 'zh' ? '；' : '; ')];
      size += rowSize(item);
      if (size > RESULT_SIZE) throw new TableFault('too-complex', `${row}`);
      items.push(item);
    }
  }
  return { headings, items };
}

/** A file that came back from here has the added column already. */
const withoutProblems = (headings: readonly string[]): string[] =>
  Object.values(PROBLEMS_HEADING).includes(headings.at(-1) ?? '')
    ? headings.slice(0, -1)
    : [...headings];
