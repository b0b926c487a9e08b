import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedRoles } from './platform/access/seed-roles.ts';
import { type HazardWorld, openHazardWorld } from './testing/hazards.ts';
import { makeUser } from './testing/users.ts';

/** What the plant's users see, with the default roles. */
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
    // Of violations and positions theirs alone, and they have none.
    for (const path of ['/violations', '/incidents', '/locations']) {
      expect([path, await items(path, worker)]).toEqual([path, []]);
    }
    for (const path of ['/persons', '/users', '/cameras', '/audit', '/roles']) {
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

  it('[SEC-15] [SEC-16] management sees every hazard without its reporter, safety with', async () => {
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
    // It decides nothing on an ordinary hazard: the safety department does.
    const { transitions } = await read('manager');
    expect(transitions).toEqual([]);
    expect((await read('safety')).transitions.length).toBeGreaterThan(0);
  });

  it('[SEC-15] only management decides on the plan of a major hazard', async () => {
    const head = await world.as('head.press');
    const manager = await world.as('manager');
    const safety = await world.as('safety');
    const me = await world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.appUser.findFirstOrThrow({ where: { username: 'head.press' } }),
    );
    const plan = {
      responsible: me.id,
      'plan-measures': 'new light curtain',
      funds: 50_000,
      'due-by': new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10),
      contingency: 'power off and call 120',
    };
    let hazard = await world.reported(await world.as('worker.press'), { suggestedLevel: 'major' });
    hazard = await world.step(safety, hazard, 'accept-major', {
      fields: { suspension: 'part', 'suspension-note': 'press 2 since today 8:00' },
    });
    hazard = await world.step(head, hazard, 'submit-plan', { fields: plan });
    // It may approve the plan or return it.
    const offered = (await world.read(manager, hazard.id)).transitions.map(({ id }) => id);
    expect(offered).toEqual(expect.arrayContaining(['approve-plan', 'send-plan-back']));
    for (const who of [head, safety]) {
      expect((await world.act(who, hazard, 'approve-plan')).status).toBe(403);
    }
    hazard = await world.step(manager, hazard, 'send-plan-back', {
      fields: { reason: 'Ask a second supplier.' },
    });
    expect(hazard.state).toBe('planning');
    hazard = await world.step(head, hazard, 'submit-plan', { fields: { ...plan, funds: 30_000 } });
    hazard = await world.step(manager, hazard, 'approve-plan');
    expect(hazard).toMatchObject({ state: 'regulator-report', details: { funds: 30_000 } });
  });

  it('[SEC-15] management decides who keeps which rights', async () => {
    const manager = await world.as('manager');
    const opened = await world.api.post('/api/v1/access-reviews', {}, manager);
    expect(opened.status).toBe(201);
    const review = (await opened.json()) as {
      id: string;
      cases: { userId: string; roleId: string; username: string }[];
    };
    const found = review.cases.find(({ username }) => username === 'maintainer');
    if (!found) throw new Error('the maintainer is not in the review');
    const { userId, roleId } = found;
    const reason = 'Works elsewhere now.';
    const decide = (who: Who) =>
      world.api.post(
        `/api/v1/access-reviews/${review.id}/decisions`,
        { decisions: [{ userId, roleId, decision: 'remove', reason }] },
        who,
      );
    const maintainer = await world.as('maintainer');
    expect(await status('/hazards', maintainer)).toBe(200);
    expect((await decide(await world.as('head.press'))).status).toBe(403);
    const decided = await decide(manager);
    expect(decided.status, await decided.clone().text()).toBe(200);
    expect(await status('/hazards', maintainer)).toBe(403);
  });

  it('[SEC-17] [CHM-32] the five departments see and do their own work, safety everything', async () => {
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

  it('[SEC-17] purchasing, store, production and environment each have the permissions for their work', async () => {
    const production = seedRoles.find(({ id }) => id === 'production');
    await makeUser(world.database, 'producer', production?.permissions ?? [], {
      employeeNo: 'E006',
    });
    const read = async (path: string, name: string) => {
      const answer = await world.api.get(`/api/v1${path}`, await world.as(name));
      if (answer.status !== 200) return answer.status;
      const body = (await answer.json()) as { items?: { id: string }[] };
      return body.items?.map(({ id }) => id).sort() ?? 'read';
    };
    const table: Record<string, Record<string, unknown>> = {};
    for (const name of ['buyer', 'keeper', 'producer', 'env']) {
      table[name] = {
        equipment: await read('/equipment', name),
        machines: await read('/machines', name),
        statistics: await read('/statistics/people?by=department', name),
        persons: await read('/persons', name),
        users: await read('/users', name),
      };
    }
    const site = [
      'conveyor-1',
      'forklift-1',
      'lathe-1',
      'press-1',
      'press-2',
      'robot-1',
      'welder-1',
    ];
    const no = { persons: 403, users: 403 };
    expect(table).toEqual({
      // Buys for the machines of the site, without access to their states.
      buyer: { equipment: site, machines: 403, statistics: 403, ...no },
      // The machine of the store: its forklift.
      keeper: { equipment: ['forklift-1'], machines: expect.any(Array), statistics: 403, ...no },
      // Machines of the department with their states, and its statistics.
      producer: {
        equipment: ['lathe-1', 'press-1', 'press-2'],
        machines: expect.any(Array),
        statistics: 'read',
        ...no,
      },
      // Areas and machines of the site, and statistics.
      env: { equipment: site, machines: 403, statistics: 'read', ...no },
    });
  });

  it('[SEC-17] the environment department gets the hazards routed to it, from every area', async () => {
    const rule = { type: 'electrical', level: null, areaId: null, assignee: null };
    const before = await world.api.get('/api/v1/hazard-routing', await world.as('safety2'));
    const { version = 0 } = (await before.json()) as { version?: number };
    const routed = await fetch(`${world.api.url}/api/v1/hazard-routing`, {
      method: 'PUT',
      headers: { ...(await world.as('safety2')), 'content-type': 'application/json' },
      body: JSON.stringify({
        basedOn: version,
        items: [{ ...rule, departmentId: 'environment' }],
      }),
    });
    expect(routed.status, await routed.clone().text()).toBe(200);
    const reporter = await world.as('head.press');
    let theirs = await world.reported(reporter, { type: 'electrical' });
    const other = await world.reported(reporter);
    theirs = await world.step(await world.as('safety'), theirs, 'accept');
    expect(theirs.department?.id).toBe('environment');
    const seen = (await items<{ id: string }>('/hazards', await world.as('env'))).map(
      ({ id }) => id,
    );
    expect(seen).toContain(theirs.id);
    expect(seen).not.toContain(other.id);
    for (const name of ['buyer', 'keeper']) {
      expect([name, await status(`/hazards/${theirs.id}`, await world.as(name))]).toEqual([
        name,
        404,
      ]);
    }
  });

  it('[SEC-07] statistics count only hazards that their reader may open', async () => {
    type Table = { total: { reported: number }; items: { reported: number }[] };
    for (const name of ['safety', 'manager', 'head.press', 'worker.press', 'keeper', 'env']) {
      const who = await world.as(name);
      const readable = (await items<object>('/hazards?limit=200', who)).length;
      for (const by of ['department', 'type', 'level', 'month', 'area']) {
        const answer = await world.api.get(`/api/v1/hazards/rectification?by=${by}`, who);
        const { total, items: rows } = (await answer.json()) as Table;
        const sum = rows.reduce((all, { reported }) => all + reported, 0);
        expect([name, by, total.reported, sum]).toEqual([name, by, readable, readable]);
      }
    }
  });
});
