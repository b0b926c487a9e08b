import pg from 'pg';
import { decodeTime, isValid } from 'ulid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSite, type Site } from '../../testing/site.ts';

let site: Site;
let sql: pg.Client;

beforeAll(async () => {
  site = await openSite();
  sql = new pg.Client({ connectionString: (await site.freshDatabase()).appUrl });
  await sql.connect();
});
afterAll(async () => {
  await sql?.end();
  await site?.stop();
});

it('ids that the database gives are ULIDs in the order of time', async () => {
  const next = async () => {
    const { rows } = await sql.query(
      'SELECT new_row_id() AS id, extract(epoch FROM clock_timestamp()) * 1000 AS now, pg_sleep(0.002)',
    );
    return rows[0] as { id: string; now: string };
  };
  const given = [];
  for (let n = 0; n < 50; n++) given.push(await next());
  for (const { id, now } of given) {
    expect(isValid(id), id).toBe(true);
    expect(Math.abs(decodeTime(id) - Number(now))).toBeLessThan(1_000);
  }
  const ids = given.map(({ id }) => id);
  expect([...ids].sort()).toEqual(ids);
});
