import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import type { Hazard } from '../../modules/hazards/schema.ts';
import { type HazardWorld, openHazardWorld } from '../../testing/hazards.ts';
import { until } from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';
import { newId } from '../db/ids.ts';
import type { TaskPage } from './tasks-schema.ts';

type Headers = { authorization: string };
let world: HazardWorld;
const who: Record<string, Headers> = {};
/** In the press shop: reported, being rectified, sent back to its reporter. */
let reported: Hazard;
let press: Hazard;
let returned: Hazard;

beforeAll(async () => {
  world = await openHazardWorld();
  for (const name of [
    'worker.press',
    'worker.assembly',
    'head.press',
    'head.assembly',
    'safety',
    'manager',
    'admin',
    'safety.head',
    'auditor',
  ]) {
    who[name] = await world.as(name);
  }
  reported = await world.reported(who['worker.press']!, { title: 'Reported' });
  press = await world.reported(who['worker.press']!, { title: 'Guard of press one' });
  press = await world.step(who.safety!, press, 'accept');
  press = await world.step(who['head.press']!, press, 'start');
  returned = await world.reported(who['worker.press']!, { title: 'Unclear' });
  returned = await world.step(who.safety!, returned, 'return', { fields: { reason: 'where?' } });
});
afterAll(() => world?.close());

const tasks = async (name: string, query = ''): Promise<TaskPage> => {
  const answer = await world.api.get(`/api/v1/tasks?${query}`, who[name]!);
  if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as TaskPage;
};
const subjects = async (name: string, query = '') =>
  (await tasks(name, query)).items.map(({ entityId }) => entityId);

describe('my tasks', () => {
  it('are my open cases of all kinds, with their state and time limit', async () => {
    const { items, counts } = await tasks('head.press');
    expect(items).toMatchObject([
      {
        entity: 'hazard',
        entityId: press.id,
        kind: { en: 'Hazards' },
        link: `/hazards/${press.id}`,
        stateName: { zh: '整改中' },
        dueAt: press.dueAt,
        overdue: false,
        mine: true,
        department: { id: 'press-shop' },
      },
    ]);
    expect(items[0]?.title.en).toContain('Guard of press one');
    expect(counts).toEqual({
      open: 1,
      overdue: 0,
      kinds: [{ entity: 'hazard', name: { zh: '隐患排查治理', en: 'Hazards' }, open: 1 }],
      atLeast: false,
    });
  });

  it('include every kind of record in one list', async () => {
    await makeUser(world.database, 'owner', ['model:read@all', 'model:manage@all']);
    const opened = await world.api.post('/api/v1/models/reviews', {}, await world.as('owner'));
    const review = (await opened.json()) as { id: string; assignees: { id: string }[] };
    expect(review.assignees.map(({ id }) => id)).toEqual([await userOf('safety.head')]);
    expect((await tasks('safety.head')).items).toMatchObject([
      {
        entity: 'model-review',
        kind: { en: 'Review of the models' },
        link: `/admin/models/reviews/${review.id}`,
        department: null,
      },
    ]);
  });

  it('are not visible to others', async () => {
    expect(await subjects('worker.press')).toEqual([returned.id]);
    expect(await subjects('safety')).toEqual([reported.id]);
    for (const name of ['worker.assembly', 'head.assembly', 'manager', 'auditor']) {
      expect(await tasks(name)).toMatchObject({ items: [], next: null, counts: { open: 0 } });
    }
    expect((await world.api.get('/api/v1/tasks', {} as Headers)).status).toBe(401);
  });

  it('are removed by the step that assigns another person', async () => {
    let hazard = await world.reported(who['worker.assembly']!);
    expect(await subjects('safety')).toContain(hazard.id);
    hazard = await world.step(who.safety!, hazard, 'accept');
    expect(await subjects('safety')).not.toContain(hazard.id);
    expect(await subjects('head.press')).toContain(hazard.id);
    await world.step(who.safety!, hazard, 'reassign', {
      fields: { reason: 'not theirs', assignee: await userOf('head.assembly') },
    });
    expect(await subjects('head.press')).not.toContain(hazard.id);
    expect(await subjects('head.assembly')).toContain(hazard.id);
  });
});

describe('the tasks of my department', () => {
  it('are those with a possible step for me, and not those of other departments', async () => {
    expect(await subjects('head.press', 'scope=department')).toContain(press.id);
    expect(await subjects('head.assembly', 'scope=department')).not.toContain(press.id);
  });

  it('are empty for a worker, whose rights are for own records', async () => {
    expect(await subjects('worker.press', 'scope=department')).toEqual([]);
  });

  it('do not reveal the reporter', async () => {
    for (const name of ['head.press', 'manager', 'safety']) {
      const text = JSON.stringify(await tasks(name, 'scope=department'));
      expect(text).not.toContain('Xiaomei');
      expect(text).not.toContain(returned.id);
    }
  });
});

describe('the list', () => {
  const many = 130;

  beforeAll(async () => {
    const account = await userOf('auditor');
    await world.database.transaction({ tenant: 'demo', user: null }, async (tx) => {
      const one = await tx.workflowCase.findFirstOrThrow({ where: { entityId: press.id } });
      const rows = Array.from({ length: many }, (_, n) => ({
        ...one,
        id: newId(),
        entityId: newId(),
        parts: {},
        played: {},
        title: { zh: `任务 ${n}`, en: `Task ${n}` },
        assignees: [account],
        // Some share their time limit, some have none, some are overdue.
        dueAt: n % 10 === 0 ? null : new Date(Date.now() + (Math.floor(n / 3) - 10) * 3_600_000),
      }));
      await tx.workflowCase.createMany({ data: rows });
    });
  });

  it('is paginated by time limit, with unlimited ones last', async () => {
    const seen: TaskPage['items'] = [];
    let cursor = '';
    for (let page = 0; page < 10; page++) {
      const { items, next, counts } = await tasks('auditor', `limit=17${cursor}`);
      expect(counts === undefined).toBe(cursor !== '');
      seen.push(...items);
      if (next === null) break;
      cursor = `&cursor=${next}`;
    }
    expect(seen).toHaveLength(many);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(many);
    const due = seen.map(({ dueAt }) =>
      dueAt === null ? Number.POSITIVE_INFINITY : Date.parse(dueAt),
    );
    expect(due).toEqual([...due].sort((a, b) => (a === b ? 0 : a - b)));
    expect(seen.filter(({ dueAt }) => dueAt === null)).toHaveLength(13);
  });

  it('can be filtered by overdue, and by kind of record', async () => {
    const { items, counts } = await tasks('auditor', 'limit=200&overdue=true');
    expect(items.length).toBeGreaterThan(10);
    expect(items.every(({ overdue }) => overdue)).toBe(true);
    expect(counts).toMatchObject({ open: many, overdue: items.length, atLeast: false });
    const others = await tasks('auditor', 'limit=200&overdue=false');
    expect(others.items).toHaveLength(many - items.length);
    expect((await tasks('auditor', 'entity=model-review')).items).toEqual([]);
    expect((await tasks('auditor', 'entity=hazard')).items).toHaveLength(50);
  });

  it('refuses an invalid cursor', async () => {
    for (const cursor of ['x', Buffer.from('newest|1|2').toString('base64url')]) {
      const answer = await world.api.get(`/api/v1/tasks?cursor=${cursor}`, who.auditor!);
      expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
        400,
        'request.cursor',
      ]);
    }
  });

  it('shows nothing of another tenant with the same user id', async () => {
    const account = await userOf('auditor');
    const seen = await world.database.transaction({ tenant: 'other', user: account }, (tx) =>
      tx.workflowCase.count({ where: { closedAt: null } }),
    );
    expect(seen).toBe(0);
  });

  it('leaves out cases of a disabled feature', async () => {
    const put = (on: boolean) =>
      fetch(`${world.api.url}/api/v1/features/hazards`, {
        method: 'PUT',
        headers: { ...who.admin!, 'content-type': 'application/json' },
        body: JSON.stringify({ on }),
      });
    const off = await put(false);
    expect(off.status, await off.clone().text()).toBe(200);
    try {
      expect(await tasks('head.press')).toMatchObject({ items: [], counts: { open: 0 } });
    } finally {
      await put(true);
    }
    expect(await subjects('head.press')).toEqual([press.id]);
  });
});

it('pushes a change to current and previous assignees, and to the department', async () => {
  const heard: Record<string, number> = {};
  const ready = new Set<string>();
  const sockets = ['safety', 'worker.press', 'head.press', 'head.assembly'].map((name) => {
    const socket = new WebSocket(`${world.api.url.replace('http', 'ws')}/api/v1/live-events`);
    heard[name] = 0;
    socket.on('open', () => {
      const token = who[name]!.authorization.replace('Bearer ', '');
      socket.send(JSON.stringify({ type: 'auth', token }));
      socket.send(JSON.stringify({ type: 'subscribe', topics: ['tasks', 'no-such-topic'] }));
    });
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as { type: string };
      if (message.type === 'error') ready.add(name);
      if (message.type === 'tasks') {
        // The message says that the list changed, and contains no case.
        expect(message).toEqual({ type: 'tasks' });
        heard[name] = (heard[name] ?? 0) + 1;
      }
    });
    return socket;
  });
  try {
    await until(() => ready.size === 4, 'all four listen');
    const hazard = await world.step(who.safety!, reported, 'accept');
    await until(() => heard.safety === 1 && heard['head.press'] === 1, 'both hear of it');
    await world.step(who['head.press']!, hazard, 'start');
    await until(() => heard['head.press'] === 2, 'the department is notified of the next step');
    expect(heard['head.assembly']).toBe(0);
  } finally {
    for (const socket of sockets) socket.close();
  }
});

const userOf = async (username: string) =>
  (
    await world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.appUser.findFirstOrThrow({ where: { username } }),
    )
  ).id;
