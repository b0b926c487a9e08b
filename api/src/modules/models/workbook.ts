import type { z } from 'zod';
import {
  type Bilingual,
  type Column,
  type Language,
  type Sheet,
  writeSheets,
} from '../../platform/kit/spreadsheet.ts';
import type { NameKind } from '../violations/kind.ts';
import type { PrecisionRow, precisionAnswer } from './schema.ts';

/** The precision figures as a workbook, with explanations. */
export function precisionWorkbook(
  { items, total, minJudged }: z.infer<typeof precisionAnswer>,
  language: Language,
  timeZone: string,
  nameOf: NameKind,
): Promise<Buffer> {
  const all = { zh: '全部', en: 'All' };
  const text = (
    zh: string,
    en: string,
    value: (row: PrecisionRow) => string | null,
  ): Column<PrecisionRow> => ({ name: { zh, en }, value: (row) => value(row) ?? all[language] });
  const number = (
    zh: string,
    en: string,
    value: (row: PrecisionRow) => number | null,
    format = '0',
  ): Column<PrecisionRow> => ({ name: { zh, en }, value, format });
  const percent = '0.0%';
  const columns: Column<PrecisionRow>[] = [
    text('规则', 'Rule', ({ rule }) => rule && nameOf(rule)[language]),
    text('摄像机', 'Camera', ({ camera }) => camera),
    text('模型', 'Model', ({ model, version }) => model && `${model} ${version}`),
    text('周（周一）', 'Week (Monday)', ({ week }) => week),
    number('记录', 'Recorded', (row) => row.recorded),
    number('已审核', 'Judged', (row) => row.judged),
    number('确认', 'Confirmed', (row) => row.confirmed),
    number('驳回', 'Dismissed', (row) => row.dismissed),
    number('误检', 'Wrong detection', wrongOf),
    number('确认率', 'Precision', (row) => row.precision?.value ?? null, percent),
    number('下限', 'Low', (row) => row.precision?.low ?? null, percent),
    number('上限', 'High', (row) => row.precision?.high ?? null, percent),
    number('识别正确率', 'Detection', (row) => row.detection?.value ?? null, percent),
    number('下限', 'Low', (row) => row.detection?.low ?? null, percent),
    number('上限', 'High', (row) => row.detection?.high ?? null, percent),
    number('未审核占比', 'Unreviewed', (row) => row.unreviewed, percent),
    number('审核用时中位数（分）', 'Median minutes', (row) => row.medianReviewMinutes, '0.0'),
  ];
  const notes: Bilingual[] = [
    {
      zh: `少于 ${minJudged} 条审核结论的不给出比率。区间为 Wilson 95 % 得分区间（Wilson 1927）。`,
      en: `No share below ${minJudged} verdicts. Intervals are Wilson score intervals at 95 % (Wilson 1927).`,
    },
    {
      zh: '确认率 = 确认 / 已审核；识别正确率把“允许的作业”也算作识别正确，“重复”不计入。',
      en: 'Precision is confirmed of judged; detection counts permitted work as seen rightly, and leaves doubles out.',
    },
  ];
  const sheets = [
    {
      name: { zh: '准确率', en: 'Precision' },
      columns,
      rows: items,
      total,
    } satisfies Sheet<PrecisionRow>,
    {
      name: { zh: '说明', en: 'Notes' },
      columns: [
        {
          name: { zh: '说明', en: 'Notes' },
          width: 120,
          value: (note: Bilingual) => note[language],
        },
      ],
      rows: notes,
    } satisfies Sheet<Bilingual>,
  ];
  return writeSheets(sheets as unknown as Sheet<unknown>[], language, timeZone);
}

/** Dismissals that mean a false detection. */
function wrongOf({ reasons }: PrecisionRow): number {
  return ['false-detection', 'item-worn', 'not-a-person'].reduce(
    (sum, reason) => sum + (reasons[reason] ?? 0),
    0,
  );
}
