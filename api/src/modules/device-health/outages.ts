import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { EXPORT_MOST, exportList } from '../../platform/kit/list-export.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import type { User } from '../../platform/kit/routes.ts';
import { answerFrom } from '../../platform/kit/rows.ts';
import type { Column } from '../../platform/kit/spreadsheet.ts';
import { allOf, anyOf } from '../../platform/kit/sql.ts';
import type { Platform } from '../../platform/module.ts';
import type { Devices } from './devices.ts';
import { rangeOf } from './range.ts';
import {
  type OutageQuery,
  type OutageView,
  type outageExport,
  type outagePage,
  outageSchema,
} from './schema.ts';
import type { OutageStills, StillFacts } from './stills.ts';
import { causeWords, faultWords } from './words.ts';

const newestFirst = listOrder('device outages', 'desc', { begunAt: 'time', id: 'id' });
const inTable = { begunAt: Prisma.sql`o.begun_at`, id: Prisma.sql`o.id` };
type Row = Omit<OutageView, 'name' | 'begunAt' | 'foundAt' | 'endedAt' | 'toldAt' | 'still'> & {
  begunAt: Date;
  foundAt: Date;
  endedAt: Date | null;
  toldAt: Date | null;
} & Pick<StillFacts, 'stored' | 'takenAt' | 'missing'>;

/** The outages of devices: those that lasted into the asked time. */
export function createOutageList(
  { units, settings }: Pick<Platform, 'units' | 'settings'>,
  devices: Devices,
  stills: Pick<OutageStills, 'stateOf'>,
) {
  async function page({ account }: User, tx: Transaction, query: OutageQuery) {
    const { from, to } = rangeOf(query);
    const found = await sqlIn(tx)<Row>(Prisma.sql`
      SELECT o.id, o.kind, o.subject, o.fault, o.cause, o.message, o.worker, o.begun_at AS "begunAt",
        o.found_at AS "foundAt", o.ended_at AS "endedAt", o.told_at AS "toldAt",
        s.stored_at AS stored, s.taken_at AS "takenAt", s.missing
      FROM device_outage o LEFT JOIN device_outage_still s ON s.outage_id = o.id WHERE ${allOf([
        Prisma.sql`o.begun_at < ${to}`,
        Prisma.sql`coalesce(o.ended_at, 'infinity') > ${from}`,
        ...anyOf(Prisma.sql`o.kind`, query.kind),
        ...anyOf(Prisma.sql`o.subject`, query.subject),
        ...anyOf(Prisma.sql`o.fault`, query.fault),
        ...(query.open ? [Prisma.sql`o.ended_at IS NULL`] : []),
        newestFirst.beyondSql(newestFirst.after(query.cursor), inTable),
      ])} ORDER BY ${newestFirst.bySql(inTable)} LIMIT ${query.limit + 1}`);
    const { rows, next } = newestFirst.page(found, query.limit);
    const nameOf = await devices.names(tx);
    const items = rows.map(
      (row): OutageView =>
        answerFrom(outageSchema, row, {
          name: nameOf(row.kind, row.subject),
          still: stills.stateOf(account, row),
        }),
    );
    return { items, next };
  }

  return {
    list: (user: User, query: OutageQuery): Promise<z.infer<typeof outagePage>> =>
      units.run(user, async ({ tx }) => ({
        ...(await page(user, tx, query)),
        open: await tx.deviceOutage.count({ where: { endedAt: null } }),
      })),

    /** The list as a spreadsheet, by the same filters. */
    export: (user: User, { lang, format, ...filter }: z.infer<typeof outageExport>) =>
      units.run(user, async (unit) => {
        const { items } = await page(user, unit.tx, { ...filter, limit: EXPORT_MOST + 1 });
        return exportList(unit, {
          entity: 'device-outage',
          format,
          language: lang,
          timeZone: settings.timeZone,
          fileName: 'device-outages',
          title: { zh: '设备中断记录', en: 'Outages of devices' },
          columns: exportColumns(lang),
          items,
          filter,
        });
      }),
  };
}

const exportColumns = (language: 'zh' | 'en'): Column<OutageView>[] => [
  { name: { zh: '设备', en: 'Device' }, width: 28, value: ({ name }) => name[language] },
  { name: { zh: '编号', en: 'Id' }, width: 18, value: ({ subject }) => subject },
  {
    name: { zh: '故障', en: 'Fault' },
    width: 24,
    value: ({ fault }) => faultWords[fault][language],
  },
  {
    name: { zh: '原因', en: 'Reason' },
    width: 28,
    value: ({ cause }) => causeWords(cause)?.[language] ?? null,
  },
  { name: { zh: '开始', en: 'From' }, width: 18, value: ({ begunAt }) => new Date(begunAt) },
  {
    name: { zh: '结束', en: 'To' },
    width: 18,
    value: ({ endedAt }) => (endedAt === null ? null : new Date(endedAt)),
  },
  {
    name: { zh: '时长（分钟）', en: 'Minutes' },
    value: ({ begunAt, endedAt }) =>
      endedAt === null
        ? null
        : Math.round((Date.parse(endedAt) - Date.parse(begunAt)) / 6_000) / 10,
  },
  { name: { zh: '说明', en: 'Message' }, width: 48, value: ({ message }) => message },
];
