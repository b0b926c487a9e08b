import { setTimeout as sleep } from 'node:timers/promises';
import { cameraHealth, type Observation, topics } from '@anshi/contracts';
import mqtt from 'mqtt';
import type { Plant } from '../plant/plant.ts';
import { cpuSeconds, processesBelow } from './cpu.ts';
import type { SeenFrame } from './person-recall.ts';

/** What some cameras got in some seconds. */
export interface Load {
  /** Share of the due frames that were not analysed: of all, and of the worst camera. */
  readonly drops: number;
  readonly worst: number;
  /** Analysed frames a second of the slowest camera. */
  readonly analysedFps: number;
  /** Observed people in an analysed frame, mean. */
  readonly people: number;
  /** The largest part of the optional work that the worker left out. */
  readonly shedding: number;
  /** When it was measured, milliseconds since the epoch. */
  readonly span: { readonly from: number; readonly to: number };
  /** What was observed of each camera, in order of time. */
  readonly seen: ReadonlyMap<string, readonly SeenFrame[]>;
  /** Cores that were used. */
  readonly cpu: { readonly decode: number; readonly worker: number; readonly other: number };
}

/** Collects what is observed of each camera, and tracks which are live. */
export class CameraLoad {
  readonly #plant: Plant;
  #seen = new Map<string, SeenFrame[]>();
  readonly #live = new Set<string>();
  /** The share of dropped frames in the worker's own metrics, over its last minute. */
  readonly #told = new Map<string, number>();
  #shedding = 0;
  readonly #client: mqtt.MqttClient;

  private constructor(plant: Plant, client: mqtt.MqttClient) {
    this.#plant = plant;
    this.#client = client;
    client.on('message', (topic, payload) => this.#take(topic, payload));
  }

  /** Connects as an integrator. */
  static async watch(plant: Plant, tenant: string): Promise<CameraLoad> {
    const client = await mqtt.connectAsync(plant.busUrl('integrator', 'bench'), {
      protocolVersion: 4,
      clientId: 'integrator-bench',
    });
    const load = new CameraLoad(plant, client);
    await client.subscribeAsync([
      topics.observations(tenant, '+', '+'),
      topics.cameraHealth(tenant, '+', '+'),
    ]);
    return load;
  }

  /** Waits for live cameras, 90 s at most. */
  async areLive(ids: readonly string[]): Promise<void> {
    const patience = Date.now() + 90_000;
    while (!ids.every((id) => this.#live.has(id)) && Date.now() < patience) await sleep(250);
  }

  /** @param analysisFps frames a second that are due from each camera. */
  async measure(ids: readonly string[], analysisFps: number, seconds: number): Promise<Load> {
    this.#seen = new Map();
    this.#shedding = 0;
    const from = Date.now();
    const before = cpuOf(this.#plant);
    const began = performance.now();
    await sleep(seconds * 1000);
    const passed = (performance.now() - began) / 1000;
    const after = cpuOf(this.#plant);
    const seen = this.#seen;
    const rates = ids.map((id) => (seen.get(id)?.length ?? 0) / passed);
    const drops = rates.map((rate) => Math.max(0, 1 - rate / analysisFps));
    const frames = ids.flatMap((id) => seen.get(id) ?? []);
    const people = frames.reduce((sum, frame) => sum + frame.people.length, 0);
    return {
      drops: drops.reduce((sum, share) => sum + share, 0) / ids.length,
      worst: Math.max(...drops),
      analysedFps: Math.min(...rates),
      people: people / Math.max(1, frames.length),
      shedding: this.#shedding,
      span: { from, to: from + passed * 1000 },
      seen,
      cpu: {
        decode: (after.decode - before.decode) / passed,
        worker: (after.worker - before.worker) / passed,
        other: (after.other - before.other) / passed,
      },
    };
  }

  /** One line about a load, for the reader of the bench. */
  describe(ids: readonly string[], { drops, shedding, cpu }: Load): string {
    const cores = Object.entries(cpu).map(([who, used]) => `${who} ${used.toFixed(2)}`);
    const told = ids.reduce((sum, id) => sum + (this.#told.get(id) ?? 1), 0) / ids.length;
    return `${ids.length} cameras: ${(drops * 100).toFixed(1)} % dropped (the worker says ${(told * 100).toFixed(1)} % in a minute), ${Math.round(100 * shedding)} % of the optional work left out; cores: ${cores.join(', ')}`;
  }

  async close(): Promise<void> {
    await this.#client.endAsync();
  }

  #take(topic: string, payload: Buffer): void {
    if (topic.includes('/observations/')) {
      const camera = topic.split('/').at(-1) ?? '';
      const { at, people } = JSON.parse(payload.toString()) as Observation;
      const frames = this.#seen.get(camera) ?? [];
      this.#seen.set(camera, frames);
      frames.push({ at: Date.parse(at), people: people.map(({ box }) => box) });
      return;
    }
    // A removed camera clears its retained message with an empty one.
    if (payload.length === 0) return;
    const { camera, state, droppedShare, loadShedding } = cameraHealth.parse(
      JSON.parse(payload.toString()),
    );
    this.#told.set(camera, droppedShare);
    this.#shedding = Math.max(this.#shedding, loadShedding);
    if (state === 'live') this.#live.add(camera);
    else this.#live.delete(camera);
  }
}

function cpuOf(plant: Plant): { decode: number; worker: number; other: number } {
  const worker = plant.pid('vision') ?? 0;
  const sum = (pids: readonly number[]) => pids.reduce((total, pid) => total + cpuSeconds(pid), 0);
  const decoders = processesBelow(worker).filter(({ name }) => name === 'ffmpeg');
  const others = (['database', 'broker', 'api', 'simulator'] as const)
    .map((part) => plant.pid(part) ?? 0)
    .flatMap((pid) => [pid, ...processesBelow(pid).map((child) => child.pid)]);
  return {
    decode: sum(decoders.map(({ pid }) => pid)),
    worker: cpuSeconds(worker),
    other: sum(others),
  };
}
