import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../platform/db/database.ts';
import { confirmedAs, handleOn } from '../../testing/named-people.ts';
import { openScopedSite, type ScopedPage, type ScopedSite } from '../../testing/scoped-site.ts';
import type { Violation } from '../violations/schema.ts';
import type { Incident } from './schema.ts';

interface Group {
  group: string;
  count: number;
  oldest: string;
  severity: string;
  person: { id: string; name: string } | null;
  cameraName: { en: string } | null;
}

let site: ScopedSite;
let world: ScopedSite['world'];
let api: ScopedSite['api'];
let database: Database;
beforeAll(async () => {
  site = await openScopedSite();
  ({ world, api } = site);
  database = openDatabase(api.settings.databaseUrl);
});
afterAll(async () => {
  await database?.close();
  await site?.stop();
});

const groupsOf = (user: string, query: string) =>
  site.get<ScopedPage<Group>>(user, `/incident-groups?${query}`);
const rowsOf = (user: string, query: string) =>
  site.get<ScopedPage<Incident>>(user, `/incidents?${query}`);
/** All of a list, page by page. */
async function paged<Row>(
  read: (query: string) => Promise<ScopedPage<Row>>,
  query: string,
): Promise<Row[]> {
  const all: Row[] = [];
  let cursor: string | null = null;
  do {
    const page: ScopedPage<Row> = await read(`${query}${cursor ? `&cursor=${cursor}` : ''}`);
    all.push(...page.items);
    cursor = page.next;
  } while (cursor !== null);
  return all;
}
const shortOf = ({ group, count, severity }: Group) => [group, count, severity];

describe('the groups of the queue', () => {
  it('have counts, the oldest and the highest severity, and are paged as their rows are', async () => {
    const { west, east } = world;
    const first = world.hour();
    await world.see(west, first, 'a', { severity: 'low' });
    await world.see(west, world.hour(), 'a', { severity: 'medium' });
    await world.see(east, world.hour(), 'a', { severity: 'low' });
    await world.see(east, world.hour(), 'a', { rule: 'running', severity: 'high' });
    await world.see(world.upper, world.hour(), 'a', { severity: 'low' });

    const cameras = await groupsOf('operator', 'by=camera&status=pending');
    expect(cameras.items.map(shortOf)).toEqual([
      ['camera:hall-east', 2, 'high'],
      ['camera:hall-west', 2, 'medium'],
      ['camera:upstairs', 1, 'low'],
    ]);
    expect(cameras.items[1]).toMatchObject({
      oldest: new Date(first).toISOString(),
      cameraName: { en: 'Hall west' },
      person: null,
    });
    const kinds = (await groupsOf('operator', 'by=rule&status=pending')).items;
    expect(kinds.map(shortOf)).toEqual([
      ['rule:running', 1, 'high'],
      ['rule:missing-ppe/helmet', 4, 'medium'],
    ]);

    const all = (await rowsOf('operator', 'status=pending')).items.map(({ id }) => id);
    for (const by of ['person', 'rule', 'camera']) {
      const groups = await paged(
        (query) => groupsOf('operator', query),
        `by=${by}&status=pending&limit=1`,
      );
      const whole = await groupsOf('operator', `by=${by}&status=pending`);
      expect(groups).toEqual(whole.items);
      const rows: string[] = [];
      for (const { group, count } of groups) {
        const found = await paged(
          (query) => rowsOf('operator', query),
          `status=pending&limit=1&group=${encodeURIComponent(group)}`,
        );
        expect([group, found.length]).toEqual([group, count]);
        rows.push(...found.map(({ id }) => id));
      }
      // Each incident is in one group, and in no other.
      expect(rows.sort()).toEqual([...all].sort());
    }
    // The filters count for groups as for rows.
    const filtered = await groupsOf('operator', 'by=rule&status=pending&camera=hall-west');
    expect(filtered.items.map(shortOf)).toEqual([['rule:missing-ppe/helmet', 2, 'medium']]);
    expect((await groupsOf('operator', 'by=camera&status=dismissed')).items).toEqual([]);
  });

  it('are refused in another form, and a cursor counts for its own grouping', async () => {
    const { next } = await groupsOf('operator', 'by=camera&limit=1');
    for (const path of [
      `/incident-groups?by=rule&cursor=${next}`,
      '/incident-groups?by=name',
      "/incidents?group=person:' OR 1=1",
      '/incidents?group=name:x',
    ]) {
      expect([path, (await api.send('operator', 'GET', encodeURI(path))).status]).toEqual([
        path,
        400,
      ]);
    }
  });
});

describe('[SEC-13] groups by person', () => {
  it('tell a name, by key, count or order, to those alone who see it on the row', async () => {
    const start = world.hour();
    const { person, handle } = await handleOn(database, 'E006', start);
    const { id } = await world.see(world.east, start, 'n', {
      identity: confirmedAs(handle),
      severity: 'low',
    });
    const { id: beside } = await world.see(world.east, start + 3_000, 'n', {
      rule: 'loitering',
      severity: 'high',
    });
    const act = (await world.incidentOf(id)).id;
    expect((await world.incidentOf(beside)).id).toBe(act);
    const mine = `person:${person}`;
    const keysOf = async (user: string) =>
      (await paged((query) => groupsOf(user, query), 'by=person&limit=1')).map(
        ({ group }) => group,
      );
    const actsIn = async (user: string, group: string) =>
      (await paged((query) => rowsOf(user, query), `group=${group}`)).map((one) => one.id);

    expect(await keysOf('operator')).toContain(mine);
    expect(
      (await groupsOf('operator', 'by=person')).items.find((one) => one.group === mine),
    ).toMatchObject({ count: 1, severity: 'high', person: { id: person, name: '孙小梅' } });
    expect(await actsIn('operator', mine)).toEqual([act]);
    // They see the act, and no name: it is in the group of all that name no one.
    for (const user of ['assembly', 'manager']) {
      const text = JSON.stringify(await groupsOf(user, 'by=person'));
      expect([user, await keysOf(user), await actsIn(user, mine)]).toEqual([user, ['person:'], []]);
      expect(await actsIn(user, 'person:')).toContain(act);
      expect(text).not.toContain(person);
      expect(text).not.toContain('孙小梅');
    }
    // The department of the person sees neither the act nor a group of it, before it is confirmed.
    for (const user of ['press', 'worker', 'store']) {
      expect([user, (await keysOf(user)).includes(mine), await actsIn(user, mine)]).toEqual([
        user,
        false,
        [],
      ]);
    }

    const { version } = await site.get<Violation>('operator', `/violations/${id}`);
    const verdict = { decision: 'confirm', version };
    await api.send('operator', 'POST', `/violations/${id}/verdict`, verdict);
    expect(await keysOf('manager')).toContain(mine);
    expect(await keysOf('assembly')).toEqual(['person:']);
    expect(await keysOf('store')).not.toContain(mine);
    // Of an act that is seen in part, the group is made of that part: the other finding is more severe.
    for (const user of ['press', 'worker']) {
      const whole = await groupsOf(user, 'by=person');
      expect([user, whole.items.find(({ group }) => group === mine)]).toEqual([
        user,
        expect.objectContaining({
          count: 1,
          severity: 'low',
          oldest: new Date(start).toISOString(),
        }),
      ]);
      const kinds = (await groupsOf(user, 'by=rule')).items.map(({ group }) => group);
      expect(kinds).not.toContain('rule:loitering');
      expect(await actsIn(user, 'rule:loitering')).toEqual([]);
    }
    // A name that may not be told any more, as the consent ended, is in no group of its own either.
    await api.send('operator', 'POST', `/violations/${id}/verdict`, {
      decision: 'reopen',
      version: version + 1,
    });
    await site.sql.query(
      `INSERT INTO consent (tenant_id, person_id, purpose_id, notice_version, scope, decision, how)
       SELECT tenant_id, person_id, purpose_id, notice_version, scope, 'withdrawn', how
       FROM consent WHERE person_id = $1`,
      [person],
    );
    expect(await keysOf('operator')).toEqual(['person:']);
  });
});

describe('a group of ten thousand', () => {
  it('is counted, and a page of it is read', async () => {
    const { id } = await world.see(world.west, world.hour(), 'crowd', { rule: 'climbing' });
    const like = async (table: string, of: string, changes: string) => {
      const { rows } = await site.sql.query(
        `SELECT string_agg(quote_ident(column_name), ', ') AS names FROM information_schema.columns
         WHERE table_name = $1 AND is_generated = 'NEVER' AND is_identity = 'NO'`,
        [table],
      );
      const names: string = rows[0].names;
      await site.sql.query(`INSERT INTO ${table} (${names}) SELECT ${names} FROM (
        SELECT (jsonb_populate_record(o, ${changes})).*
        FROM ${table} o CROSS JOIN generate_series(1, 9999) n WHERE ${of} = '${id}') made`);
    };
    const idOf = "lpad('9' || n::text, 26, '0')";
    const started = "to_jsonb(o.started_at - n * interval '1 second')";
    await like('violation', 'id', `jsonb_build_object('id', ${idOf}, 'started_at', ${started})`);
    await like(
      'incident',
      'main_id',
      `jsonb_build_object('id', ${idOf}, 'main_id', ${idOf}, 'started_at', ${started})`,
    );
    await like(
      'incident_finding',
      'finding_id',
      `jsonb_build_object('finding_id', ${idOf}, 'incident_id', ${idOf})`,
    );
    await site.sql.query('ANALYZE');
    for (const by of ['rule', 'person', 'camera']) {
      const { items } = await groupsOf('operator', `by=${by}&status=pending&rule=climbing`);
      expect(items.map(({ count }) => count)).toEqual([10_000]);
    }
    const page = await rowsOf('operator', 'status=pending&group=rule:climbing&limit=100');
    expect([page.items.length, typeof page.next]).toEqual([100, 'string']);
  });
});
