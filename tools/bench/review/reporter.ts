import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Acknowledgement,
  busUserName,
  topics,
  type ViolationConfirmed,
  type ViolationEvent,
} from '@anshi/contracts';
import { signMessage, workerBusKey } from '@anshi/contracts/bus-signature';
import { newDeviceSecret } from '@anshi/contracts/device-secret';
import { connectAsync, type MqttClient } from 'mqtt';
import { ulid } from 'ulid';
import { workerStatus } from '../../../api/src/testing/camera-health.ts';
import {
  blurredEvent,
  confirmedEvent,
  fileOf,
  type TestFile,
} from '../../../api/src/testing/worker.ts';
import type { Plant } from '../../plant/plant.ts';
import { note } from '../result.ts';
import { within } from '../within.ts';
import { CLIP_SECONDS, type Evidence } from './evidence-files.ts';

const WORKER = 'worker-1';
const CAMERAS = ['hall-west', 'hall-east'];
/** Retry interval of unacknowledged events, ms, as of a worker. It doubles with each retry, so that a busy API catches up. */
const AGAIN_MS = 2_000;
const AGAIN_MOST_MS = 16_000;
/** Limit for the first files and templates, ms. */
const PATIENCE_MS = 60_000;

/** A camera worker that reports findings: evidence by HTTP, events and their acknowledgements by the bus. */
export class Reporter {
  readonly #client: MqttClient;
  readonly #key: string;
  readonly #plant: Plant;
  readonly #secret: string;
  /** Events without an acknowledgement, by their id. */
  readonly #open = new Map<
    string,
    { event: ViolationEvent; at: number; again: number; done: (word: Acknowledgement) => void }
  >();
  readonly #again: NodeJS.Timeout;
  readonly #status: NodeJS.Timeout;

  private constructor(client: MqttClient, plant: Plant, key: string, secret: string) {
    this.#client = client;
    this.#plant = plant;
    this.#key = key;
    this.#secret = secret;
    client.on('message', (_, payload) => {
      const word = JSON.parse(payload.toString()) as Acknowledgement;
      this.#open.get(word.id)?.done(word);
      this.#open.delete(word.id);
    });
    this.#again = setInterval(() => {
      for (const one of this.#open.values()) {
        if (Date.now() - one.at < one.again) continue;
        one.at = Date.now();
        one.again = Math.min(2 * one.again, AGAIN_MOST_MS);
        this.#publish(topics.violationEvents('demo', WORKER), one.event);
      }
    }, AGAIN_MS / 4);
    this.#status = setInterval(() => this.#sayWatched(), 5_000);
    this.#sayWatched();
  }

  /** @param busSecret the secret that the plant was made with. */
  static async start(plant: Plant, busSecret: string): Promise<Reporter> {
    const bus = plant.busUrl('worker', WORKER);
    const secret = newDeviceSecret().text;
    const enrolled = await fetch(`${plant.url}/api/v1/ingest/worker`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${plant.workerToken}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ worker: WORKER, secret }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (!enrolled.ok) throw new Error(`enrol: ${enrolled.status} ${await enrolled.text()}`);
    const client = await connectAsync(bus, {
      protocolVersion: 4,
      clientId: busUserName({ kind: 'worker', name: WORKER }),
    });
    client.on('error', () => {});
    await client.subscribeAsync(topics.acknowledgements('demo', WORKER), { qos: 1 });
    return new Reporter(client, plant, workerBusKey(busSecret, 'demo', WORKER), secret);
  }

  /** Events that wait for an acknowledgement. */
  get waiting(): number {
    return this.#open.size;
  }

  /** Uploads a file. @throws Error where it is refused. */
  async put(file: TestFile): Promise<void> {
    const url = `${this.#plant.url}/api/v1/ingest/evidence/${file.sha256}`;
    const answer = await fetch(url, {
      method: 'PUT',
      headers: { authorization: `Bearer ${this.#secret}`, 'content-type': file.mediaType },
      body: new Uint8Array(file.bytes),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (!answer.ok) throw new Error(`evidence: ${answer.status} ${await answer.text()}`);
  }

  /** Reports a finding of a person of its own, with the picture that readers get; resolves when it is on record. */
  async report(evidence: Evidence, startedAt: number): Promise<ViolationConfirmed> {
    const event = findingOf(evidence, startedAt);
    await this.#deliver(event);
    await this.#deliver(blurredEvent(event, evidence.snapshot, evidence.snapshotShown));
    return event;
  }

  /** The same with its clip. @throws Error where it is not on record within a minute. */
  reportWithClip(evidence: Evidence, startedAt: number): Promise<string> {
    const work = this.#reportWithClip(evidence, startedAt);
    return within(PATIENCE_MS, 'a finding with its clip is acknowledged', work);
  }

  async #reportWithClip(evidence: Evidence, startedAt: number): Promise<string> {
    const event = await this.report(evidence, startedAt);
    const { violation } = event.data;
    const clip: ViolationEvent = {
      ...event,
      id: `${event.id}-clip`,
      type: 'cn.anshi.violation.clip-ready.v1',
      data: {
        violation,
        missing: null,
        clip: {
          video: fileOf(evidence.clip),
          boxes: fileOf(evidence.boxes),
          from: new Date(startedAt - 5_000).toISOString(),
          to: new Date(startedAt + (CLIP_SECONDS - 5) * 1_000).toISOString(),
          durationSeconds: CLIP_SECONDS,
          partial: false,
        },
      },
    };
    await this.#deliver(clip);
    await this.#deliver(blurredEvent(clip, evidence.clip, evidence.clipShown));
    return violation;
  }

  async end(): Promise<void> {
    clearInterval(this.#again);
    clearInterval(this.#status);
    await this.#client.endAsync(true);
  }

  /** @throws Error where the event is refused. Without an answer it waits. */
  #deliver(event: ViolationEvent): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = ({ result, reason }: Acknowledgement) => {
        if (result !== 'rejected') resolve();
        else reject(new Error(`${event.type} was refused: ${reason ?? 'without a reason'}`));
      };
      this.#open.set(event.id, { event, at: Date.now(), again: AGAIN_MS, done });
      this.#publish(topics.violationEvents('demo', WORKER), event);
    });
  }

  #sayWatched(): void {
    const status = workerStatus({ worker: WORKER, cameras: CAMERAS });
    this.#publish(topics.workerStatus('demo', WORKER), status, true);
  }

  #publish(topic: string, message: object, retain = false): void {
    this.#client.publish(topic, signMessage(this.#key, topic, message, Date.now()), {
      qos: 1,
      retain,
    });
  }
}

/** Of a person who is in no other finding, so that it is a case of its own. */
function findingOf(evidence: Evidence, startedAt: number): ViolationConfirmed {
  const violation = ulid();
  const [started, confirmed] = [startedAt, startedAt + 2_000].map((ms) =>
    new Date(ms).toISOString(),
  ) as [string, string];
  const event = confirmedEvent(WORKER, evidence.snapshot, {
    violation,
    camera: CAMERAS[startedAt % CAMERAS.length] as string,
    site: 'changzhou-1',
    ruleId: 'ppe',
    zone: 'assembly',
    startedAt: started,
    confirmedAt: confirmed,
    actor: `p-${violation}`,
    tracks: [`p-${violation}`],
    path: [],
  });
  if (event.data.snapshot) event.data.snapshot.takenAt = confirmed;
  return { ...event, time: confirmed };
}

/** New rows at a steady rate. */
export class Arrivals {
  readonly #reporter: Reporter;
  readonly #evidence: readonly Evidence[];
  readonly #perSecond: number;
  #timer: NodeJS.Timeout | undefined;
  #due = 0;
  #arrived = 0;
  readonly #delays: number[] = [];

  constructor(reporter: Reporter, evidence: readonly Evidence[], perSecond: number) {
    this.#reporter = reporter;
    this.#evidence = evidence;
    this.#perSecond = perSecond;
  }

  start(): void {
    this.#timer = setInterval(() => {
      const evidence = this.#evidence[this.#due++ % this.#evidence.length] as Evidence;
      const began = Date.now();
      this.#reporter.report(evidence, began - 2_000).then(
        () => {
          this.#arrived += 1;
          this.#delays.push(Date.now() - began);
        },
        // It counts as one that did not come.
        (error: Error) => note(error.message),
      );
    }, 1_000 / this.#perSecond);
  }

  /** Ends, and waits half a minute for those that are under way. */
  async end(): Promise<{
    due: number;
    arrived: number;
    /** From the report to its acknowledgement and that of its picture, ms. */
    delays: readonly number[];
  }> {
    clearInterval(this.#timer);
    for (let tries = 0; this.#reporter.waiting > 0 && tries < 150; tries++) await sleep(200);
    return { due: this.#due, arrived: this.#arrived, delays: this.#delays };
  }
}
