import { afterAll, beforeAll, expect, it } from 'vitest';
import { openScopedSite, type ScopedPage, type ScopedSite } from '../../testing/scoped-site.ts';
import { until } from '../../testing/site.ts';

let site: ScopedSite;
let world: ScopedSite['world'];
let sql: ScopedSite['sql'];
let get: ScopedSite['get'];
beforeAll(async () => {
  site = await openScopedSite();
  ({ world, sql, get } = site);
});
afterAll(() => site?.stop());

it('a notice to review goes to those who may open it', async () => {
  const mine = (await world.see(world.west, Date.now() - 5_000, 'notice', { severity: 'high' })).id;
  const told = async (user: string) =>
    (await get<ScopedPage<{ link: string | null }>>(user, '/notices?limit=200')).items.some(
      ({ link }) => link?.includes('/incidents/') === true,
    );
  await until(async () => (await told('press')) && (await told('operator')), 'they are told');
  expect(await told('store')).toBe(false);
  expect(await told('placeless')).toBe(false);
  expect(mine).toHaveLength(26);
});

it('a notice of a camera stays with those who may open its act', async () => {
  const linksOf = async (user: string) =>
    (await get<ScopedPage<{ link: string | null }>>(user, '/notices?limit=200')).items.map(
      ({ link }) => link,
    );
  const see = async (name: string) =>
    (await world.see(world.west, Date.now() - 4_000, name, { severity: 'high' })).id;
  const first = await see('notice-a');
  const link = `/incidents/${(await world.incidentOf(first)).id}`;
  await until(async () => (await linksOf('press')).includes(link), 'the press shop is told');
  await sql.query(`UPDATE area SET department_id = 'warehouse' WHERE id = 'press-line'`);
  try {
    const next = `/incidents/${(await world.incidentOf(await see('notice-b'))).id}`;
    await until(async () => (await linksOf('store')).includes(next), 'the warehouse is told');
    expect(await linksOf('press')).toContain(link);
    expect(await linksOf('press')).not.toContain(next);
    expect(await linksOf('store')).not.toContain(link);
  } finally {
    await sql.query(`UPDATE area SET department_id = 'press-shop' WHERE id = 'press-line'`);
  }
});

it('a violation that no account may review is told to those who manage roles, and later to reviewers', async () => {
  type Row = { kind: string; link: string | null; count: number; title: { en: string } };
  const noticesOf = async (user: string, kind: string) =>
    (await get<ScopedPage<Row>>(user, '/notices?limit=200')).items.filter(
      (one) => one.kind === kind,
    );
  const toldOf = async (finding: string) => {
    const { id } = await world.incidentOf(finding);
    return (await sql.query('SELECT told FROM incident WHERE id = $1', [id])).rows[0].told;
  };
  const see = async (name: string) =>
    (await world.see(world.upper, Date.now() - 4_000, name, { severity: 'high' })).id;
  const change = (from: string, to: string) =>
    sql.query('UPDATE role SET permissions = array_replace(permissions, $1, $2)', [from, to]);
  await change('violation:review@all', 'violation:review@own');
  let first: string;
  let second: string;
  try {
    first = await see('nobody-a');
    await until(async () => (await toldOf(first)) === 'nobody', 'it is noted');
    second = await see('nobody-b');
    await until(async () => (await toldOf(second)) === 'nobody', 'the second is noted');
    const asked = await noticesOf('admin', 'violation.unreviewable');
    expect(asked).toMatchObject([{ link: '/admin/roles', count: 1 }]);
    expect(asked[0]?.title.en).toContain('Upstairs');
  } finally {
    await change('violation:review@own', 'violation:review@all');
  }
  const third = await see('nobody-c');
  await until(async () => (await toldOf(third)) === 'warning', 'the third is told');
  expect([await toldOf(first), await toldOf(second)]).toEqual(['warning', 'warning']);
  const [told] = (await noticesOf('operator', 'violation.recorded')).filter(({ title }) =>
    title.en.includes('Upstairs'),
  );
  expect(told?.count).toBeGreaterThanOrEqual(3);
  expect(await noticesOf('admin', 'violation.unreviewable')).toHaveLength(1);
});
