import { Problem } from '../../platform/http/errors.ts';

/** Most rankings that wait; each takes seconds in a large company. */
const MOST_WAITING = 4;
/** When to ask again where too many wait, seconds. */
const RETRY_SECONDS = 5;

interface Ranking {
  readonly account: string;
  readonly controller: AbortController;
  start(): void;
}

/**
 * Queue of candidate rankings: one runs at a time in this process, in order of arrival, with one per account; a newer one of the
 * same account replaces the older. Several at once would delay the decisions of gates.
 */
export class Rankings {
  readonly #waiting: Ranking[] = [];
  #running: Ranking | null = null;

  /**
   * @param closed ends it: the request is closed, and nothing reads the answer.
   * @param work stops soon after its signal is aborted, with the reason of the signal.
   * @throws Problem `match.busy` where too many wait, `match.replaced` where it was ended.
   */
  async run<Result>(
    account: string,
    closed: AbortSignal,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const others = this.#waiting.filter((one) => one.account !== account);
    if (others.length >= MOST_WAITING) {
      throw new Problem('match.busy', undefined, { retryAfterSeconds: RETRY_SECONDS });
    }
    const before = [...this.#waiting, ...(this.#running ? [this.#running] : [])];
    for (const one of before) if (one.account === account) this.#end(one);
    let start = () => {};
    const turn = new Promise<void>((resolve) => {
      start = resolve;
    });
    const own: Ranking = { account, controller: new AbortController(), start };
    const { signal } = own.controller;
    const end = () => this.#end(own);
    closed.addEventListener('abort', end);
    if (closed.aborted) end();
    if (this.#running) {
      if (!signal.aborted) this.#waiting.push(own);
      else own.start();
      await turn;
    } else this.#running = own;
    try {
      signal.throwIfAborted();
      return await work(signal);
    } finally {
      closed.removeEventListener('abort', end);
      if (this.#running === own) {
        this.#running = this.#waiting.shift() ?? null;
        this.#running?.start();
      }
    }
  }

  /** One that waits gives up its place; one that runs does so once its work has stopped. */
  #end(one: Ranking): void {
    one.controller.abort(new Problem('match.replaced'));
    const place = this.#waiting.indexOf(one);
    if (place < 0) return;
    this.#waiting.splice(place, 1);
    one.start();
  }
}
