import type { Incident, Violation } from '$lib/api/types.ts';
import { session } from '$lib/session/session.svelte.ts';
import type { ServerMessage, Topic } from './messages.ts';
import { Newest } from './newest.ts';
import { type LinkState, LiveSocket } from './socket.ts';

type MessageOf<Type extends ServerMessage['type']> = Extract<ServerMessage, { type: Type }>;

const refusedPause = 10_000;

/** The page's connection to the API for live events. */
class Live {
  state = $state.raw<LinkState>({ name: 'idle' });
  /** True from the loss of an open connection until it is back. */
  lost = $state(false);
  /** Known versions of violations in this page, which never go back. */
  readonly violations = new Newest<Violation>();
  /** The same of incidents. */
  readonly incidents = new Newest<Incident>();
  readonly #again = new Set<() => void>();
  readonly #socket = new LiveSocket({
    open: () => new WebSocket(new URL('/api/v1/live-events', location.href.replace(/^http/, 'ws'))),
    token: () => session.token,
    onState: (state) => this.#change(state),
    onReady: (again) => {
      if (again) for (const reload of [...this.#again]) reload();
    },
    isNews: (message) => {
      if (message.type === 'violation') return this.violations.take(message.violation);
      return message.type !== 'incident' || this.incidents.take(message.incident);
    },
  });

  #refusedAt = 0;
  #following: (() => void) | null = null;

  constructor() {
    // What may not be shown any more goes at once; the next token has all that changed.
    this.#socket.listen((message) => {
      if (message.type !== 'rights') return;
      session.setUser({ permissions: message.permissions });
      void session.renew(session.token);
    });
  }

  start(): void {
    // An open connection continues with the next token.
    this.#following ??= session.onToken((token) => this.#socket.renew(token));
    this.#startFresh();
  }

  stop(): void {
    this.#following?.();
    this.#following = null;
    this.#socket.stop();
    // The next user may see other data.
    this.violations.clear();
    this.incidents.clear();
  }

  retryNow(): void {
    this.#socket.retryNow();
  }

  /**
   * Calls back for each message of the type while subscribed; returns a function that unsubscribes.
   */
  on<Type extends ServerMessage['type']>(
    topic: Topic,
    type: Type,
    listener: (message: MessageOf<Type>) => void,
  ): () => void {
    const leave = this.#socket.subscribe(topic);
    const mute = this.#socket.listen((message) => {
      if (message.type === type) listener(message as MessageOf<Type>);
    });
    return () => {
      leave();
      mute();
    };
  }

  /** Calls back after a reconnect, when missed data must be loaded. */
  onAgain(reload: () => void): () => void {
    this.#again.add(reload);
    return () => this.#again.delete(reload);
  }

  #change(state: LinkState): void {
    this.state = state;
    if (state.name === 'waiting') this.lost = true;
    if (state.name === 'open' || state.name === 'idle') this.lost = false;
    // The token had expired, as after a standby, or the session has ended.
    if (state.name === 'refused') this.#renewAndStart();
  }

  #renewAndStart(): void {
    // Prevents a loop of refused reconnects.
    const soon = Date.now() - this.#refusedAt < refusedPause;
    this.#refusedAt = Date.now();
    setTimeout(
      () => void session.renew(session.token).then(() => this.#startFresh()),
      soon ? refusedPause : 0,
    );
  }

  #startFresh(): void {
    void session.fresh().then((token) => {
      if (!this.#following) return;
      if (token) this.#socket.start();
      // No network: the next token starts it.
    });
  }
}

export const live = new Live();
