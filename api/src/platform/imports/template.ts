import { type MadeFile, XLSX } from '../kit/list-export.ts';
import { type Language, writeSheets } from '../kit/spreadsheet.ts';
import type { Bilingual } from '../manifest.ts';
import type { ImportColumn, ImportForm } from './types.ts';

const forms = {
  text: { zh: '文本', en: 'text' },
  code: { zh: '号码（单元格设为文本格式）', en: 'number or code (set the cells to text)' },
  day: { zh: '日期，如 2026-03-01', en: 'day, such as 2026-03-01' },
} as const;
const yes = { zh: '必填', en: 'required' } as const;

/**
 * An empty workbook: a sheet with the headings, one that explains them with examples, and one with the
 * names that cells may have.
 *
 * @param words by column.
 */
export async function templateOf(
  form: ImportForm,
  language: Language,
  words: Readonly<Record<string, readonly Bilingual[]>> = {},
): Promise<MadeFile> {
  const explained = (
    name: { zh: string; en: string },
    width: number,
    value: (one: ImportColumn) => string,
  ) => ({
    name,
    width,
    value: (one: unknown) => value(one as ImportColumn),
  });
  const bytes = await writeSheets(
    [
      {
        name: form.name,
        columns: form.columns.map(({ name }) => ({ name, width: 20, value: () => null })),
        rows: [],
      },
      {
        name: { zh: '说明', en: 'Columns' },
        columns: [
          explained({ zh: '列', en: 'Column' }, 20, (one) => one.name[language]),
          explained({ zh: '要求', en: 'Needed' }, 12, (one) => (one.required ? yes[language] : '')),
          explained({ zh: '写法', en: 'How to write it' }, 36, (one) => forms[one.kind][language]),
          explained({ zh: '示例', en: 'Example' }, 28, (one) => one.example[language]),
        ],
        rows: form.columns,
      },
      ...namesSheet(form, language, words),
    ],
    language,
    'UTC',
  );
  return { name: `${form.id}-template.xlsx`, type: XLSX, bytes, rowLimit: null };
}

/** A column for each column of the kind that has names; none where there is nothing yet. */
function namesSheet(
  form: ImportForm,
  language: Language,
  words: Readonly<Record<string, readonly Bilingual[]>>,
) {
  const lists = form.columns.flatMap(({ id, name }) => {
    const list = words[id] ?? [];
    return list.length > 0 ? [{ name, list }] : [];
  });
  const most = Math.max(0, ...lists.map(({ list }) => list.length));
  if (most === 0) return [];
  return [
    {
      name: { zh: '可填的值', en: 'Values' },
      columns: lists.map(({ name, list }) => ({
        name,
        width: 28,
        value: (row: unknown) => list[row as number]?.[language] ?? null,
      })),
      rows: Array.from({ length: most }, (_, row) => row),
    },
  ];
}
