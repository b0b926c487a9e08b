import { fileURLToPath } from 'node:url';
import type Mpeg1Muxer from 'node-rtsp-stream/mpeg1muxer.js';
import type { Logger } from 'pino';
import type { RtpIngest } from '../rtp-ingest.ts';
import { H264AnnexB } from './h264-annex-b.ts';
import { startMuxer } from './start-muxer.ts';
import { pictureSizeOf, TsPackets } from './ts-packets.ts';

/** `ffmpeg`, with the options of its input. */
const FFMPEG = fileURLToPath(new URL('./ffmpeg-input.sh', import.meta.url));

/**
 * A tile of the wall. MPEG-1 knows few frame rates (15 is none of them), and a browser decodes it by
 * script: a larger picture of 16 cameras would take more than one core there.
 */
const OUTPUT = {
  '-an': '',
  '-r': 25,
  '-vf': "scale='min(480,iw)':-2",
  '-b:v': '800k',
  '-maxrate': '1200k',
  '-bufsize': '600k',
  '-bf': 0,
  // A viewer starts at a key picture: within a second.
  '-g': 25,
  '-threads': 1,
  // Each picture leaves at once.
  '-muxdelay': 0,
  '-muxpreload': 0,
  '-flush_packets': 1,
};

/** An encoder that gets pictures and gives nothing for this long is started again. */
const SILENT_MS = 5_000;
/** A camera that has sent nothing for longer pauses. */
const PAUSE_MS = 2_000;
const LOOK_EVERY_MS = 500;
/** Bytes that wait for a slow encoder; then pictures are left out up to the next key picture. */
const MOST_WAITING = 4 * 1024 * 1024;
/** Before each start after an early end; the last one for all that follow. */
const AGAIN_MS = [200, 1_000, 2_000, 5_000];
/** A run of this length was no early end. */
const HEALTHY_MS = 10_000;
const KEPT_LINES = 5;

export interface EncoderOptions {
  readonly camera: string;
  readonly ingest: Pick<RtpIngest, 'subscribe' | 'restarts' | 'recent'>;
  readonly log: Logger;
  /** Gets MPEG-TS, whole packets of 188 bytes. */
  readonly onData: (bytes: Buffer) => void;
  /**
   * The pictures have another size from now on, which a player that plays does not notice. Nothing of them
   * has gone to `onData`.
   */
  readonly onResize: () => void;
  readonly silentMs?: number;
}

/** One run of ffmpeg. */
interface Run {
  readonly muxer: Mpeg1Muxer;
  readonly packets: TsPackets;
  readonly startedAt: number;
  /** How often the capture of the camera was restarted when its pictures came. */
  restarts: number;
  /** Whether it got a key picture, and lost none since. */
  isFed: boolean;
  /** When the pictures began for which it has given nothing yet; null where it owes none. */
  owesSince: number | null;
  lastPictureAt: number;
}

/**
 * MPEG-1 of one camera by the muxer of node-rtsp-stream. It reads on stdin what the camera sends
 * anyway: no second connection, no password, no port. The muxer starts ffmpeg once and tells nothing
 * of its end; here it is started again after each exit and when it is silent.
 */
export class Mpeg1Encoder {
  readonly #options: EncoderOptions;
  readonly #watch: NodeJS.Timeout;
  readonly #leave: () => void;
  readonly #lines: string[] = [];
  #annexB = new H264AnnexB();
  #size: string | undefined;
  #run: Run | null = null;
  #again: NodeJS.Timeout | undefined;
  #earlyEnds = 0;
  #closed = false;

  constructor(options: EncoderOptions) {
    this.#options = options;
    this.#start();
    // From the last key picture on: the next one may be seconds away. Of a camera that sends nothing no old one is shown.
    const { recent } = options.ingest;
    if (recent.isFresh()) for (const packet of recent.read()) this.#take(packet);
    this.#leave = options.ingest.subscribe((packet) => this.#take(packet));
    this.#watch = setInterval(() => this.#look(), LOOK_EVERY_MS).unref();
  }

  /** Process id of ffmpeg; undefined while none runs. */
  get pid(): number | undefined {
    return this.#run?.muxer.stream.pid;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#again);
    clearInterval(this.#watch);
    this.#leave();
    this.#run?.muxer.stream.kill('SIGKILL');
    this.#run = null;
  }

  /** Below the silence of an encoder, so that a pause is not taken for one. */
  get #pauseMs(): number {
    return Math.min(PAUSE_MS, (this.#options.silentMs ?? SILENT_MS) / 2);
  }

  #start(): void {
    this.#lines.length = 0;
    const options = { url: 'pipe:0', ffmpegPath: FFMPEG, ffmpegOptions: OUTPUT };
    const muxer = startMuxer(options, (how) => this.#failed(how));
    if (!muxer) return;
    const now = performance.now();
    const run: Run = {
      muxer,
      packets: new TsPackets(),
      restarts: this.#options.ingest.restarts,
      startedAt: now,
      isFed: false,
      owesSince: null,
      lastPictureAt: now,
    };
    this.#run = run;
    const { stream } = muxer;
    muxer.on('mpeg1data', (bytes) => {
      if (this.#run !== run) return;
      run.owesSince = null;
      this.#give(run.packets.take(bytes));
    });
    muxer.on('ffmpegStderr', (bytes) => this.#keepLines(bytes));
    // A broken pipe: its end is told below.
    stream.stdin.on('error', () => {});
    stream.on('error', (error) => this.#ended(run, error.message));
    stream.on('close', (code, signal) => this.#ended(run, `${signal ?? `exit ${code}`}`));
  }

  #give(packets: Buffer): void {
    const { onData, onResize } = this.#options;
    const size = pictureSizeOf(packets) ?? this.#size;
    const isOther = this.#size !== undefined && size !== this.#size;
    this.#size = size;
    if (isOther) onResize();
    if (!this.#closed) onData(packets);
  }

  #ended(run: Run, how: string): void {
    if (this.#run !== run) return;
    this.#run = null;
    if (performance.now() - run.startedAt >= HEALTHY_MS) this.#earlyEnds = 0;
    this.#failed(how);
  }

  #failed(how: string): void {
    if (this.#closed) return;
    const { camera, log } = this.#options;
    const wait = AGAIN_MS[Math.min(this.#earlyEnds, AGAIN_MS.length - 1)];
    this.#earlyEnds += 1;
    log.warn({ camera, how, lines: this.#lines }, 'the MPEG-1 encoder ended, it starts again');
    this.#again = setTimeout(() => this.#start(), wait);
  }

  #take(packet: Buffer): void {
    const picture = this.#annexB.take(packet);
    const run = this.#run;
    if (!picture || !run) return;
    const now = performance.now();
    // After a pause the encoder owes from now on.
    if (now - run.lastPictureAt > this.#pauseMs) run.owesSince = null;
    run.lastPictureAt = now;
    const { restarts } = this.#options.ingest;
    const isOther = run.isFed && restarts !== run.restarts;
    run.restarts = restarts;
    // The pictures of another run may have another size, and the pause is not filled with copies.
    if (isOther) this.#restart(run);
    this.#feed(this.#run, picture, now);
  }

  #feed(run: Run | null, picture: { bytes: Buffer; isKey: boolean }, now: number): void {
    if (!run) return;
    const { stdin } = run.muxer.stream;
    if (picture.isKey) run.isFed = true;
    // Owed also where it takes nothing more: a stopped process is silent, too.
    if (run.isFed) run.owesSince ??= now;
    if (stdin.writableLength > MOST_WAITING) run.isFed = false;
    if (run.isFed && stdin.writable) stdin.write(picture.bytes);
  }

  #look(): void {
    const run = this.#run;
    if (!run || run.owesSince === null) return;
    const { silentMs = SILENT_MS, camera, log } = this.#options;
    const now = performance.now();
    // A camera that pauses owes its encoder pictures, not the other way round.
    if (now - run.lastPictureAt > this.#pauseMs || now - run.owesSince < silentMs) return;
    log.warn({ camera, lines: this.#lines }, 'the MPEG-1 encoder is silent, it starts again');
    this.#restart(run);
  }

  #restart(run: Run): void {
    this.#run = null;
    run.muxer.stream.kill('SIGKILL');
    this.#annexB = new H264AnnexB();
    this.#start();
  }

  #keepLines(bytes: Buffer): void {
    this.#lines.push(...bytes.toString('utf8').split('\n').filter(Boolean));
    this.#lines.splice(0, this.#lines.length - KEPT_LINES);
  }
}
