import { appendFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { MachineReports } from '../judge/machines.ts';
import {
  frameText,
  headText,
  machineText,
  type RecordedFrame,
  type RecordedHead,
} from '../replay/recorded-lines.ts';
import {
  allFiles,
  endOf,
  fileName,
  filesOf,
  finishFiles,
  hourOf,
  packFile,
  unfinishedFiles,
} from './observation-files.ts';

/** Lines wait so long before they are written, ms: what a kill may cost. */
const WRITE_EVERY_MS = 1_000;
/** Old files are looked for so often, ms. */
const PRUNE_EVERY_MS = 10 * 60_000;
/** A file is closed at this size, for a hall with many people. */
const FILE_BYTES = 64e6;
/** Waiting lines of a disk that does not take them. */
const MOST_WAITING = 20_000;

export interface ObservationLogOptions {
  readonly folder: string;
  /** How long observations are kept; 0: none are recorded. */
  readonly hours: number;
  /** The most that they may take on the disk; the oldest go first. */
  readonly megabytes: number;
  /** False while the disk has no room for what is not needed. */
  readonly hasRoom: () => boolean;
  readonly log: Logger;
}

/** What was left out, since the start of the worker. */
export interface ObservationLoss {
  /** Observations without a place on the disk. */
  dropped: number;
  /** Last lines that a kill had torn. */
  torn: number;
}

/**
 * The observations of all cameras of a worker, on its disk: what a replay reads. They are no evidence, so
 * they are written once a second and lost first where the disk is full.
 */
export class ObservationLog {
  readonly loss: ObservationLoss = { dropped: 0, torn: 0 };
  readonly #options: ObservationLogOptions;
  readonly #cameras = new Map<string, CameraLog>();
  #timer: NodeJS.Timeout | undefined;
  #pruned = 0;
  /** One after another: packing and pruning. */
  #work: Promise<void> = Promise.resolve();
  #told = '';

  private constructor(options: ObservationLogOptions) {
    this.#options = options;
  }

  /** Opens the folder; files of an earlier run are packed in the background. */
  static async open(options: ObservationLogOptions): Promise<ObservationLog> {
    const log = new ObservationLog(options);
    await mkdir(options.folder, { recursive: true, mode: 0o700 });
    const unfinished = await unfinishedFiles(options.folder);
    log.#then(async () => {
      log.loss.torn += await finishFiles(unfinished);
    });
    log.#then(() => log.#prune());
    if (options.hours > 0) log.#timer = setInterval(() => log.#tick(), WRITE_EVERY_MS).unref();
    return log;
  }

  get folder(): string {
    return this.#options.folder;
  }

  /** The lane of a camera. */
  of(camera: string): CameraLog {
    const known = this.#cameras.get(camera);
    if (known) return known;
    const lane = new CameraLog(camera, this.#options, this.loss, (work) => this.#then(work));
    this.#cameras.set(camera, lane);
    return lane;
  }

  /** Settles when all that was recorded so far is in the files. */
  async flush(): Promise<void> {
    for (const lane of this.#cameras.values()) lane.write();
    await Promise.all([...this.#cameras.values()].map((lane) => lane.written()));
    await this.#work;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  #tick(): void {
    for (const lane of this.#cameras.values()) lane.write();
    if (Date.now() - this.#pruned < PRUNE_EVERY_MS) return;
    this.#pruned = Date.now();
    this.#then(() => this.#prune());
  }

  async #prune(): Promise<void> {
    const { folder, hours, megabytes } = this.#options;
    const oldest = Date.now() - hours * 3_600_000;
    const files = await allFiles(folder);
    let bytes = files.reduce((sum, one) => sum + one.bytes, 0);
    // The oldest of all cameras first. An open one is of now.
    for (const file of files.sort((a, b) => a.from - b.from || a.number - b.number)) {
      if (!file.isClosed || (endOf(file) >= oldest && bytes <= megabytes * 1e6)) continue;
      await rm(file.path, { force: true });
      bytes -= file.bytes;
    }
  }

  #then(work: () => Promise<void>): void {
    this.#work = this.#work.then(work).catch((error: Error) => {
      if (error.message !== this.#told) this.#options.log.warn({ err: error }, 'observations');
      this.#told = error.message;
    });
  }
}

/** The observations of one camera. Its calls do not wait for the disk. */
export class CameraLog {
  readonly #camera: string;
  readonly #options: ObservationLogOptions;
  readonly #loss: ObservationLoss;
  readonly #later: (work: () => Promise<void>) => void;
  /** The reports of each machine that were written last, into this file. */
  readonly #machines = new Map<string, unknown>();
  #head: RecordedHead | undefined;
  /** The head was written into this file. */
  #isHeaded = false;
  #hour = Number.NaN;
  #bytes = 0;
  #lines: string[] = [];
  #path: string | undefined;
  #writing: Promise<void> = Promise.resolve();
  #told = '';

  constructor(
    camera: string,
    options: ObservationLogOptions,
    loss: ObservationLoss,
    later: (work: () => Promise<void>) => void,
  ) {
    this.#camera = camera;
    this.#options = options;
    this.#loss = loss;
    this.#later = later;
  }

  /** By which configuration the frames that follow are judged. */
  configured(head: RecordedHead): void {
    this.#head = head;
    this.#isHeaded = false;
  }

  /** @param machines the reports that the frame was judged with; each is written when it changes. */
  frame(frame: RecordedFrame, machines: MachineReports): void {
    if (this.#options.hours <= 0 || !this.#head) return;
    if (!this.#options.hasRoom() || this.#lines.length >= MOST_WAITING) {
      this.#loss.dropped++;
      return;
    }
    const hour = hourOf(frame.at);
    if (hour !== this.#hour || this.#bytes > FILE_BYTES) this.#nextFile(hour);
    if (!this.#isHeaded) this.#add(headText(this.#head));
    this.#isHeaded = true;
    for (const [machine, reports] of machines) {
      if (this.#machines.get(machine) === reports) continue;
      this.#machines.set(machine, reports);
      this.#add(machineText(machine, reports));
    }
    for (const machine of this.#machines.keys()) {
      if (machines.has(machine)) continue;
      this.#machines.delete(machine);
      this.#add(machineText(machine, []));
    }
    this.#add(frameText(frame));
  }

  /** Writes what waits. */
  write(): void {
    if (this.#lines.length === 0) return;
    const lines = this.#lines;
    const hour = this.#hour;
    this.#lines = [];
    this.#inTurn(async () => {
      this.#path ??= await this.#newPath(hour);
      await appendFile(this.#path, `${lines.join('\n')}\n`, { mode: 0o600 });
      this.#told = '';
    }, lines.length);
  }

  /** Settles when what was written is in the file. */
  written(): Promise<void> {
    return this.#writing;
  }

  #add(line: string): void {
    this.#lines.push(line);
    this.#bytes += line.length + 1;
  }

  #nextFile(hour: number): void {
    this.write();
    this.#inTurn(async () => {
      const path = this.#path;
      this.#path = undefined;
      if (path) this.#later(() => packFile(path));
    }, 0);
    this.#hour = hour;
    this.#bytes = 0;
    this.#isHeaded = false;
    this.#machines.clear();
  }

  /** Never one that is there: it may be of an earlier run, or of an hour that came again. */
  async #newPath(hour: number): Promise<string> {
    await mkdir(join(this.#options.folder, this.#camera), { recursive: true, mode: 0o700 });
    const files = await filesOf(this.#options.folder, this.#camera);
    const numbers = files.filter(({ from }) => from === hour).map(({ number }) => number);
    return join(this.#options.folder, this.#camera, fileName(hour, Math.max(0, ...numbers) + 1));
  }

  #inTurn(work: () => Promise<void>, lines: number): void {
    this.#writing = this.#writing.then(work).catch((error: Error) => {
      this.#loss.dropped += lines;
      // A half-written line would join the next one.
      const path = this.#path;
      this.#path = undefined;
      this.#isHeaded = false;
      this.#machines.clear();
      if (path) this.#later(() => packFile(path));
      if (error.message !== this.#told) {
        const fields = { err: error, camera: this.#camera };
        this.#options.log.warn(fields, 'observations are not recorded');
      }
      this.#told = error.message;
    });
  }
}
