import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { yesterdayAt } from '../../testing/times.ts';
import { openViolationWorld, type ViolationWorld } from '../../testing/violation-world.ts';

let world: ViolationWorld;
beforeAll(async () => {
  world = await openViolationWorld();
});
afterAll(() => world?.stop());

describe('the list', () => {
  const ROWS = 10_000;

  beforeAll(async () => {
    const admin = new pg.Client({ connectionString: world.superUrl });
    await admin.connect();
    const sample = await world.worker.confirm();
    // With it, two pages of `hall-west`.
    for (let n = 1; n < 6; n++) await world.worker.confirm();
    // Ten violations per instant, so that pages end among equal time stamps.
    const columns = await admin.query(
      "SELECT string_agg(quote_ident(column_name), ', ') AS list FROM information_schema.columns WHERE table_name = 'violation' AND column_name NOT IN ('id', 'started_at', 'confirmed_at', 'camera', 'status', 'reviewed_by', 'reviewed_by_name', 'reviewed_at', 'review_reason')",
    );
    const list = columns.rows[0].list;
    await admin.query(
      `INSERT INTO violation (id, started_at, confirmed_at, camera, status, reviewed_by, reviewed_by_name, reviewed_at, review_reason, ${list})
       SELECT '01' || lpad(i::text, 24, '0'), timestamptz '2026-01-01' + (i / 10) * interval '1 minute',
              timestamptz '2026-01-01 00:00:02' + (i / 10) * interval '1 minute',
              CASE WHEN i % 4 = 0 THEN 'many-0' ELSE 'many-1' END,
              CASE WHEN i % 5 = 0 THEN 'dismissed' ELSE 'pending' END,
              CASE WHEN i % 5 = 0 THEN 'someone' END,
              CASE WHEN i % 5 = 0 THEN '{"zh": "某人", "en": "Someone"}'::jsonb END,
              CASE WHEN i % 5 = 0 THEN now() END, CASE WHEN i % 5 = 0 THEN 'other' END, ${list}
       FROM violation, generate_series(0, ${ROWS - 1}) AS i WHERE violation.id = $1`,
      [sample.id],
    );
    await admin.query('ANALYZE violation');
    await admin.end();
  });

  it.each(['newest', 'oldest'])('paginates over every row once, %s first', async (order) => {
    const seen: string[] = [];
    let cursor = '';
    do {
      const page = await world.list(
        `limit=200&order=${order}&camera=many-0,many-1${cursor && `&cursor=${cursor}`}`,
      );
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.next ?? '';
    } while (cursor);
    expect(new Set(seen).size).toBe(ROWS);
    expect(seen).toHaveLength(ROWS);
    expect(seen).toEqual([...seen].sort((a, b) => (a < b === (order === 'oldest') ? -1 : 1)));
  });

  it('keeps its position while new violations are added', async () => {
    const first = await world.list('limit=3&camera=hall-west');
    await world.worker.confirm({ startedAt: yesterdayAt('23:00:00') });
    const second = await world.list(`limit=3&camera=hall-west&cursor=${first.next}`);
    const ids = [...first.items, ...second.items].map(({ id }) => id);
    expect(new Set(ids).size).toBe(6);
  });

  it('filters by status, rule, camera and time, and counts pending ones', async () => {
    const page = await world.list(
      'status=dismissed&camera=many-0&rule=missing-ppe/helmet&from=2026-01-01T00:00:00Z&to=2026-01-01T01:00:00Z&limit=200',
    );
    // Of the 600 rows of the first hour, every 20th is both on many-0 and dismissed.
    expect(page.items).toHaveLength(30);
    expect(page.counts?.pending).toBeGreaterThanOrEqual(ROWS * 0.8);
    expect((await world.list('rule=zone-intrusion')).items).toEqual([]);
  });

  it('refuses an invalid cursor or one of the other order', async () => {
    const { next } = await world.list('limit=1&order=newest');
    for (const query of ['cursor=nonsense', `order=oldest&cursor=${next}`]) {
      const answer = await world.api.get(`/api/v1/violations?${query}`, world.operator);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ code: 'request.cursor' });
    }
  });

  it('reads only the page’s rows of 10,000, in index order', async () => {
    const middle = (await world.list('limit=200&camera=many-1')).next;
    for (const query of [
      'limit=50',
      'limit=50&status=pending',
      `limit=50&camera=many-1&cursor=${middle}`,
    ]) {
      const plan = await planOf(() => world.list(query));
      // The cost of a page does not grow with the table: no sort, and no discarded rows.
      expect(plan, query).toMatch(/Index (Only )?Scan using violation_/);
      expect(plan, query).not.toMatch(/Sort|Seq Scan/);
      expect(
        Number(/Index (?:Only )?Scan.*actual rows=(\d+)/.exec(plan)?.[1]),
        query,
      ).toBeLessThanOrEqual(51);
      expect(plan, query).not.toMatch(/Removed by Filter: [1-9]\d{2}/);
    }
  });

  /** The plan of the API's page query, repeated with the same values. */
  async function planOf(read: () => Promise<unknown>): Promise<string> {
    const spy = vi.spyOn(pg.Client.prototype, 'query');
    await read();
    const sent = spy.mock.calls.map(([one]) => one as unknown as pg.QueryConfig);
    spy.mockRestore();
    const page = sent.find(({ text }) =>
      /^\s*SELECT v\.id FROM violation v .*ORDER BY .* LIMIT/s.test(text ?? ''),
    );
    if (!page) throw new Error('no page was read');
    const admin = new pg.Client({ connectionString: world.superUrl });
    await admin.connect();
    try {
      await admin.query("BEGIN; SET LOCAL ROLE anshi_app; SET LOCAL app.tenant = 'demo'");
      const { rows } = await admin.query<{ 'QUERY PLAN': string }>(
        `EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF) ${page.text}`,
        page.values,
      );
      return rows.map((row) => row['QUERY PLAN']).join('\n');
    } finally {
      await admin.end();
    }
  }
});
