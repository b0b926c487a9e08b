import { join } from 'node:path';
import type { CameraConfig, Observation } from '@anshi/contracts';
import type { MqttClient } from 'mqtt';
import type { Logger } from 'pino';
import { type Naming, openNaming } from '../naming/open-naming.ts';
import { Bus } from '../publish/bus.ts';
import { CameraStates } from '../publish/camera-states.ts';
import { EvidenceStore } from '../publish/evidence-store.ts';
import { Outbox } from '../publish/outbox.ts';
import { Recorder } from '../record/recorder.ts';
import { confirmedVerdict, findings } from './findings.ts';
import type { Way } from './floor-scene.ts';
import { fixAt, fixesAt, type PositionsPublisher, stateOf } from './positions.ts';

/** The API as the worker knows it, for the plan `hall`. */
export const PUBLISHER: PositionsPublisher = {
  tenant: 'demo',
  worker: 'w',
  key: 'b'.repeat(64),
  floorPlan: 'hall',
};

/**
 * A worker's names with its bus and its outbox, on two floor plans; the time is that of the scene.
 *
 * @param site.api the connection by which the API is heard.
 */
export async function startNamedWorker({
  folder,
  url,
  api,
  log,
}: {
  folder: string;
  url: string;
  api: MqttClient;
  log: Logger;
}) {
  const began = Date.now();
  let second = 0;
  const now = () => began + Math.round(1000 * second);
  let heard = () => {};
  const parts: { outbox?: Outbox; recorder?: Recorder } = {};
  const naming: Naming = openNaming(
    {
      ANSHI_TENANT: 'demo',
      ANSHI_WORKER_ID: 'w',
      ANSHI_BUS_KEY: PUBLISHER.key,
      ANSHI_WORKER_DIR: folder,
    },
    log,
    () => parts as Required<typeof parts>,
    () => bus,
    now,
  );
  const bus = new Bus({
    url,
    ...PUBLISHER,
    log,
    onAcknowledgement: () => {},
    onPositions: (topic, payload) => {
      naming.positions.take(topic, payload);
      heard();
    },
    onConnect: () => {},
  });
  const floors = new Set(['hall', 'yard']);
  naming.positions.follow(floors);
  bus.followFloors(floors);
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
  /** What holds on each floor plan. */
  const days = new Map<string, Parameters<typeof stateOf>[2]>();
  const tellState = (floorPlan: string) =>
    told(stateOf({ ...PUBLISHER, floorPlan }, now(), days.get(floorPlan)), true);
  const cameraOf = (floorPlan: string): CameraConfig => ({ ...camera, floorPlan });
  return {
    naming,
    bus,
    recorder,
    outbox: parts.outbox,
    camera,
    told,
    now,
    /** What the API says of the floor plan, from now on each ten seconds. */
    state: (change: Parameters<typeof stateOf>[2], floorPlan = 'hall') => {
      days.set(floorPlan, change);
      return tellState(floorPlan);
    },
    /** The scene goes on: five frames a second, a fix of each badge once a second. */
    async walk(
      seconds: number,
      people: Record<string, Way>,
      badges: Record<string, Way>,
      floorPlan = 'hall',
    ) {
      const frames = Math.round(5 * seconds);
      const from = second;
      for (let frame = 1; frame <= frames; frame++) {
        second = from + frame / 5;
        naming.frame(cameraOf(floorPlan), frameOf(people, second, now()));
        if (frame % 5 !== 0) continue;
        const fixes = Object.entries(badges).map(([one, way]) => fixAt(one, now(), way(second)));
        if (fixes.length > 0) await told(fixesAt({ ...PUBLISHER, floorPlan }, now(), fixes));
        if (frame % 50 === 0) for (const one of days.keys()) await tellState(one);
      }
    },
    /** The API is away. */
    silence: () => days.clear(),
    confirm: (
      track: string,
      more: Partial<Parameters<typeof confirmedVerdict>[0]> = {},
      floorPlan = 'hall',
    ) => {
      const verdict = confirmedVerdict({
        actor: track,
        tracks: [track],
        startedAt: now() - 2_000,
        confirmedAt: now(),
        ...more,
      });
      const found = { ...findings([verdict]), camera: cameraOf(floorPlan) };
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

/** The frame of the camera in which people are at a second of their ways. */
export const frameOf = (people: Record<string, Way>, second: number, at: number): Observation => ({
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
