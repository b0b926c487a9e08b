import { beforeAll, expect, it } from 'vitest';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { wearBadge } from '../../testing/timeline.ts';
import { useApi } from '../../testing/use-api.ts';
import { makeUser } from '../../testing/users.ts';
import type { TimelinePage } from '../person-timeline/schema.ts';
import { timeline } from './timeline.ts';

/** A year of one person: eight hours of each day, a position a minute, another area each half hour. */
const DAYS = 365;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const BADGE = 'year-badge';
/** The last midnight, UTC. */
const midnight = new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS);
const begin = new Date(midnight.getTime() - (DAYS + 3) * DAY_MS);
/** A badge that lies in the store for thirty hours, two days ago. */
const lies = new Date(midnight.getTime() - 2 * DAY_MS);

const used = useApi();
let person: string;
const inTenant = <Result>(work: (tx: Transaction) => Promise<Result>) =>
  used.database.transaction({ tenant: 'demo', user: null }, work, { longestMs: 120_000 });
const page = async (query: string) => {
  const path = `/persons/${person}/timeline?kind=stay&limit=50${query}`;
  const { status, body } = await used.api.send<TimelinePage>('locator', 'GET', path);
  expect(status).toBe(200);
  return body;
};
/** The ids of all stays, the newest first, from all positions. */
const all = () =>
  inTenant(async (tx) => {
    const reader = { account: {} as Account, isOwn: false };
    const rows = timeline[0]?.rows([person], reader, { from: null, to: null });
    const found = await sqlIn(tx)<{ id: string }>(
      Prisma.sql`SELECT r.id FROM (${rows}) r ORDER BY r.at DESC, r.id DESC`,
    );
    return found.map(({ id }) => id);
  });

beforeAll(async () => {
  await makeUser(used.database, 'locator', ['person:read@all', 'location:read@all']);
  await inTenant(async (tx) => {
    person = (await tx.person.findFirstOrThrow({ where: { employeeNo: 'E007' } })).id;
    await wearBadge(tx, person, BADGE, begin);
    const columns = Prisma.sql`(tenant_id, provider_type, provider_id, generated_at, source, location, floor_plan, x, y, area_id)`;
    await tx.$executeRaw`
      INSERT INTO location_history ${columns}
      SELECT 'demo', 'uwb', ${BADGE}, ${begin}::timestamptz + d * interval '1 day' + m * interval '1 minute', 'test', '{}',
        'main-hall', 1, 1, CASE WHEN m / 30 % 2 = 0 THEN 'press-line' ELSE 'rack-store' END
      FROM generate_series(0, ${DAYS - 1}::int) d, generate_series(0, 479) m`;
    await tx.$executeRaw`
      INSERT INTO location_history ${columns}
      SELECT 'demo', 'uwb', ${BADGE}, ${lies}::timestamptz + m * interval '1 minute', 'test', '{}', 'main-hall', 1, 1,
        'rack-store' FROM generate_series(0, 1800) m`;
    await tx.$executeRaw`ANALYZE location_history`;
  });
}, 300_000);

it('a page of a year of positions reads those of its days alone, and is one of the same list', async () => {
  const due = await all();
  expect(due.length).toBe(DAYS * 16 + 1);
  const seen: string[] = [];
  let cursor: string | null = '';
  for (let n = 0; n < 8 && cursor !== null; n++) {
    const { items, next } = await page(cursor && `&cursor=${encodeURIComponent(cursor)}`);
    seen.push(...items.map(({ id }) => id));
    cursor = next;
  }
  expect(seen).toEqual(due.slice(0, 400));
  // In turn, and the fastest of each, as other tests run at the same time.
  const [pages, wholes]: [number[], number[]] = [[], []];
  for (let n = 0; n < 5; n++) {
    for (const [into, work] of [
      [pages, () => page(`&cursor=${encodeURIComponent(cursor ?? '')}`)],
      [wholes, all],
    ] as const) {
      const began = performance.now();
      await work();
      into.push(performance.now() - began);
    }
  }
  expect(Math.min(...pages)).toBeLessThan(Math.min(...wholes) / 4);
}, 180_000);

it('a stay that goes on beyond the asked time is told in its whole length', async () => {
  const middle = new Date(lies.getTime() + 3 * HOUR_MS).toISOString();
  const { items } = await page(`&until=${middle}`);
  expect(items[0]?.at).toBe(lies.toISOString());
  expect(items[0]?.detail?.en).toBe('1800 min');
});

it('a stay that began before the asked time is none of it', async () => {
  const from = new Date(lies.getTime() + 3 * HOUR_MS).toISOString();
  expect((await page(`&from=${from}`)).items).toEqual([]);
  const begun = lies.toISOString();
  expect((await page(`&from=${begun}`)).items.map(({ at }) => at)).toEqual([begun]);
});

it('reaches back as far as the list goes where the last stays are long ago', async () => {
  const until = new Date(begin.getTime() + 2 * DAY_MS).toISOString();
  const { items, next } = await page(`&until=${until}`);
  expect(items.length).toBe(32);
  expect(items.at(-1)?.at).toBe(begin.toISOString());
  expect(next).toBeNull();
});
