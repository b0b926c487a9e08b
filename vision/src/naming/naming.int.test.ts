import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ConfirmedAlone,
  confirmedAlone,
  type HandOverSeen,
  handOverSeen,
  type NamedTracks,
  namedTracks,
  topics,
  type ViolationEvent,
} from '@anshi/contracts';
import { signatureFault } from '@anshi/contracts/bus-signature';
import mqtt, { type MqttClient } from 'mqtt';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Outbox } from '../publish/outbox.ts';
import { startBroker, type TestBroker } from '../testing/broker.ts';
import { pacing } from '../testing/floor-scene.ts';
import { frameOf, PUBLISHER, startNamedWorker } from '../testing/named-worker.ts';

const ANNA = 'AAAAAAAAAAAAAAAA';
const BORIS = 'BBBBBBBBBBBBBBBB';
const anna = pacing(2, 1, 19);
const boris = pacing(8, 1, 19, 12, 1);

let folder: string;
let broker: TestBroker;
let api: MqttClient;
let logged = '';
const log = pino(
  { level: 'debug' },
  {
    write: (line: string) => {
      logged += line;
    },
  },
);

const worker = () => startNamedWorker({ folder, url: broker.url, api, log });

beforeEach(async () => {
  logged = '';
  folder = await mkdtemp(join(tmpdir(), 'anshi-naming-'));
  broker = await startBroker();
  api = await mqtt.connectAsync(broker.url, { protocolVersion: 4 });
});
afterEach(async () => {
  await api.endAsync(true);
  await broker.close();
  await rm(folder, { recursive: true, force: true });
});

const eventsOf = (outbox: Outbox) => [...outbox.events()].map(({ event }) => event);
const identityOf = (events: readonly ViolationEvent[], violation: string) => {
  const event = events.find(({ id }) => id === violation);
  return event?.type === 'cn.anshi.violation.confirmed.v2' ? event.data.identity : undefined;
};

/** All text in the files of the worker, and in its log. */
async function kept(): Promise<string> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile());
  const texts = await Promise.all(
    files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'utf8')),
  );
  return texts.join('\n');
}

const LONG = { timeout: 30_000 };
const PEOPLE = { T1: anna, T2: boris };

it('[VIS-09] names the actor whose badge agreed, in the event that is made durable, and not the one who refused', async () => {
  const { state, walk, confirm, outbox, close } = await worker();
  await state({});
  await walk(30, PEOPLE, { [ANNA]: anna });
  const named = await confirm('T1');
  const refused = await confirm('T2');
  const zone = await confirm('T1', { subject: 'zone', actor: null, box: null });
  const events = eventsOf(outbox);
  expect(identityOf(events, named)).toMatchObject({ state: 'confirmed', handle: ANNA });
  expect(identityOf(events, refused)).toMatchObject({ handle: null, candidates: [] });
  expect(identityOf(events, zone)).toBeNull();
  // The events alone hold the handle.
  expect(logged).not.toContain(ANNA);
  await close();
});

it('says nothing of badges where none was ever heard of, and no name while the API is away', async () => {
  const { naming, state, silence, walk, confirm, outbox, close } = await worker();
  await walk(2, PEOPLE, {});
  const never = await confirm('T1');
  expect(identityOf(eventsOf(outbox), never)).toBeNull();
  await state({});
  await walk(30, PEOPLE, { [ANNA]: anna });
  silence();
  await walk(31, PEOPLE, {});
  naming.positions.expire();
  const away = await confirm('T1');
  expect(identityOf(eventsOf(outbox), away)).toMatchObject({
    state: 'ambiguous',
    handle: null,
    since: null,
    candidates: [],
    reasons: [{ en: expect.stringContaining('No position of a badge counted') }],
  });
  await close();
});

it('tells under its signature who is confirmed and alone in a zone, and nothing of who refused', async () => {
  const { now, state, walk, close } = await worker();
  const topic = topics.confirmedAlone('demo', 'w', 'gate');
  const said: ConfirmedAlone[] = [];
  const others: string[] = [];
  api.on('message', (from, payload) => {
    if (from !== topic || signatureFault(PUBLISHER.key, topic, payload) !== null) others.push(from);
    else said.push(confirmedAlone.parse(JSON.parse(payload.toString())));
  });
  await api.subscribeAsync(topics.confirmedAlone('demo', '+', '+'), { qos: 1 });
  await state({});
  await walk(40, PEOPLE, { [ANNA]: anna });
  await expect
    .poll(() => said.at(-1)?.alone, LONG)
    .toMatchObject([{ zone: 'of-t1', handle: ANNA }]);
  const [first] = said.at(-1)?.alone ?? [];
  expect(Date.parse(said.at(-1)?.at ?? '')).toBeGreaterThanOrEqual(Date.parse(first?.since ?? ''));
  expect(said.every(({ alone }) => alone.every(({ zone }) => zone === 'of-t1'))).toBe(true);
  expect(others).toEqual([]);
  // Taken back: nothing more is told of it.
  await state({ withdrawn: [ANNA] });
  const withdrawnAt = now();
  await walk(10, PEOPLE, {});
  // What was said before may still be on its way.
  const after = said.filter(({ at }) => Date.parse(at) > withdrawnAt);
  expect(after.every(({ alone }) => alone.length === 0)).toBe(true);
  expect(await kept()).not.toContain(ANNA);
  await close();
});

it('tells under its signature which tracks are confirmed, not who refused, and takes them back within a second of a withdrawal', async () => {
  const { state, walk, close } = await worker();
  const topic = topics.namedTracks('demo', 'w', 'gate');
  const said: NamedTracks[] = [];
  api.on('message', (from, payload) => {
    expect([from, signatureFault(PUBLISHER.key, topic, payload)]).toEqual([topic, null]);
    said.push(namedTracks.parse(JSON.parse(payload.toString())));
  });
  await api.subscribeAsync(topics.namedTracks('demo', '+', '+'), { qos: 1 });
  await state({});
  await walk(40, PEOPLE, { [ANNA]: anna });
  await expect
    .poll(() => said.at(-1)?.tracks, LONG)
    .toEqual([{ track: expect.stringContaining('T1'), handle: ANNA }]);
  const withdrawnAt = performance.now();
  await state({ withdrawn: [ANNA] });
  await expect.poll(() => said.at(-1)?.tracks, LONG).toEqual([]);
  expect(performance.now() - withdrawnAt).toBeLessThan(1_000);
  await walk(10, PEOPLE, {});
  expect(said.at(-1)?.tracks).toEqual([]);
  await close();
});

it('tells a hand-over in view under its signature until the API holds it, and names neither badge until it does no more', async () => {
  const { state, walk, confirm, outbox, close } = await worker();
  const topic = topics.handOvers('demo', 'w', 'gate');
  const said: HandOverSeen[] = [];
  api.on('message', (from, payload) => {
    expect([from, signatureFault(PUBLISHER.key, topic, payload)]).toEqual([topic, null]);
    said.push(handOverSeen.parse(JSON.parse(payload.toString())));
  });
  await api.subscribeAsync(topics.handOvers('demo', '+', '+'), { qos: 1 });
  const swapped = {
    [ANNA]: (s: number) => (s < 40 ? anna(s) : boris(s)),
    [BORIS]: (s: number) => (s < 40 ? boris(s) : anna(s)),
  };
  await state({});
  await walk(39, PEOPLE, swapped);
  const before = await confirm('T1');
  expect(identityOf(eventsOf(outbox), before)).toMatchObject({ handle: ANNA });
  await walk(40, PEOPLE, swapped);
  await expect.poll(() => said.length, LONG).toBeGreaterThan(1);
  expect(said[0]).toMatchObject({ worker: 'w', camera: 'gate', floorPlan: 'hall' });
  expect([...said[0]!.badges].sort()).toEqual([ANNA, BORIS]);
  expect(said.at(-1)).toMatchObject({ at: said[0]!.at, badges: said[0]!.badges });
  await state({ suspect: [ANNA, BORIS] });
  await walk(20, PEOPLE, swapped);
  const during = await confirm('T1');
  const held = identityOf(eventsOf(outbox), during);
  expect(held).toMatchObject({ state: 'ambiguous', handle: null });
  expect(held!.reasons[0]!.en).toContain('handed over');
  // A person has looked.
  await state({ suspect: [] });
  await walk(40, PEOPLE, swapped);
  const after = await confirm('T1');
  expect(identityOf(eventsOf(outbox), after)).toMatchObject({ handle: BORIS });
  expect(logged).not.toContain(ANNA);
  await close();
}, 60_000);

it('names neither badge of a hand-over on another floor or after a restart, before the API holds them, and tells it again', async () => {
  const first = await worker();
  const topic = topics.handOvers('demo', 'w', 'gate');
  const said: HandOverSeen[] = [];
  api.on('message', (from, payload) => {
    if (from === topic) said.push(handOverSeen.parse(JSON.parse(payload.toString())));
  });
  await api.subscribeAsync(topic, { qos: 1 });
  const swapped = {
    [ANNA]: (s: number) => (s < 40 ? anna(s) : boris(s)),
    [BORIS]: (s: number) => (s < 40 ? boris(s) : anna(s)),
  };
  await first.state({});
  await first.state({}, 'yard');
  await first.walk(79, PEOPLE, swapped);
  await expect.poll(() => said.length, LONG).toBeGreaterThan(0);
  await first.walk(30, PEOPLE, { [ANNA]: anna }, 'yard');
  const elsewhere = await first.confirm('T1', {}, 'yard');
  const withheld = identityOf(eventsOf(first.outbox), elsewhere);
  expect(withheld).toMatchObject({ state: 'ambiguous', handle: null });
  expect(withheld!.reasons[0]!.en).toContain('handed over');
  await first.close();
  const before = said.length;
  const second = await worker();
  await second.state({});
  await second.walk(30, PEOPLE, { [ANNA]: anna });
  await expect.poll(() => said.length, LONG).toBeGreaterThan(before);
  expect(said.at(-1)).toEqual(said[0]);
  const later = await second.confirm('T1');
  expect(identityOf(eventsOf(second.outbox), later)).toMatchObject({ handle: null });
  // The API holds both: the file is not needed any more.
  await second.state({ suspect: [ANNA, BORIS] });
  const file = () => readFile(join(folder, 'hand-overs.json'), 'utf8');
  await expect.poll(file, LONG).toBe('[]');
  await second.close();
}, 60_000);

it('tells a name that is found later under the next number, after the violation itself', async () => {
  const { state, walk, confirm, recorder, outbox, close } = await worker();
  await state({});
  await walk(3, PEOPLE, { [ANNA]: anna });
  const violation = await confirm('T1');
  await walk(27, PEOPLE, { [ANNA]: anna });
  const found = () =>
    eventsOf(outbox).flatMap((event) =>
      event.type === 'cn.anshi.violation.identified.v1' ? [event.data] : [],
    );
  await expect
    .poll(() => found().at(-1)?.identity, LONG)
    .toMatchObject({
      state: 'confirmed',
      handle: ANNA,
    });
  await recorder.flush();
  expect(identityOf(eventsOf(outbox), violation)).toMatchObject({ state: 'ambiguous' });
  expect(found().map(({ number }) => number)).toEqual(found().map((_, i) => i + 2));
  expect(eventsOf(outbox)[0]!.id).toBe(violation);
  await close();
});

it('forgets a badge with the consent: its names are taken back, and no file of the worker has it', async () => {
  const { state, walk, confirm, recorder, outbox, close } = await worker();
  await state({});
  await walk(30, PEOPLE, { [ANNA]: anna });
  const before = await confirm('T1');
  expect(await kept()).toContain(ANNA);
  await state({ withdrawn: [ANNA] });
  const last = () => eventsOf(outbox).at(-1);
  await expect.poll(() => last()?.type, LONG).toBe('cn.anshi.violation.identified.v1');
  await expect.poll(kept, LONG).not.toContain(ANNA);
  // A publisher that is late does not bring it back.
  await walk(20, PEOPLE, { [ANNA]: anna });
  const after = await confirm('T1');
  await recorder.flush();
  expect(identityOf(eventsOf(outbox), before)).toMatchObject({ state: 'ambiguous', handle: null });
  expect(identityOf(eventsOf(outbox), after)).toMatchObject({ handle: null, candidates: [] });
  expect(await kept()).not.toContain(ANNA);
  expect(logged).not.toContain(ANNA);
  await close();
});

it('gives handles of another day no name, and learns the new ones', async () => {
  const { state, walk, confirm, outbox, close } = await worker();
  const next = 'CCCCCCCCCCCCCCCC';
  await state({});
  await walk(30, PEOPLE, { [ANNA]: anna });
  await state({ day: '2026-11-29' });
  const changed = await confirm('T1');
  expect(identityOf(eventsOf(outbox), changed)).toMatchObject({ handle: null, candidates: [] });
  await walk(30, PEOPLE, { [next]: anna });
  const named = await confirm('T1');
  expect(identityOf(eventsOf(outbox), named)).toMatchObject({ handle: next });
  await close();
});

it('shows a breakdown of its thread, and starts again without names', async () => {
  const { naming, camera, now, state, walk, confirm, outbox, close } = await worker();
  await state({});
  await walk(30, PEOPLE, { [ANNA]: anna });
  expect(naming.problem).toBeNull();
  // A frame that it cannot read.
  const { people, ...frame } = frameOf(PEOPLE, 0, now() + 100);
  const floor = 5 as unknown as [number, number];
  naming.frame(camera, { ...frame, people: people.map((person) => ({ ...person, floor })) });
  await expect.poll(() => naming.problem, LONG).toContain('broke down');
  const while_ = await confirm('T1');
  expect(identityOf(eventsOf(outbox), while_)).toMatchObject({ state: 'ambiguous', handle: null });
  await expect
    .poll(async () => {
      await walk(1, PEOPLE, { [ANNA]: anna });
      return naming.figures.decisions;
    }, LONG)
    .toBeGreaterThan(0);
  await walk(30, PEOPLE, { [ANNA]: anna });
  const again = await confirm('T1');
  expect(identityOf(eventsOf(outbox), again)).toMatchObject({ state: 'confirmed', handle: ANNA });
  await close();
});
