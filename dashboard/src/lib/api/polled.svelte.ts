import { serverNow } from './server-clock.ts';

/** Timeout of a request. */
const answerWithin = 8_000;
/** Number of failed polls before the last value counts as outdated. */
const failuresBorne = 3;

/**
 * Data that the API does not push, polled while the page is visible. After a failure the last value
 * stays, and {@link outdated} tells when it is stale.
 */
export class Polled<Value> {
  value = $state.raw<Value | null>(null);
  error = $state.raw<unknown>(null);
  /** Time of the value by the clock of the API, milliseconds since 1970. */
  at = $state(0);
  readonly #ask: (signal: AbortSignal) => Promise<Value>;
  readonly #every: number;
  #asking = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #following = false;

  /** @param every milliseconds from an answer to the next question */
  constructor(ask: (signal: AbortSignal) => Promise<Value>, every: number) {
    this.#ask = ask;
    this.#every = every;
  }

  /** Whether there is a stale value. */
  outdated(now: number): boolean {
    return (
      this.value !== null && this.error !== null && now - this.at > failuresBorne * this.#every
    );
  }

  /** Loads and polls; returns a function that stops it. */
  follow(): () => void {
    this.#following = true;
    const onVisibility = (): void => {
      if (!document.hidden) void this.load();
    };
    document.addEventListener('visibilitychange', onVisibility);
    void this.load();
    return () => {
      this.#following = false;
      clearTimeout(this.#timer);
      document.removeEventListener('visibilitychange', onVisibility);
    };
  }

  /** Polls now, unless a request is pending. */
  async load(): Promise<void> {
    if (this.#asking) return;
    clearTimeout(this.#timer);
    this.#asking = true;
    try {
      this.value = await this.#ask(AbortSignal.timeout(answerWithin));
      this.at = serverNow();
      this.error = null;
    } catch (error) {
      this.error = error;
    } finally {
      this.#asking = false;
    }
    if (this.#following && !document.hidden) {
      this.#timer = setTimeout(() => void this.load(), this.#every);
    }
  }
}
