import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { EXPORT_MOST, exportList } from '../../platform/kit/list-export.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import type { User } from '../../platform/kit/routes.ts';
import { answerFrom } from '../../platform/kit/rows.ts';
import type { Column } from '../../platform/kit/spreadsheet.ts';
import { allOf, anyOf, within } from '../../platform/kit/sql.ts';
import type { Platform } from '../../platform/module.ts';
import type { Devices } from './devices.ts';
import { rangeOf } from './range.ts';
import {
  type HourQuery,
  type HourView,
  type hourExport,
  type hourPage,
  hourSchema,
} from './schema.ts';

const newestFirst = listOrder('device health hours', 'desc', {
  at: 'time',
  kind: 'text',
  subject: 'text',
});
const inTable = {
  at: Prisma.sql`h.at`,
  kind: Prisma.sql`h.kind`,
  subject: Prisma.sql`h.subject`,
};
type Row = Omit<HourView, 'name' | 'at'> & { at: Date };

/** The hours of all devices, newest first. */
export function createHourList(
  { units, settings }: Pick<Platform, 'units' | 'settings'>,
  devices: Devices,
) {
  async function page(tx: Transaction, query: HourQuery) {
    const { from, to } = rangeOf(query);
    const found = await sqlIn(tx)<Row>(Prisma.sql`
      SELECT h.kind, h.subject, h.at, h.worker, h.minutes, h.up_seconds AS "upSeconds",
        h.fair_minutes AS "fairMinutes", h.poor_minutes AS "poorMinutes",
        h.off_minutes AS "offMinutes", h.due, h.dropped, h.stalls, h.reconnects,
        h.decode_errors AS "decodeErrors", h.delay_ms AS "delayMs", h.reasons
      FROM device_health_hour h WHERE ${allOf([
        ...within(Prisma.sql`h.at`, from.toISOString(), to.toISOString()),
        ...anyOf(Prisma.sql`h.kind`, query.kind),
        ...anyOf(Prisma.sql`h.subject`, query.subject),
        ...(query.trouble ? [Prisma.sql`h.fair_minutes + h.poor_minutes + h.off_minutes > 0`] : []),
        newestFirst.beyondSql(newestFirst.after(query.cursor), inTable),
      ])} ORDER BY ${newestFirst.bySql(inTable)} LIMIT ${query.limit + 1}`);
    const { rows, next } = newestFirst.page(found, query.limit);
    const nameOf = await devices.names(tx);
    const items = rows.map(
      (row): HourView => answerFrom(hourSchema, row, { name: nameOf(row.kind, row.subject) }),
    );
    return { items, next };
  }

  return {
    list: (user: User, query: HourQuery): Promise<z.infer<typeof hourPage>> =>
      units.run(user, ({ tx }) => page(tx, query)),

    /** The list as a spreadsheet, by the same filters. */
    export: (user: User, { lang, format, ...filter }: z.infer<typeof hourExport>) =>
      units.run(user, async (unit) => {
        const { items } = await page(unit.tx, { ...filter, limit: EXPORT_MOST + 1 });
        return exportList(unit, {
          entity: 'device-health-hour',
          format,
          language: lang,
          timeZone: settings.timeZone,
          fileName: 'device-health',
          title: { zh: '设备运行记录', en: 'Health of devices' },
          columns: exportColumns(lang),
          items,
          filter,
        });
      }),
  };
}

const reasonWords = {
  'few-frames': { zh: '帧数不足', en: 'too few frames' },
  reconnects: { zh: '重连过多', en: 'many reconnects' },
  stalls: { zh: '画面停顿', en: 'stalls' },
  'low-contrast': { zh: '画面过暗', en: 'too dark' },
} as const;

const exportColumns = (language: 'zh' | 'en'): Column<HourView>[] => [
  { name: { zh: '时间', en: 'Hour' }, width: 18, value: ({ at }) => new Date(at) },
  { name: { zh: '设备', en: 'Device' }, width: 28, value: ({ name }) => name[language] },
  { name: { zh: '编号', en: 'Id' }, width: 18, value: ({ subject }) => subject },
  { name: { zh: '有记录的分钟', en: 'Minutes on record' }, value: ({ minutes }) => minutes },
  { name: { zh: '在线秒数', en: 'Seconds up' }, value: ({ upSeconds }) => upSeconds },
  { name: { zh: '一般（分钟）', en: 'Fair (minutes)' }, value: ({ fairMinutes }) => fairMinutes },
  { name: { zh: '较差（分钟）', en: 'Poor (minutes)' }, value: ({ poorMinutes }) => poorMinutes },
  { name: { zh: '中断（分钟）', en: 'Away (minutes)' }, value: ({ offMinutes }) => offMinutes },
  {
    name: { zh: '原因', en: 'Reasons' },
    width: 24,
    value: ({ reasons }) => reasons.map((one) => reasonWords[one][language]).join(', '),
  },
  { name: { zh: '应分析帧', en: 'Frames due' }, value: ({ due }) => due },
  { name: { zh: '丢帧', en: 'Dropped' }, value: ({ dropped }) => dropped },
  { name: { zh: '停顿次数', en: 'Stalls' }, value: ({ stalls }) => stalls },
  { name: { zh: '重连次数', en: 'Reconnects' }, value: ({ reconnects }) => reconnects },
  { name: { zh: '解码错误', en: 'Decode errors' }, value: ({ decodeErrors }) => decodeErrors },
  { name: { zh: '最大延迟（毫秒）', en: 'Longest delay (ms)' }, value: ({ delayMs }) => delayMs },
];
