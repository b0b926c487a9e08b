import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../platform/db/database.ts';
import { openSecondReviews, type SecondReviewSite } from '../../testing/second-reviews.ts';
import { makeUser } from '../../testing/users.ts';

let site: SecondReviewSite;
beforeAll(async () => {
  site = await openSecondReviews();
});
afterAll(() => site?.stop());

const dismissal = { decision: 'dismiss', reason: 'duplicate', note: 'seen twice' };
const confirmation = { decision: 'confirm' };
const reopening = { decision: 'reopen' };
const waitsFor = async (user: string, id: string) =>
  (await site.open(user)).some((one) => one.id === id);
const lastOf = async (incident: string) => (await site.rowsOf(incident)).at(-1);

describe('a second verdict', () => {
  it('is given once by a person on an incident, whichever account it is', async () => {
    const { id: incident } = await site.found();
    await site.decide('operator', incident, dismissal);
    const first = await lastOf(incident);
    const database = openDatabase(site.api.settings.databaseUrl);
    await makeUser(database, 'former', ['violation:read@all', 'violation:review@all'], {
      employeeNo: 'E011',
    });
    expect((await site.judge('former', first.id, confirmation)).status).toBe(200);
    await site.decide('safety.head', incident, reopening);
    await site.decide('operator', incident, dismissal);
    const next = await lastOf(incident);
    expect(next).toMatchObject({ second_at: null, cancelled_at: null });
    const refuse = async (user: string) => {
      expect(await waitsFor(user, next.id)).toBe(false);
      expect(await site.judge(user, next.id, confirmation)).toMatchObject({ status: 404 });
    };
    await refuse('former');
    // A later account of that person.
    await site.sql.query("UPDATE app_user SET active = false WHERE username = 'former'");
    await makeUser(database, 'later', ['violation:read@all', 'violation:review@all']);
    await database.close();
    await site.sql.query(
      `UPDATE app_user SET person_id = (SELECT id FROM person WHERE employee_no = 'E011') WHERE username = 'later'`,
    );
    await refuse('later');
    expect(await waitsFor('safety', next.id)).toBe(true);
  });

  it('is of a person who judged no finding, also none that was taken out', async () => {
    const start = site.world.hour();
    const one = await site.world.see(site.world.west, start, 'a');
    const other = await site.world.see(site.world.west, start + 3_000, 'a', { rule: 'running' });
    const { id: incident, version } = await site.world.incidentOf(one.id);
    const out = await site.send('press', 'POST', `/incidents/${incident}/take-out`, {
      finding: other.id,
      reason: 'other',
      note: 'of another person',
      version,
    });
    expect(out.status, JSON.stringify(out.body)).toBe(200);
    await site.decide('operator', incident, dismissal);
    const row = await lastOf(incident);
    expect(await waitsFor('press', row.id)).toBe(false);
    expect(await site.judge('press', row.id, confirmation)).toMatchObject({ status: 404 });
    expect(await waitsFor('safety', row.id)).toBe(true);
  });

  it('is not asked for where something joined after the first one, nor after that was judged', async () => {
    const start = site.world.hour();
    const one = await site.world.see(site.world.west, start, 'a');
    const { id: incident } = await site.world.incidentOf(one.id);
    await site.decide('operator', incident, confirmation);
    const { id } = await lastOf(incident);
    expect(await waitsFor('safety', id)).toBe(true);
    await site.world.see(site.world.west, start + 8_000, 'a', { rule: 'phone-use' });
    expect(await site.incidentNow(incident)).toMatchObject({ status: 'confirmed', undecided: 1 });
    const refuse = async () => {
      expect(await waitsFor('safety', id)).toBe(false);
      expect(await site.judge('safety', id, confirmation)).toMatchObject({
        status: 409,
        body: { code: 'second-review.over' },
      });
    };
    await refuse();
    await site.decide('operator', incident, confirmation);
    await refuse();
    expect(await site.rowsOf(incident)).toMatchObject([{ cancelled_at: expect.any(Date) }]);
  });

  it('is not asked for where the verdict is another one than was drawn', async () => {
    const { id: incident } = await site.found();
    await site.decide('operator', incident, confirmation);
    const { id } = await lastOf(incident);
    await site.sql.query(
      "UPDATE incident SET reviewed_at = reviewed_at + interval '1 s' WHERE id = $1",
      [incident],
    );
    expect(await waitsFor('safety', id)).toBe(false);
    expect((await site.judge('safety', id, confirmation)).body.code).toBe('second-review.over');
  });

  it('that differs waits for its settlement where something joined, and is not reopened by it', async () => {
    const start = site.world.hour();
    const one = await site.world.see(site.world.west, start, 'a');
    const { id: incident } = await site.world.incidentOf(one.id);
    await site.decide('operator', incident, confirmation);
    const { id } = await lastOf(incident);
    expect((await site.judge('safety', id, dismissal)).status).toBe(200);
    await site.world.see(site.world.west, start + 8_000, 'a', { rule: 'phone-use' });
    expect((await site.incidentNow(incident)).undecided).toBe(1);
    await site.decide('operator', incident, confirmation);
    expect(await site.rowsOf(incident)).toMatchObject([{ id, settled_at: null }]);
    expect((await site.disagreements('safety.head')).some((row) => row.id === id)).toBe(true);
  });
});

describe('the list', () => {
  it('of 10,000 that wait answers, and is counted, also for an account that none of them waits for', async () => {
    const { id: incident } = await site.found();
    await site.decide('operator', incident, dismissal);
    const columnsOf = async (table: string, but: string) =>
      (
        await site.sql.query(
          `SELECT string_agg(quote_ident(column_name), ', ') AS list FROM information_schema.columns
           WHERE table_schema = 'public' AND table_name = $1 AND is_generated = 'NEVER' AND NOT column_name = ANY ($2)`,
          [table, but.split(' ')],
        )
      ).rows[0].list as string;
    const many = `generate_series(1, 10000) AS n`;
    const id = `'0M' || lpad(n::text, 24, '0')`;
    const of = async (table: string, own: string, values: string, key: string) => {
      const rest = await columnsOf(table, own);
      await site.sql.query(
        `INSERT INTO ${table} (${own.split(' ').join(', ')}, ${rest}) SELECT ${values}, ${rest} FROM ${table}, ${many} WHERE ${key} = $1`,
        [incident],
      );
      await site.sql.query(`ANALYZE ${table}`);
    };
    await of('violation', 'id', id, 'id');
    await of('incident', 'id main_id', `${id}, ${id}`, 'id');
    await of('incident_finding', 'finding_id incident_id', `${id}, ${id}`, 'finding_id');
    await of(
      'second_review',
      'id incident_id started_at',
      `${id}, ${id}, started_at + n * interval '1 s'`,
      'incident_id',
    );
    for (const user of ['safety', 'press', 'store']) {
      for (const path of ['/second-reviews?limit=100', '/second-review-counts']) {
        const rounds: number[] = [];
        for (let round = 0; round < 5; round++) {
          const from = performance.now();
          const { status } = await site.send(user, 'GET', path);
          rounds.push(performance.now() - from);
          expect(status).toBe(200);
        }
        console.info('second reviews:', user, path, rounds.map(Math.round).join(', '), 'ms');
        // Far more than it takes: other programs of the machine disturb the rounds.
        expect(Math.min(...rounds)).toBeLessThan(1_000);
      }
    }
    const counts = async (user: string) =>
      (await site.send<{ open: number }>(user, 'GET', '/second-review-counts')).body.open;
    expect([await counts('safety'), await counts('store')]).toEqual([100, 0]);
    expect((await site.open('safety')).length).toBeGreaterThanOrEqual(10_000);
    expect(await site.open('store')).toEqual([]);
  });
});
