import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { type HazardWorld, openHazardWorld, PLANT } from '../../testing/hazards.ts';
import { until } from '../../testing/site.ts';
import type { Hazard } from './schema.ts';

type Headers = { authorization: string };
let world: HazardWorld;
const who: Record<string, Headers> = {};
/** One in the press shop, under rectification; one in the assembly shop. */
let press: Hazard;
let assembly: Hazard;

const everyone = [
  'worker.press',
  'worker.assembly',
  'head.press',
  'head.assembly',
  'manager',
  'safety',
  'operator',
  'keeper',
];

beforeAll(async () => {
  world = await openHazardWorld();
  for (const name of [...everyone, 'auditor', 'admin']) who[name] = await world.as(name);
  const photo = await world.photo(who['worker.press']!);
  press = await world.reported(who['worker.press']!, {
    title: 'Loose guard of press one',
    areaId: 'press-line',
    floorPlan: 'main-hall',
    position: [3, 10],
    fileIds: [photo],
  });
  press = await world.step(who.safety!, press, 'accept');
  press = await world.step(who['head.press']!, press, 'start');
  assembly = await world.reported(who['worker.assembly']!, {
    title: 'Cable across the floor',
    type: 'vehicle',
    areaId: 'assembly-area',
  });
  assembly = await world.step(who.safety!, assembly, 'accept');
});
afterAll(() => world?.close());

interface Page {
  items: Hazard[];
  next: string | null;
  counts?: { open: number; overdue: number; mine: number };
}
const get = (name: string, path: string) => world.api.get(`/api/v1${path}`, who[name]!);
const json = async <Body>(name: string, path: string) =>
  (await (await get(name, path)).json()) as Body;
const titles = async (name: string, query = '') =>
  (await json<Page>(name, `/hazards?${query}`)).items.map(({ title }) => title).sort();

const PRESS = 'Loose guard of press one';
const ASSEMBLY = 'Cable across the floor';
/** Each user's visible hazards, with access to evidence and reporter. */
const expected: Record<string, { sees: string[]; evidence: boolean; reporter: boolean }> = {
  'worker.press': { sees: [PRESS], evidence: true, reporter: true },
  'worker.assembly': { sees: [ASSEMBLY], evidence: false, reporter: false },
  'head.press': { sees: [PRESS], evidence: true, reporter: false },
  'head.assembly': { sees: [ASSEMBLY], evidence: false, reporter: false },
  manager: { sees: [ASSEMBLY, PRESS], evidence: false, reporter: false },
  safety: { sees: [ASSEMBLY, PRESS], evidence: true, reporter: true },
  operator: { sees: [], evidence: false, reporter: false },
  keeper: { sees: [], evidence: false, reporter: false },
};

describe.each(everyone)('[HAZ-14] the rows of %s', (name) => {
  const { sees, evidence, reporter } = expected[name]!;
  const seesPress = sees.includes(PRESS);

  it('in lists, searches, filters, counts and pages', async () => {
    expect(await titles(name)).toEqual(sees);
    expect(await titles(name, 'q=press%20one')).toEqual(sees.filter((title) => title === PRESS));
    expect(await titles(name, `q=${press.no}`)).toEqual(sees.filter((title) => title === PRESS));
    expect(await titles(name, 'area=press-line')).toEqual(sees.filter((title) => title === PRESS));
    expect(await titles(name, 'type=vehicle,machine-guard&department=press-shop')).toEqual(
      sees.filter((title) => title === PRESS),
    );
    const first = await json<Page>(name, '/hazards?limit=1');
    expect(first.counts?.open).toBe(sees.length);
    expect(first.next === null).toBe(sees.length < 2);
    if (first.next) {
      const second = await json<Page>(name, `/hazards?limit=1&cursor=${first.next}`);
      expect(second.items).toHaveLength(1);
    }
    // Another user's cursor reveals nothing more.
    const foreign = await json<Page>('safety', '/hazards?limit=1');
    const beyond = await titles(name, `cursor=${foreign.next}`);
    expect(beyond).toEqual(sees.filter((title) => title === PRESS));
  });

  it('by id, in the history and in the files', async () => {
    const answer = await get(name, `/hazards/${press.id}`);
    expect(answer.status).toBe(seesPress ? 200 : 404);
    expect((await get(name, `/hazards/${press.id}/history`)).status).toBe(seesPress ? 200 : 404);
    const file = (await world.read(who.safety!, press.id)).files[0]!;
    for (const path of ['', '/content', '/preview']) {
      const open = await get(name, `/files/${file.id}${path}`);
      expect(open.status === 200, path).toBe(evidence);
    }
    if (!seesPress) return;
    const hazard = (await answer.json()) as Hazard;
    expect(hazard.redacted).toBe(!evidence);
    expect(hazard.files.length).toBe(evidence ? 1 : 0);
    expect(hazard.reporter !== null).toBe(reporter);
    const history = await (await get(name, `/hazards/${press.id}/history`)).text();
    expect(history.includes('Sun Xiaomei')).toBe(reporter);
    const listed = await (await get(name, '/hazards')).text();
    if (name !== 'worker.press') expect(listed).not.toContain('Sun Xiaomei');
  });

  it('in the statistics', async () => {
    const by = await json<{ total: { reported: number } }>(name, '/hazards/rectification');
    expect(by.total.reported).toBe(sees.length);
    const map = await json<{ areas: { count: number }[]; points: object[] }>(
      name,
      `/hazards/heatmap?site=${PLANT}`,
    );
    expect(map.areas.reduce((sum, area) => sum + area.count, 0)).toBe(sees.length);
    expect(map.points).toHaveLength(seesPress ? 1 : 0);
    const weak = await json<{ places: { count: number }[] }>(name, '/hazards/weak-links');
    expect(weak.places).toHaveLength(sees.length);
  });

  it('[SEC-13] steps on invisible hazards are refused as unknown', async () => {
    if (seesPress) return;
    const answer = await world.act(who[name]!, press, 'submit', { fields: { measures: 'x' } });
    expect(answer.status).toBe(404);
  });
});

it('[HAZ-14] accounts without hazard rights see their own reports only', async () => {
  for (const name of ['auditor', 'admin']) {
    const mine = await world.reported(who[name]!, { areaId: 'press-line' });
    const list = (await (await get(name, '/hazards')).json()) as { items: Hazard[] };
    expect(list.items.map(({ id }) => id)).toEqual([mine.id]);
    for (const path of ['', '/history']) {
      expect((await get(name, `/hazards/${press.id}${path}`)).status).toBe(404);
    }
  }
});

it('[HAZ-14] a returned report hides its assignee', async () => {
  let hazard = await world.reported(who['worker.press']!, {
    title: 'Unclear',
    areaId: 'rack-store',
  });
  hazard = await world.step(who.safety!, hazard, 'return', { fields: { reason: 'where?' } });
  const seen = await world.read(who.manager!, hazard.id);
  expect(seen.assignees).toEqual([]);
  expect(JSON.stringify(seen)).not.toContain('Xiaomei');
  await world.step(who['worker.press']!, hazard, 'resubmit', { fields: { supplement: 'gate' } });
  const history = await (await get('manager', `/hazards/${hazard.id}/history`)).text();
  expect(history).not.toContain('Xiaomei');
});

it('[HAZ-14] viewing the reporter is logged', async () => {
  await world.read(who.safety!, press.id);
  const views = await world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
    tx.auditLog.findMany({ where: { entity: 'hazard', entityId: press.id, action: 'view' } }),
  );
  expect(views.some(({ userName }) => userName === 'safety')).toBe(true);
  expect(views.some(({ userName }) => userName === 'manager')).toBe(false);
});

it('[HAZ-14] pushes are sent to users who may see the hazard only', async () => {
  const heard: Record<string, string[]> = {};
  const sockets: WebSocket[] = [];
  for (const name of ['worker.press', 'worker.assembly', 'head.assembly', 'safety']) {
    const socket = new WebSocket(`${world.api.url.replace('http', 'ws')}/api/v1/live-events`);
    sockets.push(socket);
    heard[name] = [];
    socket.on('open', () => {
      const token = who[name]!.authorization.replace('Bearer ', '');
      socket.send(JSON.stringify({ type: 'auth', token }));
      socket.send(JSON.stringify({ type: 'subscribe', topics: ['hazards'] }));
      // Its refusal shows that the earlier subscription was accepted.
      socket.send(JSON.stringify({ type: 'subscribe', topics: ['no-such-topic'] }));
    });
    socket.on('message', (data) => heard[name]!.push(String(data)));
  }
  await until(
    () => Object.values(heard).every((list) => list.some((text) => text.includes('no-such-topic'))),
    'all four listen',
  );
  const hazard = await world.reported(who['worker.press']!, { areaId: 'press-line' });
  const last = await world.reported(who['worker.assembly']!, { areaId: 'assembly-area' });
  const knows = (name: string, id: string) => heard[name]!.some((text) => text.includes(id));
  await until(() => knows('safety', last.id) && knows('worker.assembly', last.id), 'the last push');
  expect(knows('safety', hazard.id)).toBe(true);
  expect(knows('worker.press', hazard.id)).toBe(true);
  expect(knows('worker.assembly', hazard.id)).toBe(false);
  // Not assigned yet: it belongs to no department.
  expect(knows('head.assembly', hazard.id)).toBe(false);
  for (const socket of sockets) socket.close();
});

it('unknown and invisible hazards are indistinguishable', async () => {
  const unknown = await get('keeper', `/hazards/${ulid()}`);
  const hidden = await get('keeper', `/hazards/${press.id}`);
  expect([unknown.status, hidden.status]).toEqual([404, 404]);
  expect(await hidden.json()).toEqual(await unknown.json());
});

it('[HAZ-14] the reporter is not sent to other systems', async () => {
  const worker = who['worker.press']!;
  const me = (await (await world.api.get('/api/v1/auth/me', worker)).json()) as { id: string };
  let hazard = await world.reported(worker, {
    title: 'Oil on the stairs',
    areaId: 'assembly-area',
  });
  hazard = await world.step(who.safety!, hazard, 'return', {
    fields: { reason: 'where exactly?' },
  });
  expect((await world.read(worker, hazard.id)).assignees).toMatchObject([{ id: me.id }]);
  hazard = await world.step(worker, hazard, 'resubmit', { fields: { supplement: 'the upper' } });
  await world.step(who.safety!, hazard, 'reject', {
    fields: { verdict: 'not-a-hazard', reason: 'it was water' },
  });
  const events = await world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
    tx.outboxEvent.findMany({ where: { subject: hazard.id } }),
  );
  const types = events.map(({ type }) => type.split('.')[3]);
  expect(types).toEqual(expect.arrayContaining(['reported', 'return', 'resubmit', 'reject']));
  const text = JSON.stringify(events.map(({ data }) => data));
  expect(text).not.toContain(me.id);
  // All others are named.
  expect(text).toContain('"by":"0');
});
