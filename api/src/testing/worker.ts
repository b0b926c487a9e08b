import { createHash, randomBytes } from 'node:crypto';
import {
  type Acknowledgement,
  topics,
  type ViolationBlurred,
  type ViolationClipReady,
  type ViolationConfirmed,
  type ViolationEvent,
  type ViolationFollowed,
} from '@anshi/contracts';
import { signMessage, workerBusKey } from '@anshi/contracts/bus-signature';
import mqtt, { type MqttClient } from 'mqtt';
import { ulid } from 'ulid';
import { openDatabase } from '../platform/db/database.ts';
import { workerStatus } from './camera-health.ts';
import { enrolWorker } from './devices.ts';
import { BUS_KEYS_SECRET, busUser, type RunningApi, type Site, until } from './site.ts';
import { yesterdayAt } from './times.ts';

/** An evidence file. */
export interface TestFile {
  bytes: Buffer;
  sha256: string;
  mediaType: 'image/jpeg' | 'video/mp4' | 'application/json';
}

/** Bytes with the magic number of their type and otherwise random. */
export function testFile(mediaType: TestFile['mediaType'], size = 2_000): TestFile {
  const heads = {
    'image/jpeg': Buffer.from([0xff, 0xd8, 0xff, 0xe0]),
    'video/mp4': Buffer.from('\0\0\0\x18ftypisom'),
    'application/json': Buffer.from('{"random":"'),
  };
  const bytes = Buffer.concat([heads[mediaType], randomBytes(size)]).subarray(0, size);
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex'), mediaType };
}

export const fileOf = ({ sha256, mediaType, bytes }: TestFile) => ({
  sha256,
  mediaType,
  bytes: bytes.length,
});

/** What a worker says of why it recorded a violation. */
const WHY: NonNullable<ViolationConfirmed['data']['why']> = {
  configuration: 1,
  measure: 'share',
  needed: {
    seconds: 2,
    share: 0.7,
    clearSeconds: 5,
    doubtSeconds: 6,
    doubtShare: 0.6,
    distance: null,
    speed: null,
    maxPeople: null,
  },
  reached: { countedSeconds: 2, heldSeconds: 1.8, share: 0.9 },
  samples: [
    [-2.6, -1.4, 1],
    [-1.4, -1.2, 0],
    [-0.6, 0, 1],
  ],
};

export function confirmedEvent(
  worker: string,
  snapshot: TestFile,
  changes: Partial<ViolationConfirmed['data']> = {},
): ViolationConfirmed {
  const violation = changes.violation ?? ulid();
  return {
    specversion: '1.0',
    id: violation,
    source: `/vision/${worker}`,
    type: 'cn.anshi.violation.confirmed.v2',
    time: yesterdayAt('09:00:02'),
    subject: violation,
    datacontenttype: 'application/json',
    data: {
      violation,
      rule: 'missing-ppe',
      item: (changes.rule ?? 'missing-ppe') === 'missing-ppe' ? 'helmet' : null,
      subject: 'person',
      ruleId: 'helmet-in-press-area',
      severity: 'high',
      camera: 'hall-west',
      site: 'plant-1',
      zone: 'press-area',
      line: null,
      direction: null,
      startedAt: yesterdayAt('09:00:00'),
      confirmedAt: yesterdayAt('09:00:02'),
      confidence: 0.91,
      actor: 'p-17',
      tracks: ['p-17', 't-17'],
      box: [200, 120, 260, 300],
      floor: [12.5, 7.25],
      path: [{ at: yesterdayAt('09:00:02'), floor: [12.5, 7.25], deviation: 0.12 }],
      arming: null,
      identity: null,
      why: WHY,
      model: { name: 'ppe', version: '1.0.0' },
      snapshotMissing: null,
      snapshot: {
        ...fileOf(snapshot),
        takenAt: yesterdayAt('09:00:02'),
        width: 1280,
        height: 720,
        boxes: [{ label: 'person', box: [200, 120, 260, 300], score: 0.93 }],
      },
      ...changes,
    },
  };
}

export function endedEvent(confirmed: ViolationConfirmed, endedAt: string): ViolationEvent {
  return {
    ...confirmed,
    id: `${confirmed.id}-ended`,
    type: 'cn.anshi.violation.ended.v1',
    data: { violation: confirmed.data.violation, endedAt },
  };
}

/** Where the actor went after the violation. */
export const followedEvent = (
  confirmed: ViolationConfirmed,
  path: ViolationFollowed['data']['path'],
): ViolationFollowed => ({
  ...confirmed,
  id: `${confirmed.id}-followed`,
  type: 'cn.anshi.violation.followed.v1',
  data: { violation: confirmed.data.violation, path },
});

export function clipEvent(
  confirmed: ViolationConfirmed,
  files: { video: TestFile; boxes: TestFile } | { missing: string },
): ViolationClipReady {
  const { violation } = confirmed.data;
  const data: ViolationClipReady['data'] =
    'missing' in files
      ? { violation, clip: null, missing: { reason: 'camera-lost', message: files.missing } }
      : {
          violation,
          missing: null,
          clip: {
            video: fileOf(files.video),
            boxes: fileOf(files.boxes),
            from: yesterdayAt('08:59:57'),
            to: yesterdayAt('09:00:12'),
            durationSeconds: 15,
            partial: false,
          },
        };
  return {
    ...confirmed,
    id: `${confirmed.id}-clip`,
    type: 'cn.anshi.violation.clip-ready.v1',
    data,
  };
}

/** Says that a rendition with blurred faces is uploaded. */
export function blurredEvent(
  { source, data }: ViolationConfirmed | ViolationClipReady,
  original: { sha256: string },
  rendition: TestFile,
): ViolationBlurred {
  const of = rendition.mediaType === 'video/mp4' ? 'clip' : 'snapshot';
  return {
    specversion: '1.0',
    id: `${data.violation}-blurred-${of}`,
    source,
    type: 'cn.anshi.violation.blurred.v1',
    time: yesterdayAt('09:00:20'),
    subject: data.violation,
    datacontenttype: 'application/json',
    data: {
      violation: data.violation,
      of,
      original: original.sha256,
      file: fileOf(rendition),
      heads: 1,
    },
  };
}

/** A worker is one user with one connection, shared by all parts of a test. */
const connections = new Map<string, { client: MqttClient; users: number }>();

/** The connection of a worker to the bus; the last that leaves it closes it. */
export function connectWorker(
  site: Pick<Site, 'broker' | 'busUsers'>,
  name: string,
): { client: MqttClient; leave(): Promise<void> } {
  const { url, options } = busUser(site, 'worker', name);
  let shared = connections.get(url);
  if (!shared) {
    const client = mqtt.connect(url, options);
    client.on('error', () => {});
    shared = { client, users: 0 };
    connections.set(url, shared);
  }
  shared.users += 1;
  const { client } = shared;
  return {
    client,
    async leave() {
      shared.users -= 1;
      if (shared.users > 0) return;
      connections.delete(url);
      await client.endAsync(true);
    },
  };
}

/** The key that a worker of the tests shares with the APIs. */
export const keyOf = (worker: string): string => workerBusKey(BUS_KEYS_SECRET, 'demo', worker);

/** As a worker sends it: signed for the topic. */
export const signed = (
  worker: string,
  topic: string,
  message: object,
  now: number = Date.now(),
): string => signMessage(keyOf(worker), topic, message, now);

const status = (worker: string, cameras: string[]) => workerStatus({ worker, cameras });

/** Waits until the API has given the worker its cameras. */
async function holds(api: RunningApi, worker: string, cameras: string[]): Promise<void> {
  const database = openDatabase(api.settings.databaseUrl);
  const { tenant } = api.settings;
  await until(
    async () =>
      (await database.transaction({ tenant, user: null }, (tx) =>
        tx.cameraLease.count({ where: { worker, camera: { in: cameras }, endedAt: null } }),
      )) === cameras.length,
    `${worker} holds ${cameras.join(', ')}`,
  );
  await database.close();
}

/**
 * A camera worker as the API sees it: evidence over HTTP, events and acknowledgements over MQTT.
 */
export async function startWorker(
  site: Site,
  api: RunningApi,
  name = 'worker-1',
  /** What it holds, from its first status on. */
  cameras: string[] = name === 'worker-1' ? ['hall-west'] : [],
) {
  const { client, leave } = connectWorker(site, name);
  const { secret, headers: own } = await enrolWorker(api, name);
  const heard: Acknowledgement[] = [];
  client.on('message', (_topic, payload) => heard.push(JSON.parse(payload.toString())));
  await client.subscribeAsync(topics.acknowledgements('demo', name), { qos: 1 });
  if (cameras.length > 0) {
    const topic = topics.workerStatus('demo', name);
    await client.publishAsync(topic, signed(name, topic, status(name, cameras)), { qos: 1 });
    await holds(api, name, cameras);
  }
  const worker = {
    name,
    /** Of its credential, and the header that carries it. */
    secret,
    own,
    client,
    heard,
    put: (file: TestFile, headers: Record<string, string> = {}) =>
      fetch(`${api.url}/api/v1/ingest/evidence/${file.sha256}`, {
        method: 'PUT',
        headers: {
          ...own,
          'content-type': file.mediaType,
          ...headers,
        },
        body: new Uint8Array(file.bytes),
      }),
    publish: (event: object) => {
      const topic = topics.violationEvents('demo', name);
      return client.publishAsync(topic, signed(name, topic, event), { qos: 1 });
    },
    /** Signs and sends something else of its own. */
    say: (topic: string, message: object, retain = true) =>
      client.publishAsync(topic, signed(name, topic, message), { qos: 1, retain }),
    acknowledgements: (id: string) => heard.filter((word) => word.id === id),
    /** Publishes and waits for the API's acknowledgement. */
    async deliver(event: { id: string }): Promise<Acknowledgement> {
      const before = worker.acknowledgements(event.id).length;
      await worker.publish(event);
      return until(() => worker.acknowledgements(event.id)[before], `the word on ${event.id}`);
    },
    /** Uploads a snapshot and publishes a confirmed violation. */
    async confirm(changes: Partial<ViolationConfirmed['data']> = {}): Promise<ViolationConfirmed> {
      const snapshot = testFile('image/jpeg');
      await worker.put(snapshot);
      const event = confirmedEvent(name, snapshot, changes);
      await worker.deliver(event);
      return event;
    },
    /** Uploads and reports the clip of a violation. */
    async cut(event: ViolationConfirmed): Promise<ViolationClipReady> {
      const files = { video: testFile('video/mp4'), boxes: testFile('application/json') };
      for (const file of Object.values(files)) await worker.put(file);
      const clip = clipEvent(event, files);
      await worker.deliver(clip);
      return clip;
    },
    /** Uploads and reports the blurred rendition of a snapshot, or of a clip; returns it. */
    async blur(event: ViolationConfirmed | ViolationClipReady, size = 2_000): Promise<TestFile> {
      const original = 'clip' in event.data ? event.data.clip?.video : event.data.snapshot;
      if (!original) throw new Error('it has no evidence to blur');
      const rendition = testFile('clip' in event.data ? 'video/mp4' : 'image/jpeg', size);
      await worker.put(rendition);
      await worker.deliver(blurredEvent(event, original, rendition));
      return rendition;
    },
    /** Says that it watches its cameras no more, which frees them, and that it stops. */
    async stop() {
      const topic = topics.workerStatus('demo', name);
      if (cameras.length > 0 && client.connected) {
        for (const online of [true, false]) {
          const last = { ...status(name, []), online };
          await client.publishAsync(topic, signed(name, topic, last), { qos: 1 });
        }
      }
      await leave();
    },
  };
  return worker;
}

export type TestWorker = Awaited<ReturnType<typeof startWorker>>;
