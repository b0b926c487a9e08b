import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CameraConfig,
  type ConfirmedAlone,
  confirmedAlone,
  type Observation,
  topics,
  type ViolationEvent,
} from '@anshi/contracts';
import { signatureFault } from '@anshi/contracts/bus-signature';
import mqtt, { type MqttClient } from 'mqtt';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Bus } from '../publish/bus.ts';
import { CameraStates } from '../publish/camera-states.ts';
import { EvidenceStore } from '../publish/evidence-store.ts';
import { Outbox } from '../publish/outbox.ts';
import { Recorder } from '../record/recorder.ts';
import { startBroker, type TestBroker } from '../testing/broker.ts';
import { confirmedVerdict, findings } from '../testing/findings.ts';
import { pacing, type Way } from '../testing/floor-scene.ts';
import { fixAt, fixesAt, type PositionsPublisher, stateOf } from '../testing/positions.ts';
import { type Naming, openNaming } from './open-naming.ts';

const ANNA = 'AAAAAAAAAAAAAAAA';
const API: PositionsPublisher = {
  tenant: 'demo',
  worker: 'w',
  key: 'b'.repeat(64),
  floorPlan: 'hall',
};
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

/** A worker's names with its bus and its outbox; the time is that of the scene. */
async function worker() {
  const began = Date.now();
  let second = 0;
  const now = () => began + Math.round(1000 * second);
  let heard = () => {};
  const parts: { outbox?: Outbox; recorder?: Recorder } = {};
  const naming: Naming = openNaming(
    { ANSHI_TENANT: 'demo', ANSHI_WORKER_ID: 'w', ANSHI_BUS_KEY: API.key },
    log,
    () => parts as Required<typeof parts>,
    (said) => bus.alone(said),
    now,
  );
  const bus = new Bus({
    url: broker.url,
    ...API,
    log,
    onAcknowledgement: () => {},
    onPositions: (topic, payload) => {
      naming.positions.take(topic, payload);
      heard();
    },
    onConnect: () => {},
  });
  naming.positions.follow(new Set(['hall']));
  bus.followFloors(new Set(['hall']));
  const states = await CameraStates.open(join(folder, 'state'), log);
  parts.outbox = await Outbox.open({
    folder: join(folder, 'outbox'),
    states,
    log,
    sign: (event) => naming.cleared(event),
  });
  const recorder = new Recorder({
    source: '/vision/w',
    outbox: parts.outbox,
    states,
    evidence: await EvidenceStore.open(join(folder, 'evidence'), []),
    snapshots: { jpeg: async () => new Uint8Array([0xff, 0xd8]) },
    clips: { add: async () => {} },
    naming,
    log,
  });
  parts.recorder = recorder;
  const grey = findings([]);
  const zoneOf = (track: string): CameraConfig['zones'][number] => ({
    id: `of-${track.toLowerCase()}`,
    name: { zh: track, en: track },
    kind: 'work-area',
    area: 'cell',
    polygon: [
      [0, 0],
      [9, 0],
      [9, 9],
    ],
  });
  const camera: CameraConfig = {
    ...grey.camera,
    floorPlan: 'hall',
    calibration: CALIBRATION,
    zones: ['T1', 'T2'].map(zoneOf),
    rules: [],
  };
  /** Publishes and waits until the worker has heard it. */
  const told = async (message: { topic: string; payload: string }, retain = false) => {
    const taken = new Promise<void>((resolve) => {
      heard = resolve;
    });
    await api.publishAsync(message.topic, message.payload, { qos: retain ? 1 : 0, retain });
    await taken;
  };
  let day: Parameters<typeof stateOf>[2];
  return {
    naming,
    bus,
    recorder,
    outbox: parts.outbox,
    camera,
    told,
    now,
    /** What the API says of the floor plan, from now on each ten seconds. */
    state: (change: typeof day) => {
      day = change;
      return told(stateOf(API, now(), day), true);
    },
    /** The scene goes on: five frames a second, a fix of each badge once a second. */
    async walk(seconds: number, people: Record<string, Way>, badges: Record<string, Way>) {
      const frames = Math.round(5 * seconds);
      const from = second;
      for (let frame = 1; frame <= frames; frame++) {
        second = from + frame / 5;
        naming.frame(camera, frameOf(people, second, now()));
        if (frame % 5 !== 0) continue;
        const fixes = Object.entries(badges).map(([one, way]) => fixAt(one, now(), way(second)));
        if (fixes.length > 0) await told(fixesAt(API, now(), fixes));
        if (frame % 50 === 0 && day) await told(stateOf(API, now(), day), true);
      }
    },
    /** The API is away. */
    silence: () => {
      day = undefined;
    },
    confirm: (track: string, more: Partial<Parameters<typeof confirmedVerdict>[0]> = {}) => {
      const verdict = confirmedVerdict({
        actor: track,
        tracks: [track],
        startedAt: now() - 2_000,
        confirmedAt: now(),
        ...more,
      });
      const found = { ...findings([verdict]), camera };
      return recorder.record(found).then(() => verdict.violation);
    },
    async close() {
      await naming.close();
      await bus.close();
    },
  };
}

const CALIBRATION: NonNullable<CameraConfig['calibration']> = [
  { picture: [0, 0], floor: [0, 0] },
  { picture: [600, 0], floor: [20, 0] },
  { picture: [600, 300], floor: [20, 10] },
  { picture: [0, 300], floor: [0, 10] },
];

const frameOf = (people: Record<string, Way>, second: number, at: number): Observation => ({
  camera: 'gate',
  at: new Date(at).toISOString(),
  width: 640,
  height: 360,
  people: Object.entries(people).map(([track, way]) => {
    const [x, y] = way(second);
    return {
      track,
      box: [30 * x - 5, 30 * y - 30, 30 * x + 5, 30 * y],
      score: 0.9,
      floor: [x, y],
      floorDeviation: 0.2,
      floorCovariance: [0.04, 0, 0.04],
      equipment: {},
      pose: null,
      zones: [`of-${track.toLowerCase()}`],
      violations: [],
    };
  }),
  parts: [],
  machines: [],
});

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
  const { state, walk, close } = await worker();
  const topic = topics.confirmedAlone('demo', 'w', 'gate');
  const said: ConfirmedAlone[] = [];
  const others: string[] = [];
  api.on('message', (from, payload) => {
    if (from !== topic || signatureFault(API.key, topic, payload) !== null) others.push(from);
    else said.push(confirmedAlone.parse(JSON.parse(payload.toString())));
  });
  await api.subscribeAsync(topics.confirmedAlone('demo', '+', '+'), { qos: 1 });
  await state({});
  await walk(40, PEOPLE, { [ANNA]: anna });
  await expect
    .poll(() => said.at(-1)?.alone, LONG)
    .toMatchObject([{ zone: 'of-t1', handle: ANNA }]);
  const [first] = said.at(-1)?.alone ?? [];
  expect(Date.parse(said.at(-1)?.at ?? '')).toBeGreaterThan(Date.parse(first?.since ?? ''));
  expect(said.every(({ alone }) => alone.every(({ zone }) => zone === 'of-t1'))).toBe(true);
  expect(others).toEqual([]);
  // Taken back: nothing more is told of it.
  await state({ withdrawn: [ANNA] });
  const before = said.length;
  await walk(10, PEOPLE, {});
  expect(said.slice(before).every(({ alone }) => alone.length === 0)).toBe(true);
  expect(await kept()).not.toContain(ANNA);
  await close();
});

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

const LONG = { timeout: 30_000 };
