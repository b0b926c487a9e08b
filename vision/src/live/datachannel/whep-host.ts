import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { HelperThread } from '../../record/helper-thread.ts';
import { type LiveEngine, LiveRefusal, type OpenedView, type WhepOptions } from '../live-engine.ts';
import type { PacketSource } from '../packet-source.ts';
import { FrameReader, messageFrame, packetFrame } from './frames.ts';
import type {
  FromWhepProcess,
  StarterAnswer,
  StarterCall,
  ToWhepProcess,
} from './whep-messages.ts';

/** So much may wait for the process; more means that it hangs: packets are left out, bytes. */
const MOST_WAITING = 8 << 20;

/** An answer takes at most two seconds to gather; a process that gives none by then hangs, ms. */
const ANSWERS_WITHIN_MS = 8_000;

interface View {
  readonly camera: string;
  readonly source: PacketSource;
  /** Null until the process runs. */
  feed: Feed | null;
  opened?: { resolve(answer: string): void; reject(error: Error): void };
}

/** The packets of a camera, sent once for all of its viewers. */
interface Feed {
  readonly number: number;
  readonly leave: () => void;
  views: number;
}

/**
 * WebRTC by node-datachannel in a process of its own, which begins with the first view: it runs one callback for
 * each packet and viewer, and the thread of the worker that schedules the analysis has none of them. Where the
 * process ends, its views do; the next view starts another one.
 */
export class WhepHost implements LiveEngine {
  readonly name = 'node-datachannel';
  readonly #options: WhepOptions;
  readonly #thread = new HelperThread<StarterCall, StarterAnswer>(
    new URL('./whep-starter.ts', import.meta.url),
  );
  readonly #views = new Map<string, View>();
  readonly #feeds = new Map<PacketSource, Feed>();
  #socket: Promise<Socket> | null = null;
  #connected: Socket | null = null;
  #pid: number | undefined;
  #feedCount = 0;
  #closed = false;

  constructor(options: WhepOptions) {
    this.#options = options;
  }

  get viewers(): number {
    return this.#views.size;
  }

  /** Process id; undefined while none runs. */
  get pid(): number | undefined {
    return this.#pid;
  }

  async open(
    camera: string,
    source: PacketSource,
    session: string,
    offer: string,
  ): Promise<OpenedView> {
    const view: View = { camera, source, feed: null };
    // Ended meanwhile, it is not opened.
    this.#views.set(session, view);
    let late: NodeJS.Timeout | undefined;
    try {
      const socket = await this.#process();
      const isOver = this.#views.get(session) !== view || socket.destroyed;
      if (isOver) throw new LiveRefusal(503, 'the view ended before it began');
      const feed = this.#enter(source, socket);
      view.feed = feed;
      const answer = await new Promise<string>((resolve, reject) => {
        view.opened = { resolve, reject };
        late = setTimeout(() => {
          // Its views end with it, and the next one starts another process.
          socket.destroy();
        }, ANSWERS_WITHIN_MS);
        this.#tell(socket, { kind: 'open', camera, feed: feed.number, session, offer });
      });
      return { answer, engine: this.name, reason: null };
    } catch (error) {
      if (this.#views.get(session) === view) this.#leave(session);
      throw error;
    } finally {
      clearTimeout(late);
      delete view.opened;
    }
  }

  has(session: string): boolean {
    return this.#views.has(session);
  }

  end(session: string): boolean {
    const view = this.#leave(session);
    if (!view) return false;
    if (this.#connected) this.#tell(this.#connected, { kind: 'end', session });
    const { camera } = view;
    this.#options.log.info({ camera, viewers: this.viewers }, 'viewer disconnected');
    return true;
  }

  endCamera(camera: string): void {
    for (const [session, view] of [...this.#views]) if (view.camera === camera) this.end(session);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const session of [...this.#views.keys()]) this.end(session);
    // The process ends with its socket.
    const isRunning = this.#connected !== null;
    this.#connected?.destroy();
    if (isRunning) await this.#thread.call({ kind: 'stop' });
    await this.#thread.close();
  }

  #tell(socket: Socket, message: ToWhepProcess): void {
    socket.write(messageFrame(message));
  }

  /** @throws LiveRefusal where it does not start; the next view tries again. */
  #process(): Promise<Socket> {
    this.#socket ??= this.#start().catch((error: Error) => {
      this.#socket = null;
      this.#options.log.error({ err: error }, 'node-datachannel did not start');
      throw new LiveRefusal(503, `node-datachannel did not start: ${error.message}`);
    });
    return this.#socket;
  }

  async #start(): Promise<Socket> {
    if (this.#closed) throw new Error('the worker stops');
    const { log, ...setup } = this.#options;
    const { path, pid } = await this.#thread.call({ kind: 'start', setup });
    const socket = connect(path);
    await once(socket, 'connect').catch(async (error: Error) => {
      await this.#thread.call({ kind: 'stop' });
      throw error;
    });
    const reader = new FrameReader<FromWhepProcess>();
    socket.on('data', (chunk: Buffer) => {
      try {
        for (const frame of reader.take(chunk)) {
          if (frame.kind === 'message') this.#take(frame.message);
        }
      } catch (error) {
        socket.destroy(error as Error);
      }
    });
    socket.on('error', () => {});
    socket.on('close', () => this.#over());
    // It keeps no process alive that has nothing else to do.
    socket.unref();
    this.#connected = socket;
    this.#pid = pid;
    log.info({ pid }, 'node-datachannel runs');
    return socket;
  }

  #over(): void {
    this.#socket = this.#connected = null;
    this.#pid = undefined;
    const views = [...this.#views.keys()];
    for (const session of views) this.#leave(session);
    if (this.#closed) return;
    this.#options.log.error({ views: views.length }, 'the process of node-datachannel ended');
    // One that hangs does not end with its socket.
    this.#thread.call({ kind: 'stop' }).catch(() => {});
  }

  #take(message: FromWhepProcess): void {
    const view = this.#views.get(message.session);
    if (!view) return;
    if (message.kind === 'opened') view.opened?.resolve(message.answer);
    else if (message.kind === 'refused') {
      const { status, message: text } = message;
      view.opened?.reject(new LiveRefusal(status ?? 503, text));
    } else if (message.kind === 'connected') {
      view.source.connected?.();
      this.#options.log.info({ camera: view.camera, viewers: this.viewers }, 'viewer connected');
    } else this.end(message.session);
  }

  #enter(source: PacketSource, socket: Socket): Feed {
    const known = this.#feeds.get(source);
    if (known) {
      known.views += 1;
      return known;
    }
    const used = new Set([...this.#feeds.values()].map((feed) => feed.number));
    do this.#feedCount = (this.#feedCount + 1) % 65_536;
    while (used.has(this.#feedCount));
    const number = this.#feedCount;
    const leave = source.subscribe((packet) => {
      if (socket.writableLength < MOST_WAITING) socket.write(packetFrame(number, packet));
    });
    const feed: Feed = { number, leave, views: 1 };
    this.#feeds.set(source, feed);
    return feed;
  }

  /** The view takes no more packets; the last one of a camera ends its feed. */
  #leave(session: string): View | undefined {
    const view = this.#views.get(session);
    if (!view) return undefined;
    this.#views.delete(session);
    view.opened?.reject(new LiveRefusal(503, 'the view ended before it began'));
    const { feed } = view;
    if (!feed) return view;
    feed.views -= 1;
    if (feed.views > 0) return view;
    feed.leave();
    for (const [source, one] of this.#feeds) if (one === feed) this.#feeds.delete(source);
    return view;
  }
}
