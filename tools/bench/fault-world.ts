import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { observation, topics, violationEvent } from '@anshi/contracts';
import { connectAsync, type MqttClient } from 'mqtt';
import { Plant } from '../plant/plant.ts';
import type { PartName } from '../plant/plant-options.ts';
import { type AlarmTarget, modbusTarget } from './alarm-targets.ts';
import { BenchGateway, enterDevice } from './bench-gateway.ts';
import { type ClipCamera, clipClocks, readClipCameras } from './clip-cameras.ts';
import { processesBelow } from './cpu.ts';
import type { PlannedFault } from './fault-plan.ts';
import { type AlarmCounts, countAlarms, readRecords, watchedTimes } from './fault-records.ts';
import { type FaultRecord, type FaultScore, scoreFaults } from './fault-score.ts';
import { type CameraMove, type MoveScore, scoreMoves } from './move-score.ts';
import { outboxViolations } from './outbox-violations.ts';
import { type Call, callAs } from './plant-users.ts';

const root = resolve(import.meta.dirname, '../..');
const clips = join(root, 'simulator/clips');
/** Pictures of before a fault may still be told after it, ms. */
const ON_THE_WAY_MS = 500;
const RECORDED_WITHIN_MS = 120_000;

export interface FaultWorldOptions {
  /** Empty; others may pass through it. */
  readonly folder: string;
  readonly workers: number;
  /** The cameras file; left out: the demo hall as it is. */
  readonly cameras?: (file: string) => string;
  /** Called with the plant before it starts. */
  readonly register?: (plant: Plant) => void;
}

/**
 * A plant with the demo hall, several workers and a gateway with a beacon, whose processes are killed.
 * What workers confirm is written down from the bus and from their disks.
 */
export class FaultWorld {
  readonly plant: Plant;
  readonly workers: readonly PartName[];
  readonly cameras: readonly ClipCamera[];
  readonly confirmed = new Set<string>();
  /** Second 0 of the run, ms since the epoch. */
  readonly begin = Date.now();
  readonly #gateway: BenchGateway;
  readonly #beacon: AlarmTarget;
  readonly #safety: Call;
  readonly #tap: MqttClient;
  /** When the picture of the last observation of each camera was taken, ms. */
  readonly #seen = new Map<string, number>();
  #beaconOnlineAt = 0;
  #isBeaconOnline = false;
  #ending: Promise<void> | undefined;

  private constructor(parts: {
    plant: Plant;
    workers: readonly PartName[];
    cameras: readonly ClipCamera[];
    gateway: BenchGateway;
    beacon: AlarmTarget;
    safety: Call;
    tap: MqttClient;
  }) {
    this.plant = parts.plant;
    this.workers = parts.workers;
    this.cameras = parts.cameras;
    this.#gateway = parts.gateway;
    this.#beacon = parts.beacon;
    this.#safety = parts.safety;
    this.#tap = parts.tap;
    this.#tap.on('message', (topic, payload) => this.#hear(topic, payload));
  }

  static async open(options: FaultWorldOptions): Promise<FaultWorld> {
    const { folder } = options;
    const { cameras, file } = readClipCameras(join(root, 'cameras.yaml'), clips);
    const camerasFile = join(folder, 'cameras.yaml');
    writeFileSync(camerasFile, options.cameras?.(file) ?? file);
    const workers = Array.from(
      { length: options.workers },
      (_, n): PartName => (n === 0 ? 'vision' : `vision-${n + 1}`),
    );
    const plant = await Plant.create({
      dataDir: join(folder, 'data'),
      cameras: camerasFile,
      parts: ['database', 'broker', 'api', 'simulator'],
      env: { all: { ANSHI_LOG_LEVEL: 'warn' }, simulator: { ANSHI_SIM_CLIPS: clips } },
    });
    options.register?.(plant);
    await plant.start();
    const beacon = await modbusTarget();
    const [maintainer, admin] = [await callAs(plant, 'maintainer'), await callAs(plant, 'admin')];
    const device = await enterDevice(beacon, maintainer, admin);
    const tap = await connectAsync(plant.busUrl('api', 'tap'), {
      protocolVersion: 4,
      clean: false,
      clientId: 'api-tap',
      reconnectPeriod: 200,
    });
    const world = new FaultWorld({
      plant,
      workers,
      cameras,
      beacon,
      tap,
      safety: await callAs(plant, 'safety'),
      gateway: await BenchGateway.start(plant, folder, [device]),
    });
    await tap.subscribeAsync(
      [topics.violationEvents('demo', '+'), topics.actuatorState('demo', beacon.name)],
      { qos: 1 },
    );
    await tap.subscribeAsync(topics.observations('demo', '+', '+'), { qos: 0 });
    await Promise.all(workers.map((worker) => plant.startPart(worker)));
    return world;
  }

  /** The processes of this run, by what they are; those of ffmpeg by their camera. */
  processes(): Map<string, number> {
    const found = new Map<string, number>();
    for (const part of ['database', 'broker', 'api', 'simulator', ...this.workers] as PartName[]) {
      const pid = this.plant.pid(part);
      if (pid !== undefined) found.set(part, pid);
    }
    if (this.#gateway.pid !== undefined) found.set('gateway', this.#gateway.pid);
    for (const { config } of this.cameras) {
      const pid = this.#ffmpegOf(config.id);
      if (pid !== undefined) found.set(`ffmpeg ${config.id}`, pid);
    }
    return found;
  }

  /**
   * Kills what a fault names.
   *
   * @returns its name.
   */
  async inject({ kind, which }: Pick<PlannedFault, 'kind' | 'which'>): Promise<string> {
    this.#readOutboxes();
    const name = await this.#kill(kind, which);
    this.#readOutboxes();
    return name;
  }

  /**
   * Waits until all is well: the API with its database, each camera is seen, and the beacon answers.
   *
   * @param since what was seen earlier does not count, ms since the epoch.
   * @returns what is not well yet; empty where all is.
   */
  async wellAgain(since: number, withinMs: number): Promise<string[]> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const ill = await this.#ill(since);
      if (ill.length === 0 || Date.now() > deadline) return ill;
      this.#readOutboxes();
      await sleep(200);
    }
  }

  /** Waits until all that was confirmed is on record, within two minutes. */
  async allRecorded(): Promise<FaultRecord[]> {
    const deadline = Date.now() + RECORDED_WITHIN_MS;
    for (;;) {
      this.#readOutboxes();
      const records = await readRecords(this.#safety, this.begin).catch(() => null);
      const ids = new Set(records?.map(({ id }) => id));
      const isAll = records && [...this.confirmed].every((id) => ids.has(id));
      if (records && (isAll || Date.now() > deadline)) return records;
      if (Date.now() > deadline + RECORDED_WITHIN_MS) throw new Error('the API does not answer');
      await sleep(500);
    }
  }

  /** How many of the violations that were confirmed are not on record in the end. */
  async lost(): Promise<number> {
    const ids = new Set((await this.allRecorded()).map(({ id }) => id));
    return [...this.confirmed].filter((id) => !ids.has(id)).length;
  }

  alarms(): Promise<AlarmCounts> {
    return countAlarms(this.#safety, this.#beacon.name);
  }

  /** When cameras went from one worker to another, as far as it is listed. */
  async moves(): Promise<CameraMove[]> {
    const { moves } = await this.#safety<{
      moves: { camera: string; at: string; from: string; to: string }[];
    }>('GET', '/cameras/watchers');
    return moves
      .filter(({ from, to }) => from !== to)
      .map(({ camera, at }) => ({ camera, at: (Date.parse(at) - this.begin) / 1000 }));
  }

  /** Stops all of it and holds what is on record against the truth. */
  async score(
    records: readonly FaultRecord[],
    from: number,
    to: number,
  ): Promise<FaultScore & MoveScore & { moves: number }> {
    const times = await clipClocks(this.plant, this.begin);
    const moves = await this.moves();
    await this.end();
    const given = {
      records,
      confirmed: this.confirmed,
      cameras: this.cameras.map(({ config, truth, mount }) => {
        const [loop, phase] = times.get(mount) ?? [truth.duration, 0];
        return { config, truth, loop, phase };
      }),
      seen: await watchedTimes(
        this.workers.map((worker) => this.plant.workerDir(worker)),
        this.begin,
      ),
      watched: { from, to },
      moves,
    };
    const [all, over] = [scoreFaults(given), scoreMoves(given)];
    const notes = [...all.notes, ...over.notes.map((note) => `over a move, ${note}`)];
    return { ...all, moves: moves.length, ...over, notes };
  }

  end(): Promise<void> {
    this.#ending ??= this.#stop();
    return this.#ending;
  }

  async #stop(): Promise<void> {
    await this.#gateway.end();
    await this.#tap.endAsync(true);
    await this.plant.stop();
    await this.#beacon.close();
  }

  #hear(topic: string, payload: Buffer): void {
    if (payload.length === 0) return;
    const message: unknown = JSON.parse(payload.toString());
    if (topic.includes('/observations')) {
      const { camera, at } = observation.parse(message);
      this.#seen.set(camera, Math.max(this.#seen.get(camera) ?? 0, Date.parse(at)));
    } else if (topic === topics.actuatorState('demo', this.#beacon.name)) {
      this.#isBeaconOnline = (message as { online: boolean }).online;
      this.#beaconOnlineAt = Date.now();
    } else this.confirmed.add(violationEvent.parse(message).data.violation);
  }

  async #kill(kind: PlannedFault['kind'], which: number): Promise<string> {
    const one = <Item>(of: readonly Item[]) => of[Math.floor(which * of.length)]!;
    if (kind === 'gateway') {
      await this.#gateway.kill();
      this.#isBeaconOnline = false;
      return kind;
    }
    if (kind === 'ffmpeg') {
      const camera = one(this.cameras).config.id;
      for (let tries = 0; tries < 100; tries++) {
        const pid = this.#ffmpegOf(camera);
        if (pid !== undefined) {
          process.kill(pid, 'SIGKILL');
          return `${kind} of ${camera}`;
        }
        await sleep(200);
      }
      throw new Error(`there is no ffmpeg of ${camera}`);
    }
    const part = kind === 'worker' ? one(this.workers) : kind;
    // One that was killed a moment ago is not there to be killed.
    await this.plant.whenReady(part);
    await this.plant.kill(part, 'SIGKILL');
    return part;
  }

  #ffmpegOf(camera: string): number | undefined {
    for (const worker of this.workers) {
      const pid = this.plant.pid(worker);
      if (pid === undefined) continue;
      for (const { pid: child, name } of processesBelow(pid)) {
        if (name === 'ffmpeg' && commandOf(child).includes(`/ring/${camera}/`)) return child;
      }
    }
    return undefined;
  }

  async #ill(since: number): Promise<string[]> {
    const health = await fetch(`${this.plant.url}/api/health`).catch(() => null);
    const dark = this.cameras
      .map(({ config }) => config.id)
      .filter((id) => (this.#seen.get(id) ?? 0) < since + ON_THE_WAY_MS);
    const running = [...this.workers, 'broker', 'api', 'database'] as PartName[];
    const isBeaconHeard = this.#isBeaconOnline && this.#gateway.pid !== undefined;
    return [
      ...(health?.ok ? [] : [`the API says ${health?.status ?? 'nothing'}`]),
      ...dark.map((id) => `camera ${id} is not seen`),
      ...running.filter((part) => this.plant.pid(part) === undefined),
      ...(isBeaconHeard ? [] : [`the beacon is not heard since ${this.#beaconOnlineAt}`]),
    ];
  }

  #readOutboxes(): void {
    for (const worker of this.workers) {
      for (const id of outboxViolations(this.plant.workerDir(worker))) this.confirmed.add(id);
    }
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
