import { live } from '$lib/live/live.svelte.ts';
import { readScreenAlarms, type ScreenAlarms } from './screens-api.ts';

/** It asks so often where no message tells it of an alarm, ms. */
const ASK_EVERY_MS = 2_000;
/** An answer that does not come within this time is given up, ms. */
export const answerWithin = 5_000;
/** Without an answer for so long the server is out of reach, ms. */
export const lostAfter = 6_000;
const LOOK_EVERY_MS = 500;

/** The alarms of a screen on a wall, and whether they are those of now. */
export class ScreenAlarmFeed {
  /** The last answer. It stays while the server is out of reach. */
  value = $state.raw<ScreenAlarms | null>(null);
  /** When the server was heard last, ms since the epoch; null while it is heard. */
  lostSince = $state<number | null>(null);
  readonly #read: typeof readScreenAlarms;
  #heardAt = 0;
  #linkLostAt: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking = false;
  /** Something changed while a request ran. */
  #isStale = false;
  #stopped = true;

  constructor(read = readScreenAlarms) {
    this.#read = read;
  }

  /** Keeps them current; returns a function that stops it. */
  follow(): () => void {
    this.#stopped = false;
    this.#heardAt = Date.now();
    const stops = [
      live.on('screen-alarms', 'screen-alarms', () => this.#now()),
      live.onAgain(() => this.#now()),
    ];
    const look = setInterval(() => this.#look(), LOOK_EVERY_MS);
    this.#now();
    return () => {
      this.#stopped = true;
      clearInterval(look);
      clearTimeout(this.#timer);
      for (const stop of stops) stop();
      this.value = null;
      this.lostSince = this.#linkLostAt = null;
    };
  }

  #now(): void {
    clearTimeout(this.#timer);
    if (this.#asking) this.#isStale = true;
    else void this.#ask();
  }

  async #ask(): Promise<void> {
    this.#asking = true;
    do {
      this.#isStale = false;
      try {
        const answer = await this.#read(AbortSignal.timeout(answerWithin));
        if (this.#stopped) break;
        this.value = answer;
        this.#heardAt = Date.now();
        this.#look();
      } catch {
        // What is shown stays, with the time since when it is not current.
        this.#isStale = false;
      }
    } while (this.#isStale && !this.#stopped);
    this.#asking = false;
    if (!this.#stopped) this.#timer = setTimeout(() => this.#now(), ASK_EVERY_MS);
  }

  #look(): void {
    const now = Date.now();
    // The connection for boxes and states of cameras.
    this.#linkLostAt = live.lost ? (this.#linkLostAt ?? now) : null;
    const silentSince = now - this.#heardAt > lostAfter ? this.#heardAt : null;
    const since = [silentSince, this.#linkLostAt].filter((at) => at !== null);
    this.lostSince = since.length > 0 ? Math.min(...since) : null;
  }
}
