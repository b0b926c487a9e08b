import { session } from '$lib/session/session.svelte.ts';
import type { ServerMessage, Topic } from './messages.ts';
import { type LinkState, LiveSocket } from './socket.ts';

type MessageOf<Type extends ServerMessage['type']> = Extract<ServerMessage, { type: Type }>;

/** The page's one connection to the API for what happens now. */
class Live {
  state = $state.raw<LinkState>({ name: 'idle' });
  /** True from the first loss of a connection that had been open, until it is back. */
  lost = $state(false);
  readonly #again = new Set<() => void>();
  readonly #socket = new LiveSocket({
    open: () => new WebSocket(new URL('/api/v1/live-events', location.href.replace(/^http/, 'ws'))),
    token: () => session.token,
    onState: (state) => this.#change(state),
    onReady: (again) => {
      if (again) for (const reload of [...this.#again]) reload();
    },
  });

  start(): void {
    this.#socket.start();
  }

  stop(): void {
    this.#socket.stop();
  }

  retryNow(): void {
    this.#socket.retryNow();
  }

  /** Calls back for each message of the type while the topic is wanted; returns what ends it. */
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

  /** Calls back after a lost connection is back, when what was missed must be loaded. */
  onAgain(reload: () => void): () => void {
    this.#again.add(reload);
    return () => this.#again.delete(reload);
  }

  #change(state: LinkState): void {
    this.state = state;
    if (state.name === 'waiting') this.lost = true;
    if (state.name === 'open' || state.name === 'idle') this.lost = false;
    if (state.name === 'refused') session.expire();
  }
}

export const live = new Live();
