import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openSite, type RunningApi, type Site, startApi } from '../../testing/site.ts';

const CASES = 20_000;
let site: Site;
let api: RunningApi;
let admin: pg.Client;

beforeAll(async () => {
  site = await openSite();
  const { superUrl, appUrl } = await site.seededDatabase();
  api = await startApi(site, appUrl);
  admin = new pg.Client({ connectionString: superUrl });
  await admin.connect();
  // Each hundredth was closed, the others were done.
  await admin.query(`
    INSERT INTO obligation_case (tenant_id, id, obligation_id, period, sort_on, due_on, ended_at, outcome)
    SELECT o.tenant_id, '01KB' || lpad(n::text, 22, '0'), o.id, 1000 + n, current_date - (n % 900),
      current_date - (n % 900), now() - interval '1 day', CASE WHEN n % 100 = 0 THEN 'closed' ELSE 'done' END
    FROM generate_series(1, ${CASES}) n,
      (SELECT tenant_id, id FROM obligation WHERE tenant_id = 'demo' AND kind = 'device-maintenance' ORDER BY id LIMIT 1) o`);
  await admin.query('ANALYZE obligation_case, obligation');
});
afterAll(async () => {
  await admin?.end();
  await api?.stop();
  await site?.stop();
});

/** The plan of the page of a list, run again with the same values. */
async function planOf(query: string): Promise<string> {
  const spy = vi.spyOn(pg.Client.prototype, 'query');
  const answer = await api.send<{ items: unknown[] }>(
    'safety.head',
    'GET',
    `/obligations?limit=50&${query}`,
  );
  const sent = spy.mock.calls.map(([one]) => one as unknown as pg.QueryConfig);
  spy.mockRestore();
  expect(answer.body.items).toHaveLength(50);
  const page = sent.find(({ text }) =>
    /FROM obligation_case c\b.*ORDER BY c\.sort_on.* LIMIT/s.test(text ?? ''),
  );
  if (!page) throw new Error('no page was read');
  await admin.query("BEGIN; SET LOCAL ROLE anshi_app; SET LOCAL app.tenant = 'demo'");
  try {
    const { rows } = await admin.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF) ${page.text}`,
      page.values,
    );
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  } finally {
    await admin.query('ROLLBACK');
  }
}

describe(`the list of obligations, with ${CASES} that are over`, () => {
  it.each([
    ['state=done', /obligation_case_(ended|past)/],
    ['state=closed', /obligation_case_ended/],
    ['state=done,closed', /obligation_case_past/],
  ])('reads a page of %s by an index, without a sort', async (query, index) => {
    const plan = await planOf(query);
    expect(plan).toMatch(index);
    expect(plan).not.toMatch(/Sort|Seq Scan on obligation_case/);
    const read = Number(/Index Scan using obligation_case_\w+.*actual rows=(\d+)/.exec(plan)?.[1]);
    expect(read).toBeGreaterThanOrEqual(51);
    expect(read).toBeLessThan(300);
  });
});
