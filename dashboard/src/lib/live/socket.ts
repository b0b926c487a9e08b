import { serverNow } from '$lib/api/server-clock.ts';
import { type ClientMessage, type ServerMessage, type Topic, tokenRefused } from './messages.ts';

/** `waiting` until `retryAt` (ms since the epoch, by the clock of the API); `refused`: the token is no longer accepted. */
export type LinkState =
  | { name: 'idle' | 'connecting' | 'open' | 'refused' }
  | { name: 'waiting'; retryAt: number };

export interface SocketLike {
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  send(text: string): void;
  close(code?: number): void;
}

export interface LiveSocketOptions {
  open: () => SocketLike;
  token: () => string | null;
  onState: (state: LinkState) => void;
  /** Called each time the API accepts the token; `again` after a reconnect. */
  onReady: (again: boolean) => void;
  /** False for an outdated message. */
  isNews?: (message: ServerMessage) => boolean;
  random?: () => number;
}

const firstDelay = 1_000;
const longestDelay = 30_000;
/** The API answers the token at once. */
const readyWithin = 10_000;
/** The API sends a message every 10 s at least: after so long a silence the connection is lost, ms. */
export const longestSilence = 25_000;
/** How often the silence is measured, ms. */
const silenceEvery = 2_000;

type Listener = (message: ServerMessage) => void;

/**
 * One WebSocket to the API that reconnects automatically (1, 2, 4 … 30 s, with jitter), also after
 * silence, and resubscribes. A topic with several subscribers is subscribed once and unsubscribed with the last
 * of them.
 */
export class LiveSocket {
  readonly #options: LiveSocketOptions;
  readonly #listeners = new Set<Listener>();
  readonly #wanted = new Map<Topic, number>();
  #socket: SocketLike | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #silence: ReturnType<typeof setInterval> | undefined;
  /** When the API was heard last, ms since the epoch: this clock goes on while a computer sleeps. */
  #heardAt = 0;
  #attempts = 0;
  #ready = false;
  #wasReady = false;
  #stopped = true;

  constructor(options: LiveSocketOptions) {
    this.#options = options;
  }

  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#attempts = 0;
    this.#connect();
  }

  stop(): void {
    this.#stopped = true;
    this.#drop();
    this.#wasReady = false;
    this.#options.onState({ name: 'idle' });
  }

  /** Continues with the next token, on the open connection or a new one. */
  renew(token: string): void {
    if (this.#stopped) this.start();
    else if (this.#ready) this.#send({ type: 'auth', token });
  }

  /** Reconnects without waiting. */
  retryNow(): void {
    if (this.#stopped || this.#ready) return;
    this.#drop();
    this.#connect();
  }

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  subscribe(topic: Topic): () => void {
    const users = this.#wanted.get(topic) ?? 0;
    this.#wanted.set(topic, users + 1);
    if (users === 0 && this.#ready) this.#send({ type: 'subscribe', topics: [topic] });
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const rest = (this.#wanted.get(topic) ?? 1) - 1;
      if (rest > 0) {
        this.#wanted.set(topic, rest);
        return;
      }
      this.#wanted.delete(topic);
      if (this.#ready) this.#send({ type: 'unsubscribe', topics: [topic] });
    };
  }

  #connect(): void {
    const token = this.#options.token();
    if (!token) return;
    this.#options.onState({ name: 'connecting' });
    const socket = this.#options.open();
    this.#socket = socket;
    this.#timer = setTimeout(() => this.#lost(socket), readyWithin);
    socket.onopen = () => this.#send({ type: 'auth', token });
    socket.onmessage = (event: { data: unknown }) => this.#receive(socket, event.data);
    socket.onclose = (event: { code: number }) => {
      if (event.code !== tokenRefused || socket !== this.#socket) return this.#lost(socket);
      this.#stopped = true;
      this.#drop();
      this.#options.onState({ name: 'refused' });
    };
  }

  #receive(socket: SocketLike, data: unknown): void {
    if (socket !== this.#socket || typeof data !== 'string') return;
    this.#heardAt = Date.now();
    const message = JSON.parse(data) as ServerMessage;
    if (message.type === 'ready' && !this.#ready) this.#becomeReady();
    if (this.#options.isNews?.(message) === false) return;
    for (const listener of [...this.#listeners]) listener(message);
  }

  #becomeReady(): void {
    clearTimeout(this.#timer);
    this.#ready = true;
    this.#attempts = 0;
    const socket = this.#socket;
    this.#silence = setInterval(() => {
      if (socket && Date.now() - this.#heardAt > longestSilence) this.#lost(socket);
    }, silenceEvery);
    if (this.#wanted.size > 0) {
      this.#send({ type: 'subscribe', topics: [...this.#wanted.keys()] });
    }
    this.#options.onState({ name: 'open' });
    this.#options.onReady(this.#wasReady);
    this.#wasReady = true;
  }

  #lost(socket: SocketLike): void {
    if (socket !== this.#socket) return;
    this.#drop();
    if (this.#stopped) return;
    const base = Math.min(longestDelay, firstDelay * 2 ** this.#attempts);
    this.#attempts += 1;
    const delay = Math.round(base * (0.75 + 0.5 * (this.#options.random ?? Math.random)()));
    this.#options.onState({ name: 'waiting', retryAt: serverNow() + delay });
    this.#timer = setTimeout(() => this.#connect(), delay);
  }

  #drop(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#silence);
    this.#ready = false;
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #send(message: ClientMessage): void {
    this.#socket?.send(JSON.stringify(message));
  }
}
