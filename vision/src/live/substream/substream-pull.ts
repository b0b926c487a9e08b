import type { Logger } from 'pino';
import { RestartPacer } from '../../capture/backoff.ts';
import { type CameraFault, classifyEnd, stalled } from '../../capture/faults.ts';
import { type FfmpegCommand, probe } from '../../capture/ffmpeg.ts';
import type { CameraSource } from '../../capture/source.ts';
import { StallWatch } from '../../capture/stall-watch.ts';
import { StderrReader } from '../../capture/stderr-lines.ts';
import { openTlsRelay, type TlsRelay } from '../../capture/tls-relay.ts';
import { substreamCommand } from './substream-command.ts';

/**
 * How long ffmpeg looks at a substream: nothing is decoded, so that what the camera says of it is enough. Some
 * cameras say nothing before a key frame: after a run without a picture it looks for longer, s.
 */
const ANALYZE_SECONDS = { first: 0.1, next: 3 };
const LOG_LINES = 40;
/** A process that has not begun yet does not take the first signal, ms. */
const KILL_AGAIN_MS = 200;

export interface PullOptions {
  /** The address. @throws Error where it cannot be used. */
  readonly source: () => CameraSource;
  readonly transport: 'tcp' | 'udp';
  readonly stallSeconds: number;
  /** Port of this machine that takes the RTP. */
  readonly livePort: number;
  readonly log: Logger;
  /** A run of ffmpeg begins: its RTP does not go on from the one before. */
  readonly onStart: () => void;
  /** The run is over, and the next one begins after a while. */
  readonly onFault: (fault: CameraFault) => void;
}

/** Keeps the ffmpeg of one substream running, from `start` to `stop`. */
export class SubstreamPull {
  readonly #options: PullOptions;
  readonly #pacer = new RestartPacer();
  #run: Run | null = null;
  #again: NodeJS.Timeout | undefined;
  #starting: Promise<void> = Promise.resolve();
  #stopped = false;
  #isKnown = true;

  constructor(options: PullOptions) {
    this.#options = options;
  }

  start(): void {
    this.#starting = this.#open().catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      this.#failed({ code: 'configuration', message: message.split('\n').at(-1) ?? message }, 0);
    });
  }

  /** A picture came. */
  picture(): void {
    this.#run?.picture();
  }

  /** No callback is made once this is called. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#again);
    await this.#starting;
    await this.#run?.end();
  }

  async #open(): Promise<void> {
    const { source: resolve, transport, stallSeconds, livePort } = this.#options;
    const source = resolve();
    const { input, shown, tls } = source;
    const relay = tls ? await openTlsRelay(input, shown, tls, stallSeconds * 1000) : null;
    const fileCodec = source.kind === 'file' ? (await probe(input)).videoCodec : null;
    if (this.#stopped) {
      relay?.close();
      return;
    }
    this.#options.onStart();
    const relayUrl = relay ? { relayUrl: relay.url } : {};
    const command = substreamCommand({
      source,
      ...relayUrl,
      transport,
      fileCodec,
      analyzeSeconds: this.#isKnown ? ANALYZE_SECONDS.first : ANALYZE_SECONDS.next,
      stallSeconds,
      livePort,
    });
    const run = new Run(command, { source, relay, stallSeconds }, (fault) => {
      if (this.#run === run) this.#run = null;
      this.#isKnown = run.liveMs > 0;
      this.#failed(fault, run.liveMs);
    });
    this.#run = run;
  }

  #failed(fault: CameraFault, liveMs: number): void {
    if (this.#stopped) return;
    const wait = this.#pacer.next(fault.code, liveMs, fault.code === 'ended');
    this.#options.log.warn({ fault: fault.code, retryInMs: wait }, `substream: ${fault.message}`);
    this.#options.onFault(fault);
    this.#again = setTimeout(() => this.start(), wait);
  }
}

/** One run of ffmpeg. */
class Run {
  readonly #command: FfmpegCommand;
  readonly #watch: StallWatch;
  readonly #reader = new StderrReader();
  readonly #lines: string[] = [];
  readonly #over: Promise<void>;
  #cause: CameraFault | null = null;
  #liveSince: number | null = null;
  #isOver = false;

  constructor(
    command: FfmpegCommand,
    about: { source: CameraSource; relay: TlsRelay | null; stallSeconds: number },
    ended: (fault: CameraFault) => void,
  ) {
    const { source, relay, stallSeconds } = about;
    this.#command = command;
    this.#watch = new StallWatch(stallSeconds * 1000, () => this.#endFor(stalled(stallSeconds)));
    command.on('stderr', (line: string) => this.#read(source.mask(line)));
    this.#over = new Promise((resolve) => {
      const end = (error?: Error) => {
        if (this.#isOver) return;
        this.#isOver = true;
        this.#watch.stop();
        relay?.close();
        if (this.#lines.length === 0 && error) this.#lines.push(source.mask(error.message));
        const hadFrames = this.#liveSince !== null;
        const run = { log: this.#lines, hadFrames, source, stallSeconds };
        ended(this.#cause ?? relay?.fault ?? classifyEnd(run));
        resolve();
      };
      command.on('end', () => end());
      command.on('error', end);
    });
    command.run();
  }

  /** How long pictures came, ms. */
  get liveMs(): number {
    return this.#liveSince === null ? 0 : performance.now() - this.#liveSince;
  }

  picture(): void {
    this.#liveSince ??= performance.now();
    this.#watch.picture();
  }

  async end(): Promise<void> {
    if (this.#isOver) return;
    this.#command.kill('SIGKILL');
    const again = setInterval(() => this.#command.kill('SIGKILL'), KILL_AGAIN_MS);
    await this.#over;
    clearInterval(again);
  }

  #endFor(cause: CameraFault): void {
    this.#cause ??= cause;
    void this.end();
  }

  #read(line: string): void {
    this.#lines.push(line.slice(0, 300));
    this.#lines.splice(0, this.#lines.length - LOG_LINES);
    this.#reader.read(line);
    const { codec } = this.#reader;
    if (codec === null || codec === 'h264') return;
    this.#endFor({
      code: 'unsupported-codec',
      message: `the substream sends ${codec === 'hevc' ? 'H.265' : codec}, which browsers do not play live; set it to H.264`,
    });
  }
}
