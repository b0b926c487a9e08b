import { toApiError } from '$lib/api/problem.ts';
import { serverNow } from '$lib/api/server-clock.ts';
import type { LiveState } from './whep.ts';

/*
 * Live video as MPEG-1 over a WebSocket of the API, for networks through which nothing else comes. The
 * first message asks for the view, the answer is JSON, and what follows is MPEG-TS. It connects again by
 * itself.
 */

export interface Mpeg1Options {
  camera: string;
  /** A new one for each connection. */
  canvas: () => HTMLCanvasElement;
  /** Null without a session. */
  token: () => Promise<string | null>;
  /** Whether the camera is sending; no request is made while it returns false. Default: always true. */
  sends?: () => boolean;
  /** What a refusal means, for the viewer. */
  explain: (error: unknown) => string;
  onState: (state: LiveState) => void;
  /** Each picture that is drawn. */
  onPicture?: () => void;
  /** What sends the picture. */
  onEngine: (engine: string | null) => void;
}

type Player = { destroy(): void };

const delays = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000];
/** Poll interval for a silent camera, ms. */
const lookEvery = 500;
/** From the connection to the first picture; and between two of them. */
const pictureWithin = 15_000;
/** More waits for a slow page; older ones are left out by the player. */
const buffered = 256 * 1024;

export class Mpeg1Connection {
  readonly #options: Mpeg1Options;
  #socket: WebSocket | null = null;
  #player: Player | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #leavePage: () => void = () => {};
  /** Number of the current connection: events of older ones are ignored. */
  #run = 0;
  #attempts = 0;
  #wanted = false;
  #isPlaying = false;
  #isHeld = false;

  constructor(options: Mpeg1Options) {
    this.#options = options;
  }

  start(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#isHeld = false;
    this.#attempts = 0;
    this.#connect();
  }

  stop(): void {
    if (!this.#wanted) return;
    this.#wanted = false;
    this.#run += 1;
    this.#release();
  }

  #connect(): void {
    this.#run += 1;
    const run = this.#run;
    if (this.#options.sends?.() === false) {
      this.#hold();
      return;
    }
    if (this.#isHeld) this.#attempts = 0;
    this.#isHeld = false;
    this.#options.onState({ name: 'connecting' });
    this.#wait(run);
    this.#open(run).catch((error: unknown) => this.#again(run, this.#options.explain(error)));
  }

  /** Waits without a request: the worker would refuse a camera that sends nothing. */
  #hold(): void {
    if (!this.#isHeld) this.#options.onState({ name: 'silent' });
    this.#isHeld = true;
    this.#timer = setTimeout(() => this.#connect(), lookEvery);
  }

  async #open(run: number): Promise<void> {
    const { camera, token } = this.#options;
    // The player is a file of its own, which other pages do not load.
    const [{ default: jsmpeg }, now] = await Promise.all([
      import('@cycjimmy/jsmpeg-player'),
      token(),
    ]);
    if (run !== this.#run) return;
    const address = new URL('/api/v1/live-video', location.href.replace(/^http/, 'ws'));
    const socket = new WebSocket(address);
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    let write: (bytes: ArrayBuffer) => void = () => {};
    let detail: string | null = null;
    socket.onopen = () => socket.send(JSON.stringify({ token: now ?? '', camera }));
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (typeof data === 'string') {
        detail = this.#told(data) ?? detail;
        return;
      }
      // A hidden page draws nothing: there what comes tells that the view is open.
      if (document.hidden) this.#wait(run);
      else write(data);
    };
    socket.onclose = () => this.#again(run, detail);
    class Source {
      readonly streaming = true;
      established = true;
      completed = false;
      progress = 0;
      connect(to: { write(bytes: ArrayBuffer): void }): void {
        write = (bytes) => to.write(bytes);
      }
      start(): void {}
      resume(): void {}
      destroy(): void {
        write = () => {};
      }
    }
    const play = () => {
      this.#player = new jsmpeg.Player('', {
        canvas: this.#options.canvas(),
        source: Source,
        audio: false,
        autoplay: true,
        disableGl: true,
        disableWebAssembly: true,
        pauseWhenHidden: false,
        videoBufferSize: buffered,
        onVideoDecode: () => this.#shown(run),
      });
    };
    // After a gap a player would draw parts of pictures: another one begins with a key picture.
    const onVisible = () => {
      if (document.hidden) return;
      this.#clear();
      this.#options.onState({ name: 'connecting' });
      this.#wait(run);
      play();
    };
    document.addEventListener('visibilitychange', onVisible);
    this.#leavePage = () => document.removeEventListener('visibilitychange', onVisible);
    play();
  }

  /** @returns why the view is refused, where it is. */
  #told(text: string): string | null {
    const { explain, onEngine } = this.#options;
    const { type, engine, problem } = JSON.parse(text) as Record<string, unknown>;
    if (type === 'started') onEngine(typeof engine === 'string' ? engine : null);
    if (type !== 'refused') return null;
    const status = (problem as { status?: unknown } | null)?.status;
    return explain(toApiError(typeof status === 'number' ? status : 500, problem));
  }

  /** Connects again where no picture comes from now on. */
  #wait(run: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#again(run, null), pictureWithin);
  }

  #shown(run: number): void {
    if (run !== this.#run) return;
    this.#options.onPicture?.();
    this.#attempts = 0;
    this.#wait(run);
    if (this.#isPlaying) return;
    this.#isPlaying = true;
    this.#options.onState({ name: 'playing' });
  }

  #again(run: number, detail: string | null): void {
    if (run !== this.#run) return;
    this.#run += 1;
    this.#release();
    const delay = delays[Math.min(this.#attempts, delays.length - 1)] ?? 30_000;
    this.#attempts += 1;
    this.#options.onState({ name: 'waiting', detail, retryAt: serverNow() + delay });
    this.#timer = setTimeout(() => this.#connect(), delay);
  }

  #release(): void {
    clearTimeout(this.#timer);
    this.#leavePage();
    this.#leavePage = () => {};
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    this.#clear();
  }

  /** The last picture does not stay. */
  #clear(): void {
    this.#isPlaying = false;
    this.#player?.destroy();
    this.#player = null;
    const canvas = this.#options.canvas();
    canvas.width = canvas.height = 0;
  }
}
