import { live } from '$lib/live/live.svelte.ts';
import { deskSetting } from './desk-setting.ts';
import { acknowledgeDeskAlarms, type DeskAlarm, listDeskAlarms } from './shift-log-api.ts';

/** As many are shown and ring in tiles; the number counts all. */
const SHOWN = 20;
/** Changes that come together are asked for once, ms. */
const TOGETHER_MS = 150;

export type Acknowledged = Awaited<ReturnType<typeof acknowledgeDeskAlarms>>['items'][number];

/** The open alarms of the control room, the same on every screen. */
export class Desk {
  items = $state.raw<DeskAlarm[]>([]);
  total = $state(0);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #generation = 0;

  /** Keeps them current; returns a function that stops it. */
  follow(): () => void {
    void this.load();
    const stops = [
      live.on('incidents', 'incident', () => this.#soon()),
      live.on('desk-alarms', 'desk-alarms', () => this.#soon()),
      live.onAgain(() => void this.load()),
    ];
    return () => {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#generation++;
      for (const stop of stops) stop();
      this.items = [];
      this.total = 0;
    };
  }

  async load(): Promise<void> {
    const generation = ++this.#generation;
    try {
      const { items, total } = await listDeskAlarms({ from: deskSetting.value.from, limit: SHOWN });
      if (generation !== this.#generation) return;
      this.items = items;
      this.total = total;
    } catch {
      // What is shown stays: an alarm does not fall silent because the server is away.
    }
  }

  /** Whether an alarm of this camera is open. */
  rings(camera: string): boolean {
    return this.items.some(({ incident }) => incident.cameras.includes(camera));
  }

  /** Acknowledges alarms at the severity that is shown. @throws where the API refuses. */
  async acknowledge(alarms: readonly DeskAlarm[]): Promise<Acknowledged[]> {
    const { items } = await acknowledgeDeskAlarms({
      alarms: alarms.map(({ incident: { id, severity } }) => ({ incident: id, severity })),
    });
    await this.load();
    return items;
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.load();
    }, TOGETHER_MS);
  }
}

export const desk = new Desk();
