import { ulid } from 'ulid';
import type { Copied } from '$lib/api/offline-copy.ts';
import { Polled } from '$lib/api/polled.svelte.ts';
import type { Outbox } from '$lib/outbox/outbox.svelte.ts';
import type { OwnAttendance } from './attendance-api.ts';
import { type Direction, placeOfPhone, readOwnWithCopy, standingOf } from './press.ts';

/** Polling interval, ms. */
const EVERY_MS = 60_000;

/** Own attendance of now, with the presses that wait on this phone. */
export class OwnState {
  readonly polled = new Polled<Copied<OwnAttendance>>(readOwnWithCopy, EVERY_MS);
  /** The place of the phone is being found. */
  locating = $state(false);
  now = $state(Date.now());
  readonly #outbox: Outbox;
  readonly standing = $derived.by(() => {
    const copied = this.polled.value;
    return standingOf(copied?.value ?? null, copied?.at ?? null, this.#outbox.entries);
  });
  readonly rests = $derived(this.now < this.standing.restsUntil);

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  /** Loads and polls; returns a function that stops it. */
  follow(): () => void {
    const stop = this.polled.follow();
    const timer = setInterval(() => (this.now = Date.now()), 1_000);
    return () => {
      stop();
      clearInterval(timer);
    };
  }

  /**
   * Clocks in or out: kept on the phone with the time of pressing, then sent.
   *
   * @throws where the storage of the phone is full.
   */
  async press(direction: Direction): Promise<void> {
    if (this.locating) return;
    const pressedAt = new Date().toISOString();
    const phone = this.polled.value?.value.phone;
    this.locating = true;
    try {
      const place = phone?.asked && phone.agreed ? await placeOfPhone() : null;
      await this.#outbox.add(ulid(), { kind: 'clock', direction, pressedAt, place }, []);
    } finally {
      this.locating = false;
      this.now = Date.now();
    }
  }
}
