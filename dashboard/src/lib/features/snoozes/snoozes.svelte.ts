import { dateTime } from '$lib/format/time.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { can, isOn } from '$lib/session/can.ts';
import { session } from '$lib/session/session.svelte.ts';
import { words } from './i18n.ts';
import { listSnoozes, type Snooze } from './snoozes-api.ts';

const EVERY_MS = 15_000;

/** What rests now, for the wall and the list of cameras. */
class OpenSnoozes {
  items = $state.raw<Snooze[]>([]);
  #followers = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  async load(): Promise<void> {
    // A screen on a wall is not told why something rests.
    if (!can('camera:read') || !isOn('monitoring') || session.user?.screen) return;
    try {
      this.items = (await listSnoozes({ open: 'true', limit: 200 })).items;
    } catch {
      // The last known ones stay; the next load tries again.
    }
  }

  /** Those of a camera that hold now. */
  of(camera: string): Snooze[] {
    return this.items.filter((one) => one.camera === camera && one.state === 'in-force');
  }

  /** Keeps them current; returns a function that stops it. */
  follow(): () => void {
    if (this.#followers++ === 0) {
      void this.load();
      this.#timer = setInterval(() => void this.load(), EVERY_MS);
    }
    return () => {
      this.#followers -= 1;
      if (this.#followers === 0) clearInterval(this.#timer);
    };
  }
}

export const openSnoozes = new OpenSnoozes();

/** "snoozed until … by … because …". */
export const snoozeText = (of: {
  until: string;
  by: { zh: string; en: string } | null;
  reason: string;
}): string =>
  words.t.because(dateTime(of.until, i18n.locale), of.by ? i18n.name(of.by) : '—', of.reason);
