/** How far a replay is, as the API answers. */
interface Told {
  state: 'running' | 'done' | 'failed';
  progress: number;
}
interface Operations<State extends Told, Asked> {
  start: (asked: Asked) => Promise<{ id: string }>;
  read: (id: string) => Promise<State>;
  cancel: (id: string) => Promise<unknown>;
}

const ASK_EVERY_MS = 700;

/** A replay at a worker, which is asked for how far it is until it is done, or cancelled. */
export class ReplayRun<State extends Told, Asked> {
  value = $state.raw<State | null>(null);
  failure = $state.raw<unknown>(null);
  running = $state(false);
  readonly #operations: Operations<State, Asked>;
  #id: string | null = null;
  /** Of the latest start: an earlier one says nothing any more. */
  #round = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(operations: Operations<State, Asked>) {
    this.#operations = operations;
  }

  async start(asked: Asked): Promise<void> {
    await this.cancel();
    const round = ++this.#round;
    this.value = null;
    this.failure = null;
    this.running = true;
    try {
      const { id } = await this.#operations.start(asked);
      if (round !== this.#round) {
        // Cancelled before it had an id.
        await this.#operations.cancel(id);
        return;
      }
      this.#id = id;
      await this.#ask(round, id);
    } catch (error) {
      if (round === this.#round) this.#fail(error);
    }
  }

  /** Ends a replay that runs; what is shown of one that is done stays. */
  async cancel(): Promise<void> {
    clearTimeout(this.#timer);
    const id = this.#id;
    this.#round++;
    this.#id = null;
    if (!this.running) return;
    this.running = false;
    this.value = null;
    // One that is gone already needs no end.
    if (id !== null) await this.#operations.cancel(id).catch(() => {});
  }

  async #ask(round: number, id: string): Promise<void> {
    try {
      const told = await this.#operations.read(id);
      if (round !== this.#round) return;
      this.value = told;
      this.running = told.state === 'running';
      if (this.running) this.#timer = setTimeout(() => void this.#ask(round, id), ASK_EVERY_MS);
    } catch (error) {
      if (round === this.#round) this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.failure = error;
    this.running = false;
    this.value = null;
    this.#id = null;
  }
}
