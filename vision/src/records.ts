import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { Blurring } from './blur/blurring.ts';
import { OrderClient } from './blur/order-client.ts';
import { Renditions } from './blur/renditions.ts';
import type { Heartbeats } from './capture/heartbeats.ts';
import type { Models } from './models-folder.ts';
import type { Naming } from './naming/naming.ts';
import type { Bus } from './publish/bus.ts';
import { CameraStates } from './publish/camera-states.ts';
import { Delivery } from './publish/delivery.ts';
import type { EvidenceSigner } from './publish/evidence-signer.ts';
import { EvidenceStore } from './publish/evidence-store.ts';
import { EvidenceUpload } from './publish/evidence-upload.ts';
import { Outbox } from './publish/outbox.ts';
import type { WorkerCredential } from './publish/worker-credential.ts';
import type { ObservationBuffer } from './record/clip-boxes.ts';
import { ClipQueue } from './record/clip-queue.ts';
import { Recorder, type RecorderOptions } from './record/recorder.ts';
import type { Ring } from './record/ring.ts';
import type { Room } from './record/room.ts';
import { Snapshots } from './record/snapshots.ts';
import { endUnconfigured } from './record/unconfigured.ts';

/** How long a stop waits for the disk to accept confirmed violations. */
const FLUSH_MS = 4000;

export interface RecordsOptions {
  readonly folder: string;
  readonly room: Room;
  readonly api: string;
  readonly credential: WorkerCredential;
  readonly signer: Pick<EvidenceSigner, 'sign'>;
  readonly source: string;
  readonly log: Logger;
  readonly bus: Pick<Bus, 'connected' | 'event'>;
  readonly ringOf: (camera: string) => Ring | undefined;
  readonly observationsOf: (camera: string) => ObservationBuffer | undefined;
  readonly isLive: (camera: string) => boolean;
  readonly alarms?: RecorderOptions['alarms'];
  /** Says who the actors of violations are; left out where no badges are correlated. */
  readonly naming?: Pick<Naming, 'ask' | 'ended' | 'cleared'>;
  /** Look for faces to blur; left out where no renditions are made. */
  readonly models?: Models;
  /** Which grants there are, and who is told of what is found; undefined where nobody gives cameras. */
  readonly beats?: () => Pick<Heartbeats, 'numberOf' | 'now'> | undefined;
}

/** The stages from a verdict to the API's acknowledgement. */
export interface Records {
  readonly states: CameraStates;
  readonly outbox: Outbox;
  readonly recorder: Recorder;
  readonly clips: ClipQueue;
  readonly delivery: Delivery;
  /** What keeps violations from being stored or delivered, or null. */
  readonly problem: string | null;
  /** Ends the open episodes of cameras that are not among these; once. */
  endUnconfigured(configured: readonly string[]): void;
  close(): Promise<void>;
}

/** Opens the worker's folder with the state of an earlier run. */
export async function openRecords(options: RecordsOptions): Promise<Records> {
  const { folder, room, source, bus, naming } = options;
  await mkdir(folder, { recursive: true });
  const log = options.log.child({ part: 'records' });
  const stateFolder = join(folder, 'state');
  const states = await CameraStates.open(stateFolder, log, room.write);
  const outbox = await Outbox.open({
    folder: join(folder, 'outbox'),
    write: room.write,
    states,
    log,
    // What was withdrawn since it was decided is not told.
    sign: (event) => options.signer.sign(naming ? naming.cleared(event) : event),
    onAdded: () => delivery.poke(),
    onGone: (events) => {
      evidence.gone(events).catch((err: unknown) => log.warn({ err }, 'old evidence stays'));
      renditions?.taken(events);
    },
  });
  const evidence = await EvidenceStore.open(join(folder, 'evidence'), outbox.kept);
  const { api, credential } = options;
  const upload = new EvidenceUpload({ api, credential, store: evidence });
  const delivery = new Delivery({
    outbox,
    source,
    log,
    upload: (event) => upload.send(event),
    connected: () => bus.connected,
    publish: (event) => bus.event(event),
  });
  const { ringOf, observationsOf, isLive } = options;
  const clips = await ClipQueue.open({
    folder: join(folder, 'clips'),
    hasRoom: () => room.forRing,
    write: room.write,
    source,
    outbox,
    evidence,
    log,
    ringOf,
    observationsOf,
    isLive,
  });
  const renditions =
    options.models &&
    new Renditions({
      folder: join(folder, 'blur'),
      source,
      orders: new OrderClient({ api, credential }),
      blurring: new Blurring(options.models),
      outbox,
      evidence,
      log,
    });
  await renditions?.start();
  const snapshots = new Snapshots();
  snapshots.warm();
  const recorder = new Recorder({
    source,
    outbox,
    states,
    evidence,
    snapshots,
    clips,
    log,
    naming,
    ...(options.alarms && { alarms: options.alarms }),
    grantOf: (camera) => options.beats?.()?.numberOf(camera),
    onFound: () => options.beats?.()?.now(),
  });
  let wasAsked = false;
  delivery.poke();
  return {
    states,
    outbox,
    recorder,
    clips,
    delivery,
    get problem() {
      return (
        outbox.problem ?? recorder.problem ?? room.problem ?? credential.problem ?? delivery.problem
      );
    },
    endUnconfigured(configured) {
      if (wasAsked) return;
      endUnconfigured(configured, { stateFolder, states, outbox, recorder, log });
      wasAsked = true;
    },
    async close() {
      const slow = new Promise((resolve) => setTimeout(resolve, FLUSH_MS).unref());
      await Promise.race([recorder.flush(), slow]);
      await Promise.race([clips.close(), slow]);
      await renditions?.close();
      await delivery.close();
      await snapshots.close();
    },
  };
}
