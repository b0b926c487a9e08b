import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sizeChanged } from './faults.ts';
import type { FfmpegCommand } from './ffmpeg.ts';
import { type CommandOptions, captureCommand, SEGMENT_LIST } from './ffmpeg-command.ts';
import { PictureAssembler } from './picture-assembler.ts';
import { receive } from './picture-socket.ts';
import { type ListedSegment, readSegmentList } from './segment-list.ts';
import type { Slot, SlotPool } from './slot-pool.ts';
import { type InputVideo, StderrReader } from './stderr-lines.ts';

const LOG_LINES = 100;
const LINE_LENGTH = 300;

/** One decoded picture and its time in the stream. The receiver releases the slot. */
export interface Picture {
  readonly slot: Slot;
  readonly ptsMs: number;
  /** performance.now() when ffmpeg announced it. */
  readonly arrival: number;
  readonly width: number;
  readonly height: number;
}

export interface SessionEvents {
  input(video: InputVideo): void;
  picture(picture: Picture): void;
  /** A picture was decoded and dropped, because no slot was free. */
  discarded(): void;
  /** ffmpeg reported a damaged picture or lost packets. */
  decodeError(): void;
  segment(segment: ListedSegment): void;
  /** The run is over. No callback follows. */
  end(log: readonly string[]): void;
}

interface Told {
  ptsMs: number;
  arrival: number;
  width: number;
  height: number;
}

/** One run of one ffmpeg process, from its start to its exit. */
export class FfmpegSession {
  readonly #command: FfmpegCommand;
  readonly #assembler: PictureAssembler;
  readonly #events: SessionEvents;
  readonly #slots: SlotPool;
  readonly #ring: CommandOptions['ring'];
  readonly #mask: (text: string) => string;
  readonly #reader = new StderrReader();
  readonly #log: string[] = [];
  /** By number: announced on stderr and not yet complete on the socket, or the reverse. */
  readonly #told = new Map<number, Told>();
  readonly #complete = new Map<number, Slot | null>();
  readonly #listed = new Set<string>();
  readonly #hangUp: () => void;
  /**
   * Pictures before ffmpeg built its filters again, which count from 0 then: it does so where the stream
   * changes, also where the size stays (the range of its colours).
   */
  #earlier = 0;
  #nextShown = 0;
  #size = '';
  #inputTold = false;
  #over = false;
  #listing: Promise<void> = Promise.resolve();
  #ended!: () => void;
  /** Settles after the process has exited and `end` was called. */
  readonly ended: Promise<void> = new Promise((resolve) => {
    this.#ended = resolve;
  });

  constructor(options: CommandOptions & { readonly slots: SlotPool }, events: SessionEvents) {
    this.#events = events;
    this.#slots = options.slots;
    this.#ring = options.ring;
    this.#mask = options.source.mask;
    this.#assembler = new PictureAssembler(options.slots, {
      picture: (n, slot) => this.#pair(n, slot),
      discarded: (n) => this.#pair(n, null),
    });
    this.#command = captureCommand(options);
    this.#command.on('stderr', (line: string) => this.#read(line));
    this.#command.on('end', () => this.#finish());
    this.#command.on('error', (error: Error) => {
      if (this.#log.length === 0) this.#remember(error.message);
      this.#finish();
    });
    this.#command.run();
    this.#hangUp = receive(options.picturesAt, (chunk) => this.#assembler.take(chunk));
  }

  /** Ffmpeg's last messages, without credentials. */
  get log(): readonly string[] {
    return this.#log;
  }

  /** Asks ffmpeg to end, which completes its last segment, and kills it after a short delay. */
  async stop(graceMs = 1500): Promise<void> {
    if (this.#over) return;
    this.#command.kill('SIGTERM');
    // Repeated: the process may not have started yet at the first attempt.
    const force = setInterval(() => this.kill(), graceMs);
    await this.ended;
    clearInterval(force);
  }

  kill(): void {
    if (!this.#over) this.#command.kill('SIGKILL');
  }

  #read(line: string): void {
    const read = this.#reader.read(line);
    switch (read.kind) {
      case 'frame': {
        const size = `${read.width}x${read.height}`;
        if (this.#size === '') {
          this.#size = size;
          if (!this.#inputTold) this.#tellInput({ ...read, codec: this.#reader.codec, fps: null });
          this.#assembler.setSize(pictureBytes(read.width, read.height));
        } else if (size !== this.#size) {
          // Raw output has no frame markers; after a change of size it can no longer be split.
          this.#remember(sizeChanged(this.#size, size));
          this.kill();
          return;
        }
        const n = this.#numberOf(read.n);
        this.#passOver(n);
        this.#told.set(n, { ...read, arrival: performance.now() });
        const slot = this.#complete.get(n);
        if (slot !== undefined) this.#pair(n, slot);
        break;
      }
      case 'input':
        this.#remember(line);
        this.#tellInput(read.video);
        break;
      case 'segment':
        this.#list();
        break;
      case 'decode-error':
        this.#remember(line);
        this.#events.decodeError();
        break;
      case 'log':
        this.#remember(line);
        break;
    }
  }

  /** The number of a picture in this run, as the socket counts. */
  #numberOf(shown: number): number {
    if (shown < this.#nextShown) this.#earlier += this.#nextShown;
    this.#nextShown = shown + 1;
    return this.#earlier + shown;
  }

  #tellInput({ codec, width, height, fps }: Omit<InputVideo, 'codec'> & { codec: string | null }) {
    if (this.#inputTold) return;
    this.#inputTold = true;
    this.#events.input({ codec: codec ?? 'unknown', width, height, fps });
  }

  /** Pictures before `n` that were never announced (they had no time) never will be. */
  #passOver(n: number): void {
    for (const [earlier, slot] of this.#complete) {
      if (earlier >= n) continue;
      this.#complete.delete(earlier);
      if (slot) this.#slots.give(slot);
      this.#events.discarded();
    }
  }

  #pair(n: number, slot: Slot | null): void {
    const told = this.#told.get(n);
    if (!told) {
      this.#complete.set(n, slot);
      return;
    }
    this.#told.delete(n);
    this.#complete.delete(n);
    if (!slot) this.#events.discarded();
    else if (this.#over) this.#slots.give(slot);
    else {
      const { ptsMs, arrival, width, height } = told;
      this.#events.picture({ slot, ptsMs, arrival, width, height });
    }
  }

  #remember(line: string): void {
    if (line.trim() === '') return;
    this.#log.push(this.#mask(line).slice(0, LINE_LENGTH));
    if (this.#log.length > LOG_LINES) this.#log.shift();
  }

  #list(): void {
    const ring = this.#ring;
    if (!ring) return;
    this.#listing = this.#listing.then(async () => {
      const text = await readFile(join(ring.folder, SEGMENT_LIST), 'utf8').catch(() => '');
      for (const segment of readSegmentList(text)) {
        if (!segment.file.startsWith(ring.prefix) || this.#listed.has(segment.file)) continue;
        this.#listed.add(segment.file);
        this.#events.segment(segment);
      }
      // The list holds the last few segments only; older names never return.
      for (const file of this.#listed) {
        if (this.#listed.size <= 32) break;
        this.#listed.delete(file);
      }
    });
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    for (const slot of this.#complete.values()) if (slot) this.#slots.give(slot);
    this.#complete.clear();
    this.#hangUp();
    this.#assembler.close();
    this.#list();
    const end = () => {
      try {
        this.#events.end(this.#log);
      } finally {
        this.#ended();
      }
    };
    this.#listing.then(end, end);
  }
}

/** Bytes of a yuv420p picture as ffmpeg writes it without padding. */
function pictureBytes(width: number, height: number): number {
  return width * height + 2 * Math.ceil(width / 2) * Math.ceil(height / 2);
}
