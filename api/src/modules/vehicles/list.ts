import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { EXPORT_MOST, exportList } from '../../platform/kit/list-export.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { Column } from '../../platform/kit/spreadsheet.ts';
import { allOf, anyOf, containsSql } from '../../platform/kit/sql.ts';
import type { Platform } from '../../platform/module.ts';
import { vehicleReach } from './reach.ts';
import { showVehicle, vehiclesWhere } from './records.ts';
import type * as schema from './schema.ts';
import type { VehicleQuery, VehicleView } from './schema.ts';
import { namesOfKinds } from './words.ts';

const byPlate = listOrder('vehicles by plate', 'asc', { plate: 'text', id: 'id' });
const inTable = { plate: Prisma.sql`v.plate`, id: Prisma.sql`v.id` };

/** The list of vehicles, and the same as a spreadsheet. */
export function createVehicleList({ units, settings }: Pick<Platform, 'units' | 'settings'>) {
  const { timeZone } = settings;

  async function page(tx: Transaction, account: Account, query: VehicleQuery) {
    const where = allOf([
      vehicleReach(account, 'vehicle:read'),
      ...searched(query.q),
      ...anyOf(Prisma.sql`v.kind`, query.kind),
      ...(query.status?.length
        ? anyOf(Prisma.sql`v.status`, query.status)
        : [Prisma.sql`v.status <> 'retired'`]),
      ...anyOf(Prisma.sql`v.department_id`, query.department ? [query.department] : []),
      ...(query.site === undefined ? [] : [Prisma.sql`v.on_site = ${query.site === 'on'}`]),
      byPlate.beyondSql(byPlate.after(query.cursor), inTable),
    ]);
    const limit = query.limit + 1;
    const found = await vehiclesWhere(tx, account, { where, order: byPlate.bySql(inTable), limit });
    const { rows, next } = byPlate.page(found, query.limit);
    const nameOf = await namesOfKinds(tx);
    return { items: rows.map((row) => showVehicle(row, { nameOf, timeZone })), next };
  }

  return {
    list: (user: User, query: VehicleQuery): Promise<z.infer<typeof schema.vehiclePage>> =>
      units.run(user, async ({ tx }) => {
        const { account } = user;
        const [counts] = await sqlIn(tx)<z.infer<typeof schema.vehiclePage>['counts']>(Prisma.sql`
          SELECT count(*)::int AS "all", count(*) FILTER (WHERE v.on_site)::int AS "onSite",
            (SELECT count(*)::int FROM vehicle_event e JOIN vehicle v ON v.id = e.vehicle_id
              LEFT JOIN department vd ON vd.id = v.department_id
              WHERE e.state = 'open' AND ${vehicleReach(account, 'vehicle:read')}) AS open
          FROM vehicle v LEFT JOIN department vd ON vd.id = v.department_id
          WHERE v.status <> 'retired' AND ${vehicleReach(account, 'vehicle:read')}`);
        return {
          ...(await page(tx, account, query)),
          counts: counts ?? { all: 0, onSite: 0, open: 0 },
        };
      }),

    /** The list as a spreadsheet, by the same filters. */
    export: (user: User, { lang, format, ...filter }: z.infer<typeof schema.vehicleExport>) =>
      units.run(user, async (unit) => {
        const limit = EXPORT_MOST + 1;
        const { items } = await page(unit.tx, user.account, { ...filter, limit });
        return exportList(unit, {
          entity: 'vehicle',
          format,
          language: lang,
          timeZone,
          fileName: 'vehicles',
          title: { zh: '车辆', en: 'Vehicles' },
          columns: columns(lang),
          items,
          filter,
        });
      }),
  };
}

/** A plate is found without its dot, too. */
function searched(q: string | undefined): Prisma.Sql[] {
  const bare = q?.normalize('NFKC').replace(/[\s·•・.‧_-]+/g, '');
  const columns = [Prisma.sql`v.model`, Prisma.sql`v.company`, Prisma.sql`v.plate`];
  const either = [
    ...containsSql(q, columns),
    ...containsSql(bare, [Prisma.sql`v.plate_key`]),
    ...(q
      ? [
          Prisma.sql`EXISTS (SELECT 1 FROM vehicle_tag t WHERE t.vehicle_id = v.id AND t.until IS NULL
            AND ${allOf(containsSql(q, [Prisma.sql`t.tag`]))})`,
        ]
      : []),
  ];
  return either.length === 0 ? [] : [Prisma.sql`(${Prisma.join(either, ' OR ')})`];
}

const columns = (language: 'zh' | 'en'): Column<VehicleView>[] => [
  { name: { zh: '车牌', en: 'Plate' }, width: 16, value: ({ plate }) => plate },
  { name: { zh: '类型', en: 'Kind' }, width: 16, value: ({ kindName }) => kindName[language] },
  { name: { zh: '型号', en: 'Model' }, width: 20, value: ({ model }) => model },
  {
    name: { zh: '部门', en: 'Department' },
    width: 20,
    value: ({ departmentName }) => departmentName?.[language] ?? null,
  },
  { name: { zh: '承包商', en: 'Contractor' }, width: 24, value: ({ company }) => company },
  {
    name: { zh: '标签', en: 'Tags' },
    width: 24,
    value: ({ tags }) => tags.flatMap(({ tag, until }) => (until === null ? [tag] : [])).join(', '),
  },
  { name: { zh: '最高速度 km/h', en: 'Highest speed km/h' }, value: (one) => one.maxSpeedKmh },
  {
    name: { zh: '可进入的限制区域', en: 'Restricted areas that it may enter' },
    width: 30,
    value: ({ areaNames }) => areaNames.map(({ id, name }) => name?.[language] ?? id).join(', '),
  },
  { name: { zh: '状态', en: 'Status' }, value: ({ status }) => statusTexts[status][language] },
  { name: { zh: '有效期至', en: 'Valid until' }, value: ({ validUntil }) => validUntil },
  {
    name: { zh: '在场', en: 'On site' },
    value: ({ onSite }) => (onSite ? { zh: '是', en: 'yes' } : { zh: '否', en: 'no' })[language],
  },
];
const statusTexts = {
  active: { zh: '在用', en: 'in use' },
  blocked: { zh: '停用', en: 'blocked' },
  retired: { zh: '注销', en: 'retired' },
} as const;
