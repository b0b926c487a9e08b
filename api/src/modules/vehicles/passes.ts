import { DateTime } from 'luxon';
import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { Problem } from '../../platform/http/errors.ts';
import { EXPORT_MOST, exportList } from '../../platform/kit/list-export.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { Column } from '../../platform/kit/spreadsheet.ts';
import { allOf, anyOf, containsSql, within } from '../../platform/kit/sql.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import type { Platform } from '../../platform/module.ts';
import { countOnSite, rowJoins, rowReach, seesDriver } from './reach.ts';
import type * as schema from './schema.ts';
import type { PassQuery, VehiclePassView } from './schema.ts';
import { namesOfKinds } from './words.ts';

const newestFirst = listOrder('vehicle passes', 'desc', { at: 'time', id: 'id' });
const inTable = { at: Prisma.sql`g.at`, id: Prisma.sql`g.id` };

interface Row {
  id: string;
  vehicleId: string | null;
  plate: string;
  kind: string | null;
  direction: VehiclePassView['direction'];
  source: string;
  areaId: string | null;
  areaName: Bilingual | null;
  at: Date;
  late: boolean;
  admitted: boolean;
  company: string | null;
  note: string | null;
  enteredBy: Bilingual | null;
  driver: VehiclePassView['driver'];
}

/** The gate log: vehicles at portals, and the same as a spreadsheet. */
export function createPasses({ units, settings }: Pick<Platform, 'units' | 'settings'>) {
  async function page(tx: Transaction, account: Account, query: PassQuery, id?: string) {
    const onDay = query.day ? dayAt(query.day, settings.timeZone) : null;
    const found = await sqlIn(tx)<Row>(Prisma.sql`
      SELECT g.id, g.vehicle_id AS "vehicleId", g.plate, v.kind, g.direction, g.source, g.area_id AS "areaId",
        a.name AS "areaName", g.at, g.late, g.admitted, g.company, g.note,
        u.display_name AS "enteredBy", CASE WHEN s.id IS NOT NULL AND ${seesDriver(account)}
          THEN jsonb_build_object('id', s.id, 'name', s.name, 'employeeNo', s.employee_no) END AS driver
      FROM vehicle_pass g ${rowJoins(Prisma.sql`g`)} LEFT JOIN app_user u ON u.id = g.entered_by
      WHERE ${allOf([
        rowReach(account, 'vehicle:read'),
        ...containsSql(query.q, [Prisma.sql`g.plate`, Prisma.sql`g.company`]),
        ...anyOf(Prisma.sql`g.id`, id === undefined ? undefined : [id]),
        ...anyOf(Prisma.sql`g.vehicle_id`, query.vehicle ? [query.vehicle] : []),
        ...anyOf(Prisma.sql`g.direction`, query.direction && [query.direction]),
        ...within(Prisma.sql`g.at`, query.from, query.to),
        ...within(Prisma.sql`g.at`, onDay?.from, onDay?.to),
        newestFirst.beyondSql(newestFirst.after(query.cursor), inTable),
      ])} ORDER BY ${newestFirst.bySql(inTable)} LIMIT ${query.limit + 1}`);
    const { rows, next } = newestFirst.page(found, query.limit);
    const nameOf = await namesOfKinds(tx);
    const items = rows.map(
      ({ vehicleId, plate, kind, areaId, areaName, at, ...row }): VehiclePassView => ({
        ...row,
        plate,
        vehicle:
          vehicleId === null || kind === null
            ? null
            : { id: vehicleId, plate, kindName: nameOf(kind) },
        area: areaId === null ? null : { id: areaId, name: areaName },
        at: at.toISOString(),
      }),
    );
    return { items, next };
  }

  return {
    list: (user: User, query: PassQuery): Promise<z.infer<typeof schema.passPage>> =>
      units.run(user, async ({ tx }) => ({
        ...(await page(tx, user.account, query)),
        onSite: await countOnSite(tx, user.account),
      })),

    /** One that was entered just now. */
    get: (user: User, id: string): Promise<VehiclePassView> =>
      units.run(user, async ({ tx }) => {
        const { items } = await page(tx, user.account, { limit: 1 }, id);
        const [pass] = items;
        if (!pass) throw new Problem('vehicle.unknown');
        return pass;
      }),

    /** The log as a spreadsheet, by the same filters. */
    export: (user: User, { lang, format, ...filter }: z.infer<typeof schema.passExport>) =>
      units.run(user, async (unit) => {
        const limit = EXPORT_MOST + 1;
        const { items } = await page(unit.tx, user.account, { ...filter, limit });
        return exportList(unit, {
          entity: 'vehicle-pass',
          format,
          language: lang,
          timeZone: settings.timeZone,
          fileName: 'vehicle-passes',
          title: { zh: '车辆出入记录', en: 'Gate log of vehicles' },
          columns: columns(lang),
          items,
          filter,
        });
      }),
  };
}

/** A day at the plant, as instants. */
function dayAt(day: string, timeZone: string): { from: string; to: string } {
  const from = DateTime.fromISO(day, { zone: timeZone }).startOf('day');
  return {
    from: from.toUTC().toISO() as string,
    to: from.plus({ days: 1 }).toUTC().toISO() as string,
  };
}

const ways = {
  in: { zh: '入场', en: 'in' },
  out: { zh: '离场', en: 'out' },
  through: { zh: '场内通过', en: 'inside' },
} as const;
const columns = (language: 'zh' | 'en'): Column<VehiclePassView>[] => [
  { name: { zh: '时间', en: 'Time' }, width: 18, value: ({ at }) => new Date(at) },
  { name: { zh: '车牌', en: 'Plate' }, width: 16, value: ({ plate }) => plate },
  {
    name: { zh: '类型', en: 'Kind' },
    width: 16,
    value: ({ vehicle }) => vehicle?.kindName[language] ?? null,
  },
  { name: { zh: '方向', en: 'Direction' }, value: (one) => ways[one.direction][language] },
  {
    name: { zh: '地点', en: 'Place' },
    width: 20,
    value: ({ area, source }) => area?.name?.[language] ?? source,
  },
  { name: { zh: '读卡器', en: 'Reader' }, width: 18, value: ({ source }) => source },
  { name: { zh: '驾驶员', en: 'Driver' }, width: 14, value: ({ driver }) => driver?.name ?? null },
  { name: { zh: '单位', en: 'Company' }, width: 20, value: ({ company }) => company },
  {
    name: { zh: '登记人', en: 'Entered by' },
    width: 14,
    value: ({ enteredBy }) => enteredBy?.[language] ?? null,
  },
  { name: { zh: '备注', en: 'Note' }, width: 20, value: ({ note }) => note },
  {
    name: { zh: '允许', en: 'Admitted' },
    value: ({ admitted }) =>
      (admitted ? { zh: '是', en: 'yes' } : { zh: '否', en: 'no' })[language],
  },
];
