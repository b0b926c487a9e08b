import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { EXPORT_MOST, exportList } from '../../platform/kit/list-export.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { Column } from '../../platform/kit/spreadsheet.ts';
import { allOf, anyOf, containsSql } from '../../platform/kit/sql.ts';
import { holdersOf, showPost } from './records.ts';
import type { PostQuery, PostView, postExportQuery, postPage } from './schema.ts';
import { readNames } from './words.ts';

const byCode = listOrder('posts by code', 'asc', { code: 'text' });
const columns = { code: Prisma.sql`p.code` };

/** The list of posts, and the same as a spreadsheet. */
export function createPostList({ units, timeZone }: { units: Units; timeZone: string }) {
  async function page(tx: Transaction, query: PostQuery) {
    const { q, kind, department, active, short } = query;
    const found = await sqlIn(tx)<{ id: string; code: string }>(Prisma.sql`
      SELECT p.id, p.code FROM post p
      WHERE ${allOf([
        ...containsSql(q, [Prisma.sql`p.name`, Prisma.sql`p.code`]),
        ...anyOf(Prisma.sql`p.kind`, kind),
        ...(department === undefined ? [] : [Prisma.sql`p.department_id = ${department}`]),
        ...(active === undefined ? [] : [Prisma.sql`p.active = ${active}`]),
        ...(short === undefined ? [] : [Prisma.sql`${isShort} = ${short}`]),
        byCode.beyondSql(byCode.after(query.cursor), columns),
      ])} ORDER BY ${byCode.bySql(columns)} LIMIT ${query.limit + 1}`);
    const { rows, next } = byCode.page(found, query.limit);
    const ids = rows.map(({ id }) => id);
    const full = await tx.post.findMany({ where: { id: { in: ids } }, orderBy: { code: 'asc' } });
    const names = await readNames(tx);
    const holders = await holdersOf(tx, ids);
    const byId = new Map(full.map((row) => [row.id, row]));
    const items = ids.flatMap((id) => {
      const row = byId.get(id);
      return row ? [showPost(row, names, holders.get(id) ?? 0)] : [];
    });
    return { items, next };
  }

  return {
    list: (user: User, query: PostQuery): Promise<z.infer<typeof postPage>> =>
      units.run(user, ({ tx }) => page(tx, query)),

    /** The list as a spreadsheet, by the same filters. */
    export: (user: User, { lang, format, ...filter }: z.infer<typeof postExportQuery>) =>
      units.run(user, async (unit) => {
        const { items } = await page(unit.tx, { ...filter, limit: EXPORT_MOST + 1 });
        return exportList(unit, {
          entity: 'post',
          format,
          language: lang,
          timeZone,
          fileName: 'posts',
          title: { zh: '岗位', en: 'Posts' },
          columns: exportColumns(lang),
          items,
          filter,
        });
      }),
  };
}

/** Fewer people hold `post p` than it needs. */
const isShort = Prisma.sql`(p.active AND p.min_crew > (SELECT count(*) FROM post_holding h
  WHERE h.tenant_id = p.tenant_id AND h.post_id = p.id AND h.until_at IS NULL))`;

const exportColumns = (language: 'zh' | 'en'): Column<PostView>[] => {
  const joined = (list: readonly { name: { zh: string; en: string } }[]) =>
    list.map(({ name }) => name[language]).join('; ');
  return [
    { name: { zh: '编码', en: 'Code' }, value: ({ code }) => code },
    { name: { zh: '岗位', en: 'Post' }, width: 24, value: ({ name }) => name },
    { name: { zh: '类型', en: 'Kind' }, width: 18, value: ({ kindName }) => kindName[language] },
    {
      name: { zh: '部门', en: 'Department' },
      width: 20,
      value: ({ department }) => department?.name[language] ?? null,
    },
    { name: { zh: '区域', en: 'Areas' }, width: 28, value: ({ areaNames }) => joined(areaNames) },
    {
      name: { zh: '设备', en: 'Machines' },
      width: 28,
      value: ({ machineNames }) => joined(machineNames),
    },
    {
      name: { zh: '技能与等级', en: 'Skills and levels' },
      width: 28,
      value: ({ skills, skillNames }) =>
        skills.map(({ level }, n) => `${skillNames[n]?.name[language]} ≥ ${level}`).join('; '),
    },
    {
      name: { zh: '特种作业', en: 'Special work' },
      width: 28,
      value: ({ specialWorkNames }) => joined(specialWorkNames),
    },
    {
      name: { zh: '特种设备', en: 'Special equipment' },
      width: 24,
      value: ({ specialEquipmentNames }) => joined(specialEquipmentNames),
    },
    {
      name: { zh: '培训课程', en: 'Courses' },
      width: 24,
      value: ({ courseNames }) => joined(courseNames),
    },
    {
      name: { zh: '危害接触', en: 'Exposure' },
      width: 28,
      value: ({ exposures }) =>
        exposures.map(({ substance, route }) => `${substance} (${route})`).join('; '),
    },
    { name: { zh: '最少人数', en: 'Least crew' }, value: ({ minCrew }) => minCrew },
    { name: { zh: '在岗人数', en: 'Holders' }, value: ({ holders }) => holders },
    { name: { zh: '启用', en: 'In use' }, value: ({ active }) => (active ? '✓' : '✗') },
  ];
};
