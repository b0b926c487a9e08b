import type { Account } from '../../../platform/access/account.ts';
import type { Transaction } from '../../../platform/db/database.ts';
import { cutNote, EXPORT_MOST } from '../../../platform/kit/list-export.ts';
import type { Bilingual, Column, Language, Sheet } from '../../../platform/kit/spreadsheet.ts';
import { counted, type Scope } from './rows.ts';
import type { HeatMap, Rectification, RectificationRow, WeakLink, WeakLinks } from './schema.ts';

const column = <Item>(
  zh: string,
  en: string,
  value: Column<Item>['value'],
  more: Partial<Column<Item>> = {},
): Column<Item> => ({ name: { zh, en }, value, ...more });

const percent = { format: '0.0%' };
const count = { format: '0' };
const sheetOf = <Item>(sheet: Sheet<Item>) => sheet as Sheet<unknown>;

/** The rectification rates, and the counted hazards. */
export function rectificationSheets(
  { items, total }: Rectification,
  hazards: ListedHazard[],
  language: Language,
): Sheet<unknown>[] {
  const columns: Column<RectificationRow>[] = [
    column('分组', 'Group', ({ name }) => name[language], { width: 24 }),
    column('上报', 'Reported', (row) => row.reported, count),
    column('受理', 'Accepted', (row) => row.accepted, count),
    column('已销号', 'Closed', (row) => row.closed, count),
    column('按期整改', 'On time', (row) => row.closedOnTime, count),
    column('超期未整改', 'Overdue', (row) => row.overdue, count),
    column('整改率', 'Rate', (row) => row.rate, percent),
    column('按期率', 'On-time rate', (row) => row.onTimeRate, percent),
    column('平均闭环（小时）', 'Mean hours', (row) => row.meanHours, { format: '0.0', width: 18 }),
  ];
  return [
    sheetOf({ name: { zh: '整改率', en: 'Rectification' }, columns, rows: items, total }),
    sheetOf(listSheet(hazards, language)),
  ];
}

export interface ListedHazard {
  no: string;
  title: string;
  type: Bilingual | null;
  level: string | null;
  area: Bilingual | null;
  department: Bilingual | null;
  state: string;
  foundAt: Date;
  reportedAt: Date;
  dueAt: Date | null;
  closedAt: Date | null;
}

/** The counted hazards, one more than a sheet's limit; without reporters. */
export function findListed(
  tx: Transaction,
  account: Account,
  scope: Scope,
): Promise<ListedHazard[]> {
  return tx.$queryRaw<ListedHazard[]>`
    SELECT h.no, h.title, t.name AS type, h.level, a.name AS area, d.name AS department, h.state,
      h.found_at AS "foundAt", h.reported_at AS "reportedAt", h.due_at AS "dueAt",
      h.closed_at AS "closedAt"
    FROM (SELECT * FROM hazard h WHERE ${counted(account, scope)}
      ORDER BY h.reported_at DESC, h.id DESC LIMIT ${EXPORT_MOST + 1}) h
    LEFT JOIN hazard_type t ON t.id = h.type
    LEFT JOIN area a ON a.id = h.area_id
    LEFT JOIN department d ON d.id = h.department_id
    ORDER BY h.reported_at DESC, h.id DESC`;
}

const LEVELS: Record<string, Bilingual> = {
  general: { zh: '一般', en: 'General' },
  major: { zh: '重大', en: 'Major' },
};

function listSheet(rows: ListedHazard[], language: Language): Sheet<ListedHazard> {
  const columns: Column<ListedHazard>[] = [
    column('编号', 'Number', ({ no }) => no, { width: 20 }),
    column('标题', 'Title', ({ title }) => title, { width: 40 }),
    column('类型', 'Type', ({ type }) => type?.[language] ?? null),
    column('等级', 'Level', ({ level }) => (level ? (LEVELS[level]?.[language] ?? level) : null)),
    column('区域', 'Area', ({ area }) => area?.[language] ?? null, { width: 18 }),
    column('责任部门', 'Department', ({ department }) => department?.[language] ?? null, {
      width: 18,
    }),
    column('状态', 'State', ({ state }) => state),
    column('发现时间', 'Found', ({ foundAt }) => foundAt, { width: 18 }),
    column('上报时间', 'Reported', ({ reportedAt }) => reportedAt, { width: 18 }),
    column('期限', 'Due', ({ dueAt }) => dueAt, { width: 18 }),
    column('销号时间', 'Closed', ({ closedAt }) => closedAt, { width: 18 }),
  ];
  return {
    name: { zh: '隐患清单', en: 'Hazards' },
    columns,
    rows: rows.slice(0, EXPORT_MOST),
    ...(rows.length > EXPORT_MOST ? { note: cutNote(EXPORT_MOST)[language] } : {}),
  };
}

export function heatMapSheets({ areas }: HeatMap, language: Language): Sheet<unknown>[] {
  type Area = HeatMap['areas'][number];
  const columns: Column<Area>[] = [
    column('区域', 'Area', ({ name }) => name[language], { width: 24 }),
    column('隐患数', 'Hazards', (area) => area.count, count),
    column('未销号', 'Open', (area) => area.open, count),
    column('超期', 'Overdue', (area) => area.overdue, count),
    column('热度', 'Score', (area) => area.score, { format: '0.00' }),
  ];
  const sum = (of: 'count' | 'open' | 'overdue' | 'score') =>
    areas.reduce((total, area) => total + area[of], 0);
  const total: Area = {
    id: '',
    name: { zh: '合计', en: 'Total' },
    polygon: null,
    count: sum('count'),
    open: sum('open'),
    overdue: sum('overdue'),
    score: sum('score'),
  };
  return [
    sheetOf({ name: { zh: '隐患分布', en: 'Hazards by area' }, columns, rows: areas, total }),
  ];
}

export function weakLinkSheets(links: WeakLinks, language: Language): Sheet<unknown>[] {
  const numbers: Column<WeakLink>[] = [
    column('数量', 'Hazards', (link) => link.count, count),
    column('其中重大', 'Major', (link) => link.major, count),
    column('复发', 'Came back', (link) => link.recurred, count),
    column('超期', 'Overdue', (link) => link.overdue, count),
    column('平均闭环（小时）', 'Mean hours', (link) => link.meanHours, {
      format: '0.0',
      width: 18,
    }),
    column('得分', 'Score', (link) => link.score, { format: '0.0' }),
    column('原因', 'Reasons', (link) => link.reasons.map((one) => one[language]).join('; '), {
      width: 60,
    }),
  ];
  const rank = column<WeakLink>('排名', 'Rank', (link) => link.rank, count);
  const name = (of: 'area' | 'type' | 'department', zh: string, en: string) =>
    column<WeakLink>(zh, en, (link) => link[of]?.name[language] ?? null, { width: 20 });
  return [
    sheetOf({
      name: { zh: '高频风险区域', en: 'Places' },
      columns: [rank, name('area', '区域', 'Area'), name('type', '类型', 'Type'), ...numbers],
      rows: links.places,
    }),
    sheetOf({
      name: { zh: '管理薄弱环节', en: 'Departments' },
      columns: [rank, name('department', '部门', 'Department'), ...numbers],
      rows: links.departments,
    }),
    sheetOf({
      name: { zh: '计算方法', en: 'Formula' },
      columns: [
        column<Bilingual>('公式', 'Formula', (formula) => formula[language], { width: 120 }),
      ],
      rows: [links.formula],
    }),
  ];
}
