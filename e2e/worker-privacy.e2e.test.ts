import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { filtersOf, type Location, location, rightsOf, topics } from '@anshi/contracts';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { type Database, openDatabase, type Transaction } from '../api/src/platform/db/database.ts';
import {
  lookThroughMemory,
  type Needle,
  NeedleFinder,
  pointNeedle,
  textNeedle,
} from './support/process-memory.ts';
import { until } from './support/until.ts';
import { startWorld, type World } from './support/world.ts';

/* The demonstration with one camera. What a worker holds, keeps and hears of three wearers whose badges are all located. */

const CAMERA = 'hall-east';
/** Wearers of the demonstration, with names and numbers that occur nowhere else. */
const wearers = {
  agreed: { employeeNo: 'E012', badge: 'badge-w3', as: ['AGREED-TO-ALL-3107', '欧阳皆同意'] },
  noTracking: { employeeNo: 'E006', badge: 'badge-w1', as: ['NO-TRACKING-5523', '慕容不定位'] },
  noVideo: { employeeNo: 'E009', badge: 'badge-a2', as: ['NO-VIDEO-7741', '司徒不具名'] },
} as const;
type Who = keyof typeof wearers;
const refusing = ['noTracking', 'noVideo'] as const satisfies Who[];
/** So many positions of each wearer pass before the worker is looked at. */
const LEAST_POSITIONS = 40;
/** Of each wearer, so many of the last positions are looked for. */
const LOOKED_FOR = 60;
const WAIT_MS = 240_000;

let world: World;
let database: Database;
/** Hears all of the tenant, as the API does. */
let all: MqttClient;
/** Has the credential of a worker. */
let asWorker: MqttClient;
/** What is known of each wearer in the database. */
const known = new Map<Who, { person: string; binding: string; handles: string[] }>();
const positions = new Map<string, [number, number][]>();
/** Messages of the bus: to a worker, from the worker, and to who has the credential of a worker. */
const traffic = { readable: [] as Buffer[], published: [] as Buffer[], heard: [] as Buffer[] };

const inTenant = <Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> =>
  database.transaction({ tenant: 'demo', user: null }, work);

beforeAll(async () => {
  const text = readFileSync(resolve(import.meta.dirname, '../cameras.yaml'), 'utf8');
  const content = parse(text) as { cameras: { id: string }[] };
  const cameras = content.cameras.filter(({ id }) => id === CAMERA);
  world = await startWorld(
    { yaml: stringify({ ...content, cameras }) },
    { parts: ['database', 'broker', 'api'] },
  );
  database = openDatabase(world.plant.databaseUrls.app as string);
  await refuseBadgeTracking(wearers.noTracking.employeeNo);
  for (const [who, one] of Object.entries(wearers) as [Who, (typeof wearers)[Who]][]) {
    const [employeeNo, name] = one.as;
    await inTenant((tx) =>
      tx.person.updateMany({
        where: { employeeNo: one.employeeNo },
        data: { employeeNo, name },
      }),
    );
    const row = await inTenant((tx) =>
      tx.badge.findFirstOrThrow({ where: { badge: one.badge, until: null } }),
    );
    known.set(who, { person: row.personId, binding: row.id, handles: [] });
  }
  await listen();
  await world.plant.startPart('vision');
  await world.plant.startPart('simulator');
});
afterAll(async () => {
  await all?.endAsync(true);
  await asWorker?.endAsync(true);
  await database?.close();
  await world?.end();
});

/** Before any position of the badge: no handle was ever made. */
async function refuseBadgeTracking(employeeNo: string): Promise<void> {
  await inTenant(async (tx) => {
    const { id: personId } = await tx.person.findFirstOrThrow({ where: { employeeNo } });
    const last = await tx.consent.findFirstOrThrow({
      where: { personId, purposeId: 'badge-tracking' },
      orderBy: { at: 'desc' },
    });
    const { tenantId, purposeId, noticeVersion, how } = last;
    await tx.consent.create({
      data: { tenantId, personId, purposeId, noticeVersion, how, scope: [], decision: 'refused' },
    });
  });
}

async function listen(): Promise<void> {
  const { plant } = world;
  const own = rightsOf({ tenant: 'demo', kind: 'worker', name: 'worker-1' });
  const open = (kind: 'api' | 'worker', name: string) =>
    connectAsync(plant.busUrl(kind, name), { protocolVersion: 4, clientId: `${kind}-${name}` });
  all = await open('api', 'tap');
  all.on('message', (topic, payload) => {
    const message = Buffer.concat([Buffer.from(`${topic}\n`), payload]);
    if (own.mayReceive(topic)) traffic.readable.push(message);
    if (own.mayPublish(topic)) traffic.published.push(message);
    if (topic.startsWith(topics.locations('demo', ''))) notePosition(payload);
  });
  await all.subscribeAsync('anshi/v1/demo/#', { qos: 0 });
  asWorker = await open('worker', 'tap');
  asWorker.on('message', (topic, payload) => {
    traffic.heard.push(Buffer.concat([Buffer.from(`${topic}\n`), payload]));
  });
  const granted = filtersOf({ tenant: 'demo', kind: 'worker', name: 'tap' }, 'subscribe');
  await asWorker.subscribeAsync(granted, { qos: 0 });
}

function notePosition(payload: Buffer): void {
  const { provider_id, provider_type, position }: Location = location.parse(
    JSON.parse(payload.toString()),
  );
  if (provider_type !== 'uwb') return;
  const own = positions.get(provider_id) ?? [];
  positions.set(provider_id, [...own, position.coordinates as [number, number]]);
}

const positionsOf = (who: Who) => positions.get(wearers[who].badge) ?? [];

/** What says who a wearer is, or where: each may be found by itself. */
function needlesOf(who: Who): Needle[] {
  const { badge, as } = wearers[who];
  const { person, binding, handles } = known.get(who) ?? { person: '', binding: '', handles: [] };
  const texts = { badge, number: as[0], name: as[1], person, binding };
  return [
    ...Object.entries(texts).map(([what, text]) => textNeedle(`${who} ${what}`, text)),
    ...handles.map((handle) => textNeedle(`${who} handle`, handle)),
    ...positionsOf(who)
      .slice(-LOOKED_FOR)
      .map((point) => pointNeedle(`${who} position`, point)),
  ];
}
const finder = () => new NeedleFinder((Object.keys(wearers) as Who[]).flatMap(needlesOf));
const ofRefusing = ({ found }: NeedleFinder) =>
  [...found].filter((name) => refusing.some((who) => name.startsWith(who)));

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
}

/** Empty where the worker removed the file meanwhile. */
function contentOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

describe('of a wearer who refused, a worker', () => {
  beforeAll(async () => {
    await until(
      'positions of all three on the bus, and of the one who agreed at the worker',
      async () => {
        await readHandles();
        const [handle] = known.get('agreed')?.handles ?? [];
        const told = traffic.heard.filter((one) => handle && one.includes(handle)).length;
        const counts = (Object.keys(wearers) as Who[]).map((who) => positionsOf(who).length);
        return Math.min(told, ...counts) >= LEAST_POSITIONS;
      },
      WAIT_MS,
    );
  });

  async function readHandles(): Promise<void> {
    for (const one of known.values()) {
      const rows = await inTenant((tx) =>
        tx.badgeHandle.findMany({ where: { badgeId: one.binding } }),
      );
      one.handles = rows.map(({ handle }) => handle);
    }
  }

  it('hears and publishes nothing on the bus, while it hears of the one who agreed', () => {
    for (const kind of ['readable', 'published', 'heard'] as const) {
      const search = finder();
      for (const message of traffic[kind]) search.look(message);
      expect([kind, ofRefusing(search)]).toEqual([kind, []]);
      if (kind === 'published') continue;
      expect([...search.found].sort()).toEqual(['agreed handle', 'agreed position']);
    }
    expect(traffic.published.length).toBeGreaterThan(0);
    for (const who of refusing) expect(known.get(who)?.handles).toEqual([]);
  });

  it('may not read the topics of readers, which name badges', async () => {
    const denied = [
      'anshi/v1/demo/#',
      topics.locations('demo', '+'),
      'anshi/v1/demo/readers/+/locations',
    ];
    const before = traffic.heard.length;
    for (const filter of denied) {
      const answers = await asWorker.subscribeAsync(filter, { qos: 0 }).catch(() => []);
      expect(answers.every(({ qos }) => qos === 128)).toBe(true);
    }
    const count = positionsOf('noVideo').length;
    await until('more positions', () => positionsOf('noVideo').length > count + 2);
    const search = finder();
    for (const message of traffic.heard.slice(before)) search.look(message);
    expect(ofRefusing(search)).toEqual([]);
  });

  it('has nothing in its memory, where the one who agreed is found', ({ skip }) => {
    const search = finder();
    try {
      lookThroughMemory(world.plant.pid('vision') as number, search);
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (!['EACCES', 'EPERM', 'ENOENT'].includes(code)) throw error;
      return skip(`memory of another process cannot be read here (${code})`);
    }
    expect(ofRefusing(search)).toEqual([]);
    expect([...search.found].sort()).toEqual(['agreed handle', 'agreed position']);
  });

  it('has nothing in its files and its log', () => {
    const search = finder();
    const files = [...filesUnder(world.plant.workerDir('vision')), world.plant.logFile('vision')];
    expect(files.length).toBeGreaterThan(1);
    for (const file of files) search.look(contentOf(file));
    expect(ofRefusing(search)).toEqual([]);
    // Not of the others either, but for handles that wait in the outbox.
    expect([...search.found].filter((name) => name !== 'agreed handle')).toEqual([]);
  });
});
