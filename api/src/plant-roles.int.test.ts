import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HazardWorld, openHazardWorld } from './testing/hazards.ts';

/** What the people of the plant really see, with the roles that the program gives them. */
let world: HazardWorld;
type Who = Awaited<ReturnType<HazardWorld['as']>>;

beforeAll(async () => {
  world = await openHazardWorld();
});
afterAll(() => world?.close());

async function items<Item>(path: string, who: Who): Promise<Item[]> {
  const answer = await world.api.get(`/api/v1${path}`, who);
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return ((await answer.json()) as { items: Item[] }).items;
}
const status = async (path: string, who: Who) =>
  (await world.api.get(`/api/v1${path}`, who)).status;

describe('the roles of the plant, with real records', () => {
  it('[SEC-13] a worker sees the hazards they reported, and no person, report or place of others', async () => {
    const worker = await world.as('worker.press');
    const mine = await world.reported(worker);
    const others = await world.reported(await world.as('keeper'));
    const seen = (await items<{ id: string }>('/hazards', worker)).map(({ id }) => id);
    expect(seen).toEqual([mine.id]);
    expect(await status(`/hazards/${mine.id}`, worker)).toBe(200);
    for (const path of [`/hazards/${others.id}`, `/hazards/${others.id}/history`]) {
      expect([path, await status(path, worker)]).toEqual([path, 404]);
    }
    for (const path of ['/persons', '/users', '/violations', '/locations', '/audit', '/roles']) {
      expect([path, await status(path, worker)]).toEqual([path, 403]);
    }
    const areas = await items<{ department?: unknown; departmentId?: unknown }>('/areas', worker);
    expect(JSON.stringify(areas)).not.toContain('warehouse');
  });

  it('[SEC-14] a head of department sees the people and machines of the department only', async () => {
    const head = await world.as('head.press');
    const people = await items<object>('/persons', head);
    expect(people.length).toBeGreaterThan(1);
    const all = await items<object>('/persons', await world.as('safety'));
    expect(people.length).toBeLessThan(all.length);
    const machines = (await items<{ id: string }>('/equipment', head)).map(({ id }) => id);
    expect(machines).toContain('press-1');
    expect(machines).not.toContain('robot-1');
    const stranger = (
      await items<{ id: string; employeeNo: string }>('/persons', await world.as('safety'))
    ).find(({ employeeNo }) => employeeNo === 'E008');
    expect(await status(`/persons/${stranger?.id}`, head)).toBe(404);
  });

  it('[SEC-15] [SEC-16] management sees every hazard without who reported it, safety with', async () => {
    const hazard = await world.reported(await world.as('keeper'));
    const read = async (who: string) => world.read(await world.as(who), hazard.id);
    expect((await read('manager')).reporter).toBeNull();
    expect((await read('safety')).reporter).toMatchObject({ displayName: { zh: '冯仓管' } });
    const manager = await world.as('manager');
    const seen = (await items<{ id: string }>('/hazards?limit=200', manager)).map(({ id }) => id);
    const full = (await items<{ id: string }>('/hazards?limit=200', await world.as('safety'))).map(
      ({ id }) => id,
    );
    expect(seen.sort()).toEqual(full.sort());
    // It looks; the last word is the safety department's.
    const { transitions } = await read('manager');
    expect(transitions).toEqual([]);
    expect((await read('safety')).transitions.length).toBeGreaterThan(0);
  });

  it('[SEC-17] [CHM-32] the five departments see and do what is theirs, safety all', async () => {
    const own = new Map<string, string>();
    for (const name of ['buyer', 'keeper', 'env']) {
      own.set(name, (await world.reported(await world.as(name))).id);
    }
    for (const [name, id] of own) {
      const who = await world.as(name);
      expect(await status(`/hazards/${id}`, who)).toBe(200);
      for (const [other, foreign] of own) {
        if (other !== name)
          expect([name, other, await status(`/hazards/${foreign}`, who)]).toEqual([
            name,
            other,
            404,
          ]);
      }
      for (const path of ['/persons', '/violations', '/users', '/audit', '/keys']) {
        expect([name, path, await status(path, who)]).toEqual([name, path, 403]);
      }
    }
    const safety = await world.as('safety');
    for (const id of own.values()) expect(await status(`/hazards/${id}`, safety)).toBe(200);
  });
});
