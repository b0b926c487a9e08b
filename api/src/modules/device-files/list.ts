import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { EXPORT_MOST, exportList } from '../../platform/kit/list-export.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { Column } from '../../platform/kit/spreadsheet.ts';
import { allOf, anyOf, containsSql } from '../../platform/kit/sql.ts';
import { unsuitedPairs } from './link.ts';
import { MAINTENANCE } from './obligations.ts';
import { type DeviceRecords, daysAt } from './records.ts';
import type { DeviceFileRow, deviceFilePage, exportListQuery, ListQuery } from './schema.ts';

const byName = listOrder('device-files', 'asc', { name: 'text', id: 'id' });

/** `finding`, `link`, `overdue` or `soon`, of `device_file d`. */
const states = ({ today, soon }: { today: string; soon: string }) => ({
  finding: Prisma.sql`EXISTS (SELECT 1 FROM device_finding f
    WHERE f.tenant_id = d.tenant_id AND f.device_id = d.id AND f.closed_at IS NULL)`,
  link: Prisma.sql`(d.status = 'in-use' AND (d.kind, d.link) IN (${Prisma.join(
    unsuitedPairs().map(([kind, link]) => Prisma.sql`(${kind}, ${link})`),
  )}))`,
  overdue: Prisma.sql`(d.status = 'in-use' AND ${due} < ${today}::date)`,
  soon: Prisma.sql`(d.status = 'in-use' AND ${due} BETWEEN ${today}::date AND ${soon}::date)`,
});
const due = Prisma.sql`coalesce(
  (SELECT n.due_on FROM obligation o JOIN obligation_case n
     ON n.tenant_id = o.tenant_id AND n.obligation_id = o.id AND n.ended_at IS NULL
   WHERE o.tenant_id = d.tenant_id AND o.kind = ${MAINTENANCE} AND o.source = d.id
     AND n.postponed_at IS NOT NULL),
  coalesce(d.maintained_on, d.installed_on) + d.maintenance_days)`;

/** The list of the files, and the same as a spreadsheet. */
export function createDeviceList(options: {
  units: Units;
  records: DeviceRecords;
  timeZone: string;
}) {
  const { units, records, timeZone } = options;

  async function page(tx: Transaction, query: ListQuery) {
    const columns = { name: Prisma.sql`d.name`, id: Prisma.sql`d.id` };
    const state = states(daysAt(timeZone));
    const either = (query.state ?? []).map((one) => state[one]);
    const found = await sqlIn(tx)<{ id: string; name: string }>(Prisma.sql`
      SELECT d.id, d.name FROM device_file d
      WHERE ${allOf([
        ...containsSql(query.q, [
          columns.name,
          ...['model', 'serial', 'ref'].map((one) => Prisma.raw(`coalesce(d.${one}, '')`)),
        ]),
        ...anyOf(Prisma.sql`d.kind`, query.kind),
        ...anyOf(Prisma.sql`d.area_id`, query.area),
        ...anyOf(Prisma.sql`d.status`, query.status),
        ...(either.length > 0 ? [Prisma.sql`(${Prisma.join(either, ' OR ')})`] : []),
        byName.beyondSql(byName.after(query.cursor), columns),
      ])} ORDER BY ${byName.bySql(columns)} LIMIT ${query.limit + 1}`);
    const { rows, next } = byName.page(found, query.limit);
    const full = await tx.deviceFile.findMany({ where: { id: { in: rows.map(({ id }) => id) } } });
    const byId = new Map(full.map((row) => [row.id, row]));
    const inOrder = rows.flatMap(({ id }) => byId.get(id) ?? []);
    return { rows: await records.showRows(tx, inOrder), next };
  }

  return {
    list: (user: User, query: ListQuery): Promise<z.infer<typeof deviceFilePage>> =>
      units.run(user, async ({ tx }) => {
        const { rows, next } = await page(tx, query);
        const { finding, link, soon, overdue } = states(daysAt(timeZone));
        const [counts] = await sqlIn(tx)<z.infer<typeof deviceFilePage>['counts']>(Prisma.sql`
          SELECT count(*)::int AS "all", count(*) FILTER (WHERE ${finding})::int AS findings,
            count(*) FILTER (WHERE ${link})::int AS links,
            count(*) FILTER (WHERE ${soon})::int AS soon,
            count(*) FILTER (WHERE ${overdue})::int AS overdue
          FROM device_file d`);
        return {
          items: rows,
          next,
          counts: counts ?? { all: 0, findings: 0, links: 0, soon: 0, overdue: 0 },
        };
      }),

    /** The list as a spreadsheet, by the same filters. */
    export: (user: User, { lang, format, ...filter }: z.infer<typeof exportListQuery>) =>
      units.run(user, async (unit) => {
        const { rows } = await page(unit.tx, { ...filter, limit: EXPORT_MOST + 1 });
        return exportList(unit, {
          entity: 'device-file',
          format,
          language: lang,
          timeZone,
          fileName: 'device-files',
          title: { zh: '设备档案', en: 'Device files' },
          columns: exportColumns(lang),
          items: rows,
          filter,
        });
      }),
  };
}

const exportColumns = (language: 'zh' | 'en'): Column<DeviceFileRow>[] => [
  { name: { zh: '名称', en: 'Name' }, width: 32, value: ({ name }) => name },
  { name: { zh: '类别', en: 'Kind' }, width: 18, value: ({ kindName }) => kindName[language] },
  { name: { zh: '系统编号', en: 'Id in the system' }, width: 18, value: ({ ref }) => ref },
  {
    name: { zh: '区域', en: 'Area' },
    width: 18,
    value: ({ area }) => area?.name[language] ?? null,
  },
  { name: { zh: '安装位置', en: 'Place' }, width: 28, value: ({ place }) => place },
  { name: { zh: '厂商', en: 'Maker' }, value: ({ maker }) => maker },
  { name: { zh: '型号规格', en: 'Model' }, value: ({ model }) => model },
  { name: { zh: '序列号', en: 'Serial number' }, value: ({ serial }) => serial },
  { name: { zh: '防护等级', en: 'IP code' }, value: ({ ip }) => ip },
  { name: { zh: '抗振动', en: 'Vibration' }, value: ({ vibration }) => vibration },
  { name: { zh: '抗电磁干扰', en: 'Interference' }, value: ({ interference }) => interference },
  { name: { zh: '网络', en: 'Link' }, value: ({ link }) => link },
  {
    name: { zh: '最近 24 小时在线（%）', en: 'Reached in 24 h (%)' },
    value: ({ linkHealth }) =>
      linkHealth?.share == null ? null : Math.round(linkHealth.share * 1000) / 10,
  },
  {
    name: { zh: '网络不适合的原因', en: 'Why the link does not suit' },
    width: 40,
    value: ({ linkProblem }) => linkProblem?.reason[language] ?? null,
  },
  {
    name: { zh: '维护周期（天）', en: 'Days between maintenances' },
    value: ({ maintenanceDays }) => maintenanceDays,
  },
  {
    name: { zh: '下次维护', en: 'Next maintenance' },
    value: ({ maintenanceDue }) => maintenanceDue,
  },
  { name: { zh: '状态', en: 'Status' }, value: ({ status }) => status },
];
