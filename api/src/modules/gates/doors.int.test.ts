import { type EdgeDecision, edgeContent } from '@anshi/contracts';
import { demoDeviceSecret } from '@anshi/contracts/device-secret';
import { edgeCardDigest } from '@anshi/contracts/edge-signature';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Transaction } from '../../platform/db/database.ts';
import type { TestDevice } from '../../testing/devices.ts';
import { cards, type GateWorld, openGates } from '../../testing/gates.ts';
import { BUS_KEYS_SECRET, until } from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';
import type { VehiclePassView } from '../vehicles/schema.ts';
import { demoDoors } from './demo-gate.ts';
import type { GateDecisionView, GatePoint } from './schema.ts';

const STORE = 'chemical-store';
const FORKLIFT = 'vehicle-fl-01';
let world: GateWorld;
let wayIn: { id: string; device: TestDevice };
let wayOut: { id: string; device: TestDevice };
beforeAll(async () => {
  world = await openGates();
  await makeUser(world.database, 'guard', ['vehicle:read@all', 'vehicle:review@all']);
  await makeUser(world.database, 'fleet', ['vehicle:read@all', 'vehicle:manage@all']);
  wayIn = await world.point({ areaId: STORE });
  wayOut = await world.point({ areaId: STORE, direction: 'exit' });
});
afterAll(() => world?.stop());

const send: GateWorld['api']['send'] = (...given) => world.api.send(...given);
const inTenant = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> =>
  world.database.transaction({ tenant: 'demo', user: null }, work);
const shown = async (id: string) =>
  (await send<GateDecisionView>('safety', 'GET', `/gates/decisions/${id}`)).body;
/** What a gateway sends later. */
async function deliver(device: TestDevice, changes: Partial<EdgeDecision>) {
  const at = new Date().toISOString();
  const body: EdgeDecision = {
    point: device.name,
    kind: 'entry',
    target: STORE,
    card: 'no-such-card',
    at,
    decidedAt: at,
    decision: 'allow',
    sequence: null,
    validUntil: at,
    ...changes,
  };
  const answer = await fetch(`${world.api.url}/api/v1/gates/edge-decisions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': ulid(), ...device.headers },
    body: JSON.stringify(body),
  });
  return {
    status: answer.status,
    body: (await answer.json()) as { id: string; lateDecision: string | null },
  };
}

/** In the place of the one that is seeded. */
async function forkliftPoint() {
  await inTenant((tx) =>
    tx.gatePoint.updateMany({ where: { machineId: 'forklift-1' }, data: { active: false } }),
  );
  return world.point({ machineId: 'forklift-1' });
}
const forklift = () => inTenant((tx) => tx.vehicle.findFirstOrThrow({ where: { plate: 'FL-01' } }));
const change = async (fields: object) => {
  const { id, version } = await forklift();
  const done = await send('fleet', 'PATCH', `/vehicles/${id}`, { version, ...fields });
  expect(done.status).toBe(200);
};

describe('a point at a way out', () => {
  it('refuses nothing, whatever is shown, and each request is on record with who it was', async () => {
    const leave = async (asked: { card?: string; code?: string; plate?: string; at?: string }) => {
      const { status, body } = await world.ask(wayOut.device, { area: STORE, ...asked });
      expect([status, body.decision, body.reasons]).toEqual([200, 'allow', []]);
      return shown(body.id);
    };
    // The way in refuses the same card.
    const entry = await world.ask(wayIn.device, { area: STORE, card: 'no-such-card' });
    expect(entry.body.decision).toBe('deny');
    expect(await leave({ card: cards.assembler })).toMatchObject({
      kind: 'exit',
      person: { employeeNo: expect.any(String) },
    });
    expect(await leave({ card: 'no-such-card' })).toMatchObject({ kind: 'exit', person: null });
    expect(await leave({ code: '00000000' })).toMatchObject({ person: null });
    expect(await leave({ plate: '苏D·99999' })).toMatchObject({ plate: '苏D·99999', person: null });
    for (const hours of [-3, 3]) {
      await leave({ card: 'any', at: new Date(Date.now() + hours * 3_600_000).toISOString() });
    }
    const key = ulid();
    for (const card of ['card-a', 'card-b']) {
      const { body } = await world.ask(wayOut.device, { area: STORE, card }, { key });
      expect(body.decision).toBe('allow');
    }
    const { version } = (await send<GatePoint>('maintainer', 'GET', `/gates/points/${wayOut.id}`))
      .body;
    const off = await send('maintainer', 'PATCH', `/gates/points/${wayOut.id}`, {
      version,
      active: false,
    });
    expect(off.status).toBe(200);
    await leave({ card: 'no-such-card' });
    await send('maintainer', 'PATCH', `/gates/points/${wayOut.id}`, {
      version: version + 1,
      active: true,
    });
    // Of another area it stays what it is: a point that asks for what is not its own.
    const other = await world.ask(wayOut.device, { area: 'robot-cell', card: 'any' });
    expect(other.status).toBe(403);
  });

  it('is one of an area, and its gateway learns of it', async () => {
    const machine = { machineId: 'press-1', direction: 'exit' };
    const body = { device: 'gate-x', name: { zh: '点', en: 'x' }, areaId: null, ...machine };
    const made = await send<{ errors?: { path: string }[] }>(
      'maintainer',
      'POST',
      '/gates/points',
      body,
    );
    expect(made.status).toBe(422);
    const { version } = (await send<GatePoint>('maintainer', 'GET', `/gates/points/${wayOut.id}`))
      .body;
    await send('maintainer', 'PATCH', `/gates/points/${wayOut.id}`, { version, edge: true });
    const query = `point=${wayOut.device.name}&nonce=${'n'.repeat(22)}&wait=0`;
    const list = await until(async () => {
      const answer = await fetch(`${world.api.url}/api/v1/gates/edge-permits?${query}`, {
        headers: wayOut.device.headers,
      });
      if (answer.status !== 200) return null;
      const { content } = (await answer.json()) as { content: string };
      return edgeContent.parse(JSON.parse(content)).list;
    }, 'the list is made');
    expect(list).toMatchObject({ direction: 'exit', area: STORE, entries: [] });
  });

  it('takes from a gateway who went out, and tells of one that lets people in as if they went out', async () => {
    const out = await deliver(wayOut.device, { kind: 'exit' });
    expect(out).toMatchObject({ status: 200, body: { lateDecision: null } });
    expect(await shown(out.body.id)).toMatchObject({ kind: 'exit', decision: 'allow' });
    const wrong = await deliver(wayIn.device, { kind: 'exit' });
    expect(wrong.body.lateDecision).toBe('deny');
  });
});

describe('a vehicle at a barrier', () => {
  const passes = async () =>
    (await send<{ items: VehiclePassView[] }>('guard', 'GET', '/vehicle-passes')).body.items;

  it('[POS-08] is let in by its tag or plate where it may be, and refused with the reason', async () => {
    const enter = async (asked: { card?: string; plate?: string }) => {
      const { body } = await world.ask(wayIn.device, { area: STORE, ...asked });
      return { ...body, codes: body.reasons.map(({ code }) => code) };
    };
    for (const asked of [{ card: FORKLIFT }, { plate: 'fl01' }]) {
      const refused = await enter(asked);
      expect(refused).toMatchObject({ decision: 'deny', codes: ['vehicle-not-admitted'] });
      expect(await shown(refused.id)).toMatchObject({ plate: 'FL-01', person: null, final: true });
    }
    await change({ areas: ['rack-store', STORE] });
    const allowed = await enter({ card: FORKLIFT.toUpperCase() });
    expect(allowed).toMatchObject({ decision: 'allow', codes: [] });
    const pass = await until(
      async () => (await passes()).find(({ source }) => source === wayIn.device.name),
      'it is in the gate log',
    );
    expect(pass).toMatchObject({ plate: 'FL-01', admitted: true, area: { id: STORE } });
    const events = await world.events('cn.anshi.gate-decision.allowed.v1');
    expect(events.some(({ subject }) => subject === allowed.id)).toBe(true);
    await change({ validUntil: '2026-01-01' });
    expect(await enter({ plate: 'FL-01' })).toMatchObject({ codes: ['vehicle-not-in-use'] });
    await change({ validUntil: null, status: 'blocked' });
    expect(await enter({ card: FORKLIFT })).toMatchObject({ codes: ['vehicle-not-in-use'] });
    expect(await enter({ plate: '苏D·00001' })).toMatchObject({ codes: ['not-admitted'] });
    // Out of the area it goes all the same.
    const out = await world.ask(wayOut.device, { area: STORE, card: FORKLIFT });
    expect(out.body.decision).toBe('allow');
    expect(await shown(out.body.id)).toMatchObject({ kind: 'exit', plate: 'FL-01' });
  });

  it('[POS-08] of the demonstration is let in at the barrier of the loading gate', async () => {
    const [, , { device, area }] = demoDoors;
    const secret = demoDeviceSecret(BUS_KEYS_SECRET, 'demo', device);
    const reader = { name: device, headers: { authorization: `Bearer ${secret}` } };
    const { status, body } = await world.ask(reader, { area, card: 'vehicle-truck-01' });
    expect([status, body.decision]).toEqual([200, 'allow']);
    expect(await shown(body.id)).toMatchObject({ kind: 'entry', plate: '苏D·B2719' });
    const pass = await until(
      async () => (await passes()).find(({ source }) => source === device),
      'it is in the gate log',
    );
    expect(pass).toMatchObject({ direction: 'in', area: { id: area }, admitted: true });
  });

  it('[POS-08] that was blocked is found when a gateway tells of it, and not one that was blocked since', async () => {
    const start = await forkliftPoint();
    const blockedAt = Date.now() - 3_600_000;
    await inTenant((tx) =>
      tx.badge.updateMany({
        where: { badge: cards.fitter },
        data: { since: new Date(blockedAt - 86_400_000) },
      }),
    );
    await inTenant((tx) =>
      tx.vehicle.updateMany({
        where: { plate: 'FL-01' },
        data: { status: 'blocked', statusSince: new Date(blockedAt) },
      }),
    );
    const driven = async (at: number) => {
      const when = new Date(at).toISOString();
      const given = { kind: 'start', target: 'forklift-1', card: cards.fitter } as const;
      const { body } = await deliver(start.device, { ...given, at: when, decidedAt: when });
      return inTenant((tx) => tx.gateDecision.findFirstOrThrow({ where: { id: body.id } }));
    };
    expect((await driven(blockedAt - 60_000)).codes).not.toContain('vehicle-not-in-use');
    const after = await driven(blockedAt + 60_000);
    expect(after).toMatchObject({ lateDecision: 'deny' });
    expect(after.codes).toContain('vehicle-not-in-use');
  });

  it('[POS-08] is on the list of a gateway while it may enter', async () => {
    await change({ status: 'active' });
    const { version } = (await send<GatePoint>('maintainer', 'GET', `/gates/points/${wayIn.id}`))
      .body;
    await send('maintainer', 'PATCH', `/gates/points/${wayIn.id}`, { version, edge: true });
    const isListed = async () => {
      const query = `point=${wayIn.device.name}&nonce=${'n'.repeat(22)}&wait=0`;
      const answer = await fetch(`${world.api.url}/api/v1/gates/edge-permits?${query}`, {
        headers: wayIn.device.headers,
      });
      if (answer.status !== 200) return null;
      const { list } = edgeContent.parse(
        JSON.parse(((await answer.json()) as { content: string }).content),
      );
      const card = edgeCardDigest(list.hashKey, FORKLIFT);
      return list.entries.some((one) => one.card === card);
    };
    await until(async () => (await isListed()) === true, 'its tag is on the list');
    await change({ status: 'blocked' });
    await until(async () => (await isListed()) === false, 'its tag is off the list');
    await change({ status: 'active' });
  });

  it('[POS-08] without a tag is entered by hand, by whom it was', async () => {
    const truck = {
      plate: '沪A·D8888',
      company: 'Visiting Transport',
      direction: 'in',
      area: 'loading-gate',
    };
    const made = await send<VehiclePassView>('guard', 'POST', '/vehicle-passes', truck);
    expect(made).toMatchObject({
      status: 201,
      body: { vehicle: null, plate: '沪A·D8888', company: 'Visiting Transport', admitted: true },
    });
    expect(made.body.enteredBy).not.toBeNull();
    const found = (await passes()).find(({ id }) => id === made.body.id);
    expect(found).toMatchObject({ direction: 'in', source: 'by-hand' });
    // One of the register is that vehicle.
    const known = { ...truck, plate: 'fl-01', direction: 'out', company: null };
    const own = await send<VehiclePassView>('guard', 'POST', '/vehicle-passes', known);
    expect(own.body.vehicle).toMatchObject({ plate: 'FL-01' });
    const beyond = { ...truck, area: 'no-such-area' };
    expect((await send('guard', 'POST', '/vehicle-passes', beyond)).status).toBe(422);
    expect((await send('fleet', 'POST', '/vehicle-passes', truck)).status).toBe(403);
  });
});

describe('a refusal', () => {
  const notices = async (user: string, kind: string) =>
    (
      await send<{
        items: { kind: string; title: { en: string }; body: { en: string }; count: number }[];
      }>(user, 'GET', '/notices?limit=100')
    ).body.items.filter((one) => one.kind === kind);

  it('of another kind within minutes is told, too, and those who only look there get it together', async () => {
    const { device } = await forkliftPoint();
    const refuse = async () => {
      const asked = { machine: 'forklift-1', card: cards.leader };
      const { body } = await world.ask(device, asked);
      expect(body.decision).toBe('deny');
      return body.reasons.map(({ code }) => code);
    };
    const told = async () =>
      (await notices('safety', 'gate.refused')).filter(({ title }) => title.en.includes('orklift'))
        .length;
    expect(await refuse()).toEqual(['not-qualified']);
    await until(async () => (await told()) === 1, 'the first one is told');
    await refuse();
    await change({ status: 'blocked' });
    expect(await refuse()).toEqual(['not-qualified', 'vehicle-not-in-use']);
    await until(async () => (await told()) === 2, 'the other one is told');
    const [grouped, ...others] = (await notices('operator', 'gate.refused-there')).filter(
      ({ title }) => title.en.includes('orklift'),
    );
    expect(others).toEqual([]);
    expect(grouped?.count).toBe(2);
    expect(await notices('operator', 'gate.refused')).toEqual([]);
  });

  it('that a gateway made long ago is no news but a summary with its time', async () => {
    const point = await world.point({ areaId: 'robot-cell' });
    const ago = (minutes: number) => {
      const at = new Date(Date.now() - minutes * 60_000).toISOString();
      return { target: 'robot-cell', decision: 'deny' as const, at, decidedAt: at };
    };
    const before = (await notices('safety', 'gate.refused')).length;
    for (const minutes of [300, 200, 100]) {
      const { status } = await deliver(point.device, { ...ago(minutes), card: `card-${minutes}` });
      expect(status).toBe(200);
    }
    const summary = await until(
      async () => (await notices('safety', 'gate.edge-refused')).find(({ count }) => count === 3),
      'one summary of the three',
    );
    expect(summary.body.en).toMatch(/at \{t:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\}/);
    expect(await notices('safety', 'gate.refused')).toHaveLength(before);
    await deliver(point.device, { ...ago(1), card: 'card-now' });
    const [news] = await until(async () => {
      const all = await notices('safety', 'gate.refused');
      return all.length > before ? all : null;
    }, 'one of just now is told');
    expect(news?.body.en).toMatch(/decided by the gateway at/);
  });
});
