import { live } from '$lib/live/live.svelte.ts';
import { deskSetting } from './desk-setting.ts';
import { acknowledgeDeskAlarms, type DeskAlarm, listDeskAlarms } from './shift-log-api.ts';

/** As many are listed; the number and the cameras are of all. */
const LISTED = 20;
/** The first change loads the list at once; further changes within this time cause one load at its end, ms. */
const TOGETHER_MS = 150;
/** After a failure it asks again, ms. */
const RETRY_MS = 5_000;
/** An alarm ends after a day without any message, ms. */
const REFRESH_MS = 60_000;

export type Acknowledged = Awaited<ReturnType<typeof acknowledgeDeskAlarms>>['items'][number];

/** The open alarms of the control room, the same on every screen. */
export class Desk {
  items = $state.raw<DeskAlarm[]>([]);
  total = $state(0);
  cameras = $state.raw<readonly string[]>([]);
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The request that runs, and whether something changed since it began. */
  #running: Promise<void> | null = null;
  #isStale = false;
  #generation = 0;
  #changedAt = Number.NEGATIVE_INFINITY;

  /** Keeps them current; returns a function that stops it. */
  follow(): () => void {
    const generation = ++this.#generation;
    void this.load();
    const stops = [
      live.on('incidents', 'incident', () => this.#changed()),
      live.on('desk-alarms', 'desk-alarms', () => this.#changed()),
      live.onAgain(() => this.#soon(0)),
    ];
    const refresh = setInterval(() => this.#soon(0), REFRESH_MS);
    return () => {
      clearInterval(refresh);
      clearTimeout(this.#timer);
      this.#timer = undefined;
      for (const stop of stops) stop();
      if (generation === this.#generation) this.#generation++;
      this.#show([], 0, []);
    };
  }

  /**
   * Loads the open alarms, one request at a time. Changes that arrive while one runs cause one more request
   * after it, so that frequent changes do not delay the display.
   */
  load(): Promise<void> {
    if (this.#running) {
      this.#isStale = true;
      return this.#running;
    }
    this.#running = this.#ask().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  /** Whether an alarm of this camera is open. */
  rings(camera: string): boolean {
    return this.cameras.includes(camera);
  }

  /** Acknowledges alarms at the severity that is shown. @throws where the API refuses. */
  async acknowledge(alarms: readonly DeskAlarm[]): Promise<Acknowledged[]> {
    const { items } = await acknowledgeDeskAlarms({
      alarms: alarms.map(({ incident: { id, severity } }) => ({ incident: id, severity })),
    });
    await this.load();
    return items;
  }

  async #ask(): Promise<void> {
    do {
      this.#isStale = false;
      const generation = this.#generation;
      try {
        const from = deskSetting.value.from;
        const { items, total, cameras } = await listDeskAlarms({ from, limit: LISTED });
        if (generation === this.#generation) this.#show(items, total, cameras);
      } catch {
        // What is shown stays: an alarm does not fall silent because the server is away.
        this.#soon(RETRY_MS);
        return;
      }
    } while (this.#isStale);
  }

  #show(items: DeskAlarm[], total: number, cameras: readonly string[]): void {
    this.items = items;
    this.total = total;
    this.cameras = cameras;
  }

  #changed(): void {
    const now = performance.now();
    const isFirst = now - this.#changedAt >= TOGETHER_MS;
    this.#changedAt = now;
    this.#soon(isFirst ? 0 : TOGETHER_MS);
  }

  #soon(ms: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.load();
    }, ms);
  }
}

export const desk = new Desk();
