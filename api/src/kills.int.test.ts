import { setTimeout as sleep } from 'node:timers/promises';
import { ulid } from 'ulid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeDevice, type TestDevice } from './testing/devices.ts';
import { type FenceWorld, openFences, places } from './testing/fences.ts';
import { KilledApi } from './testing/killed-api.ts';
import { confirmedAs, handleOn, identifiedAs } from './testing/named-people.ts';
import { until } from './testing/site.ts';
import { confirmedEvent, testFile } from './testing/worker.ts';

/*
 * kill -9 of the API while a worker tells violations and who they were of, a point asks who may enter, badges are located and come
 * into a fenced area. Each sender repeats what was not answered, as those of the product do.
 */

const KILLS = 2;
const AREA = 'chemical-store';
/** Badges of the fences, and how long each is inside and outside, seconds. */
const WALKER = 'badge-a2';
const [INSIDE, OUTSIDE] = [8, 8];
const PHONE = 'phone-of-kills';
/** Of a badge whose reader sends many at once: so many just before each kill, and as many while the API is away. */
const RUNNER = 'badge-w2';
const BURST = 600;

let world: FenceWorld;
let api: KilledApi;
let point: TestDevice;
let phone: TestDevice;
let handle: string;
let person: string;
beforeAll(async () => {
  world = await openFences();
  const running = world.api;
  point = await makeDevice(running, 'gate', 'gate-of-kills');
  phone = await makeDevice(running, 'tracker', PHONE);
  const body = { device: point.name, name: { zh: '门', en: 'Door' }, areaId: AREA };
  expect((await running.send('maintainer', 'POST', '/gates/points', body)).status).toBe(201);
  ({ handle, person } = await handleOn(world.positions.database, 'E006', Date.now()));
  // The worker of the world and the token of its evidence stay as they are.
  api = await KilledApi.instead(running);
});
afterAll(async () => {
  await api?.kill();
  await world?.stop();
});

const inTenant = <Result>(
  work: Parameters<typeof world.positions.database.transaction<Result>>[1],
): Promise<Result> => world.positions.database.transaction({ tenant: 'demo', user: null }, work);

let going = true;

/** Repeats a request until it is answered, with the same words. */
async function answered(path: string, init: RequestInit): Promise<unknown> {
  for (;;) {
    try {
      const answer = await fetch(`${world.api.url}${path}`, init);
      if (answer.ok) return await answer.json().catch(() => null);
      if (answer.status < 500 && answer.status !== 429) {
        throw new Refusal(`${path}: ${answer.status} ${await answer.text()}`);
      }
    } catch (error) {
      if (error instanceof Refusal) throw error;
    }
    await sleep(200);
  }
}
class Refusal extends Error {}

/** Says it again each second until the API has acknowledged it. */
async function told(event: { id: string }): Promise<void> {
  const { worker } = world.positions;
  for (;;) {
    await worker.publish(event);
    for (let n = 0; n < 20; n++) {
      const [word] = worker.acknowledgements(event.id);
      if (word) return expect([event.id, word.result]).toEqual([event.id, 'committed']);
      await sleep(50);
    }
  }
}

const violations: string[] = [];
async function tellViolations(): Promise<void> {
  const { worker } = world.positions;
  while (going) {
    const snapshot = testFile('image/jpeg');
    await answered(`/api/v1/ingest/evidence/${snapshot.sha256}`, {
      method: 'PUT',
      headers: { ...worker.own, 'content-type': snapshot.mediaType },
      body: new Uint8Array(snapshot.bytes),
    });
    const at = new Date().toISOString();
    const event = confirmedEvent(worker.name, snapshot, {
      actor: `p-${violations.length}`,
      tracks: [`p-${violations.length}`],
      startedAt: at,
      confirmedAt: at,
      path: [],
    });
    violations.push(event.id);
    await told(event);
    await told(identifiedAs(event, 2, confirmedAs(handle)));
  }
}

/** The decision that the point got, by the key of its question. */
const asked = new Map<string, string>();
async function askToEnter(): Promise<void> {
  while (going) {
    const key = ulid();
    const body = { point: point.name, at: new Date().toISOString(), area: AREA, card: 'badge-w3' };
    const answer = (await answered('/api/v1/gates/area-entry', {
      method: 'POST',
      headers: { ...point.headers, 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(body),
    })) as { id: string };
    asked.set(key, answer.id);
    await sleep(100);
  }
}

/** Times of the positions that the API said it has, by HTTP; and of those that the broker has, ms. */
const [byHttp, byBus]: [number[], number[]] = [[], []];
async function locatePhone(): Promise<void> {
  while (going) {
    const at = Date.now();
    await answered('/api/v1/ingest/gps/traccar', {
      method: 'POST',
      headers: { ...phone.headers, 'content-type': 'application/json' },
      body: JSON.stringify({
        device_id: PHONE,
        location: {
          timestamp: new Date(at).toISOString(),
          coords: { latitude: 31.2, longitude: 121.4, accuracy: 6 },
        },
      }),
    });
    byHttp.push(at);
    await sleep(100);
  }
}

/** Times of the fixes of the runner, ms. */
const runs: number[] = [];
async function run(): Promise<void> {
  const first = Math.max(Date.now() - BURST, (runs.at(-1) ?? 0) + 1);
  const times = Array.from({ length: BURST }, (_, n) => first + n);
  await Promise.all(times.map((at) => world.fixAt(RUNNER, at, places.outside)));
  runs.push(...times);
}

/** When the badge came in, ms. */
const visits: number[] = [];
async function walk(): Promise<void> {
  for (let second = 0; going || second % (INSIDE + OUTSIDE) !== 0; second++) {
    const inRound = second % (INSIDE + OUTSIDE);
    if (inRound === OUTSIDE) visits.push(Date.now());
    const at = Date.now();
    await world.fixAt(WALKER, at, inRound < OUTSIDE ? places.outside : places.cell);
    byBus.push(at);
    await sleep(1_000);
  }
  await world.live(WALKER, places.outside, OUTSIDE);
}

it('loses none and doubles none of violations, names, decisions, positions and events of fences', async () => {
  const flows = [tellViolations(), askToEnter(), locatePhone(), walk()];
  const failed = Promise.race(flows.map((flow) => flow.then(() => new Promise<never>(() => {}))));
  const killAll = async () => {
    for (let n = 0; n < KILLS; n++) {
      const before = [violations.length, asked.size];
      await until(
        () => violations.length > before[0]! + 1 && asked.size > before[1]! + 1,
        'all flow',
        120_000,
      );
      // At any moment of what it does.
      await sleep(200 + Math.random() * 2_000);
      // The broker has them, and the API stores a part of them at most.
      await run();
      await api.kill();
      await run();
      await sleep(500);
      await api.start();
    }
    await sleep(3_000);
    going = false;
  };
  await Promise.race([killAll(), failed]);
  await Promise.all(flows);
  console.log(
    `${KILLS} kills: ${violations.length} violations, ${asked.size} decisions, ${byHttp.length} positions by HTTP, ${byBus.length + runs.length} by the bus, ${visits.length} visits`,
  );

  // Each violation once, with the name that came after it, once.
  const rows = await inTenant((tx) => tx.violation.findMany({ where: { id: { in: violations } } }));
  expect(rows.map(({ id }) => id).sort()).toEqual([...violations].sort());
  expect(
    new Set(rows.map(({ identity }) => (identity as { handle: string } | null)?.handle)),
  ).toEqual(new Set([handle]));
  const named = await inTenant((tx) =>
    tx.violationCandidate.findMany({ where: { personId: person } }),
  );
  expect(named.map(({ violationId }) => violationId).sort()).toEqual([...violations].sort());
  const recorded = await inTenant((tx) =>
    tx.outboxEvent.findMany({ where: { type: 'cn.anshi.violation.recorded.v1' } }),
  );
  expect(recorded.map(({ subject }) => subject).sort()).toEqual([...violations].sort());

  // Each question once, with the answer that the point got.
  const decisions = await inTenant((tx) =>
    tx.gateDecision.findMany({ where: { key: { in: [...asked.keys()] } } }),
  );
  expect(decisions.map(({ key, id }) => [key, id]).sort()).toEqual([...asked].sort());
  const decided = await inTenant((tx) =>
    tx.gateDecision.count({ where: { card: 'badge-w3', target: AREA } }),
  );
  expect(decided).toBe(asked.size);

  // Each position once. By HTTP an answer says that it is stored.
  const stored = async (badge: string) =>
    (await inTenant((tx) => tx.locationHistory.findMany({ where: { providerId: badge } }))).map(
      ({ generatedAt }) => generatedAt.getTime(),
    );
  expect((await stored(PHONE)).sort()).toEqual([...byHttp].sort());
  for (const [badge, sent] of [
    [WALKER, byBus],
    [RUNNER, runs],
  ] as const) {
    const lost = async () => {
      const kept = new Set(await stored(badge));
      return sent.filter((at) => !kept.has(at));
    };
    await until(async () => (await lost()).length === 0, `${badge} is stored`, 30_000).catch(
      () => {},
    );
    expect([badge, await lost()]).toEqual([badge, []]);
    const kept = await stored(badge);
    expect([badge, kept.length - new Set(kept).size]).toEqual([badge, 0]);
  }

  // One event for each time the badge came in.
  const entries = () =>
    inTenant((tx) =>
      tx.fenceEvent.findMany({
        where: { badge: WALKER, kind: 'entry' },
        orderBy: { begunAt: 'asc' },
      }),
    );
  await until(
    async () => (await entries()).every(({ state }) => state !== 'open'),
    'the last event is over',
  ).catch(() => {});
  const found = (await entries()).map(({ begunAt, state }) => ({
    visit: visits.findIndex((at) => Math.abs(begunAt.getTime() - at) < (1_000 * INSIDE) / 2),
    isOver: state !== 'open',
  }));
  expect(found).toEqual(visits.map((_, visit) => ({ visit, isOver: true })));
}, 600_000);
