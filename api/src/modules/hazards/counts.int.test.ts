import { ulid } from 'ulid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type HazardWorld, openHazardWorld } from '../../testing/hazards.ts';
import { COUNTED_AT_MOST } from './rows.ts';

let world: HazardWorld;
beforeAll(async () => {
  world = await openHazardWorld();
});
afterAll(() => world?.close());

/** Copies of a hazard, open and due at that moment. */
async function more(id: string, count: number, dueAt: string): Promise<void> {
  const mark = ulid().slice(-8);
  await world.database.transaction(
    { tenant: 'demo', user: null },
    (tx) => tx.$executeRaw`
      INSERT INTO hazard SELECT (jsonb_populate_record(h, jsonb_build_object(
        'id', '01' || ${mark} || lpad(n::text, 16, '0'), 'no', ${mark} || n, 'due_at', ${dueAt}::text))).*
      FROM hazard h, generate_series(1, ${count}::int) n WHERE h.id = ${id}`,
  );
}

it('[HAZ-07] counts open hazards up to a limit, those due first, and says so', async () => {
  const worker = await world.as('worker.press');
  const safety = await world.as('safety');
  const counts = async () =>
    ((await (await world.api.get('/api/v1/hazards?limit=1', safety)).json()) as { counts: object })
      .counts;
  expect(await counts()).toEqual({ open: 0, overdue: 0, mine: 0, atLeast: false });
  const { id } = await world.reported(worker);
  expect(await counts()).toEqual({ open: 1, overdue: 0, mine: 1, atLeast: false });
  await more(id, COUNTED_AT_MOST - 1, '2036-01-01T00:00:00Z');
  const all = COUNTED_AT_MOST;
  expect(await counts()).toEqual({ open: all, overdue: 0, mine: all, atLeast: false });
  // One more; those due first are among the counted ones.
  await more(id, 3, '2026-01-01T00:00:00Z');
  expect(await counts()).toEqual({ open: all, overdue: 3, mine: all, atLeast: true });
});
