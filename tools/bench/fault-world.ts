import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Plant } from '../plant/plant.ts';
import type { PartName } from '../plant/plant-options.ts';
import { type AlarmTarget, modbusTarget } from './alarm-targets.ts';
import { BenchGateway, enterDevice } from './bench-gateway.ts';
import { ffmpegOf } from './camera-ffmpeg.ts';
import { type ClipCamera, clipClocks, readClipCameras } from './clip-cameras.ts';
import { FaultBus } from './fault-bus.ts';
import type { PlannedFault } from './fault-plan.ts';
import { type AlarmCounts, countAlarms, readRecords, watchedTimes } from './fault-records.ts';
import { type FaultRecord, type FaultScore, scoreFaults } from './fault-score.ts';
import { type CameraMove, type MoveScore, scoreMoves } from './move-score.ts';
import { outboxViolations } from './outbox-violations.ts';
import { type Call, callAs } from './plant-users.ts';
import type { TruthCamera } from './queue-truth.ts';

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
  /** Second 0 of the run, ms since the epoch. */
  readonly begin: number;
  readonly #gateway: BenchGateway;
  readonly #beacon: AlarmTarget;
  readonly #safety: Call;
  readonly #bus: FaultBus;
  /** What has to be on record: confirmed until records were asked for. */
  #due: ReadonlySet<string> = new Set();
  #ending: Promise<void> | undefined;

  private constructor(parts: {
    plant: Plant;
    workers: readonly PartName[];
    cameras: readonly ClipCamera[];
    gateway: BenchGateway;
    beacon: AlarmTarget;
    safety: Call;
    bus: FaultBus;
    begin: number;
  }) {
    this.plant = parts.plant;
    this.workers = parts.workers;
    this.cameras = parts.cameras;
    this.#gateway = parts.gateway;
    this.#beacon = parts.beacon;
    this.#safety = parts.safety;
    this.#bus = parts.bus;
    this.begin = parts.begin;
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
    const begin = Date.now();
    const bus = await FaultBus.open(plant, beacon.name, begin);
    const world = new FaultWorld({
      plant,
      workers,
      cameras,
      beacon,
      bus,
      begin,
      safety: await callAs(plant, 'safety'),
      gateway: await BenchGateway.start(plant, folder, [device]),
    });
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

  /** Waits until all that was confirmed until now is on record, within two minutes. */
  async allRecorded(): Promise<FaultRecord[]> {
    this.#readOutboxes();
    // The workers go on: what they confirm from now on is none of the run.
    this.#due = new Set(this.#bus.confirmed.keys());
    const deadline = Date.now() + RECORDED_WITHIN_MS;
    for (;;) {
      const records = await readRecords(this.#safety, this.begin).catch(() => null);
      const ids = new Set(records?.map(({ id }) => id));
      const isAll = records && [...this.#due].every((id) => ids.has(id));
      if (records && (isAll || Date.now() > deadline)) return records;
      if (Date.now() > deadline + RECORDED_WITHIN_MS) throw new Error('the API does not answer');
      await sleep(500);
    }
  }

  /** How many of the violations that were confirmed are not on record in the end. */
  async lost(): Promise<number> {
    const ids = new Set((await this.allRecorded()).map(({ id }) => id));
    return [...this.#due].filter((id) => !ids.has(id)).length;
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

  /**
   * Waits until the truth has an episode that was watched for long enough to be asked for.
   *
   * @param from it is not earlier, second of the run.
   * @returns whether there is one.
   */
  async episodeSeen(from: number, withinMs: number): Promise<boolean> {
    const cameras = await this.#truthCameras();
    const deadline = Date.now() + withinMs;
    for (;;) {
      const watched = { from, to: (Date.now() - this.begin) / 1000 };
      const given = { records: [], confirmed: new Set<string>(), cameras, watched };
      const { episodes } = scoreFaults({ ...given, seen: this.#bus.seen });
      if (episodes > 0 || Date.now() > deadline) return episodes > 0;
      await sleep(1_000);
    }
  }

  /** Stops all of it and holds what is on record against the truth. */
  async score(
    records: readonly FaultRecord[],
    from: number,
    to: number,
  ): Promise<FaultScore & MoveScore & { moves: number }> {
    const cameras = await this.#truthCameras();
    const moves = await this.moves();
    await this.end();
    const given = {
      records,
      confirmed: this.#due,
      cameras,
      seen: await watchedTimes(
        this.workers.map((worker) => this.plant.workerDir(worker)),
        this.begin,
      ),
      watched: { from, to },
      moves,
    };
    const [all, over] = [scoreFaults(given), scoreMoves(given)];
    const ids = new Set(records.map(({ id }) => id));
    const lost = [...this.#due].filter((id) => !ids.has(id));
    const notes = [
      ...all.notes,
      ...over.notes.map((note) => `over a move, ${note}`),
      ...lost.map((id) => `${id} is ${this.#bus.confirmed.get(id)}`),
    ];
    return { ...all, moves: moves.length, ...over, notes };
  }

  /** The cameras with the rounds of their clips, by the clocks of the simulator. */
  async #truthCameras(): Promise<TruthCamera[]> {
    const times = await clipClocks(this.plant, this.begin);
    return this.cameras.map(({ config, truth, mount }) => {
      const [loop, phase] = times.get(mount) ?? [truth.duration, 0];
      return { config, truth, loop, phase };
    });
  }

  end(): Promise<void> {
    this.#ending ??= this.#stop();
    return this.#ending;
  }

  async #stop(): Promise<void> {
    await this.#gateway.end();
    await this.#bus.close();
    await this.plant.stop();
    await this.#beacon.close();
  }

  async #kill(kind: PlannedFault['kind'], which: number): Promise<string> {
    const one = <Item>(of: readonly Item[]) => of[Math.floor(which * of.length)]!;
    if (kind === 'gateway') {
      await this.#gateway.kill();
      this.#bus.isBeaconOnline = false;
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
      const child = pid === undefined ? undefined : ffmpegOf(pid, camera);
      if (child !== undefined) return child;
    }
    return undefined;
  }

  async #ill(since: number): Promise<string[]> {
    const health = await fetch(`${this.plant.url}/api/health`).catch(() => null);
    const dark = this.cameras
      .map(({ config }) => config.id)
      .filter((id) => this.#bus.seenAt(id) < since + ON_THE_WAY_MS);
    const running = [...this.workers, 'broker', 'api', 'database'] as PartName[];
    const isBeaconHeard = this.#bus.isBeaconOnline && this.#gateway.pid !== undefined;
    return [
      ...(health?.ok ? [] : [`the API says ${health?.status ?? 'nothing'}`]),
      ...dark.map((id) => `camera ${id} is not seen`),
      ...running.filter((part) => this.plant.pid(part) === undefined),
      ...(isBeaconHeard ? [] : [`the beacon is not heard since ${this.#bus.beaconHeardAt}`]),
    ];
  }

  #readOutboxes(): void {
    for (const worker of this.workers) {
      for (const id of outboxViolations(this.plant.workerDir(worker))) {
        if (!this.#bus.confirmed.has(id)) this.#bus.confirmed.set(id, `in the outbox of ${worker}`);
      }
    }
  }
}
