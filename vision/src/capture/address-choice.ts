import { type CameraFaultCode, SecondWay } from '@anshi/contracts';

/** The first address is that of `url`, the second that of `secondUrl`. */
export type WhichAddress = 'first' | 'second';

/**
 * When a camera with two addresses goes over from one to the other: after so many attempts in a row
 * without a picture, or so long without one.
 */
const TRIES = 2;
/** Between these attempts, ms. */
const AGAIN_MS = 1_000;
export const WITHOUT_PICTURE_MS = 5_000;

/** Which address of a camera is used, and since when the first is lost. Times in ms of a monotonic clock. */
export class AddressChoice {
  readonly #hasSecond: boolean;
  readonly #way: SecondWay;
  #current: WhichAddress = 'first';
  /** Attempts without a picture at the current address. */
  #tries = 0;
  /** Whether a picture came since the last change. */
  #cameSince = true;
  /** Whether the other address is not known to give no picture either. */
  #mayOtherWork = true;
  #lastPicture: number;

  /** @param stayMs least time on the second address. */
  constructor(hasSecond: boolean, now: number, stayMs?: number) {
    this.#hasSecond = hasSecond;
    this.#way = new SecondWay(stayMs);
    this.#lastPicture = now;
  }

  get current(): WhichAddress {
    return this.#current;
  }
  get hasSecond(): boolean {
    return this.#hasSecond;
  }

  /** A picture came over the current address. */
  picture(now: number): void {
    this.#tries = 0;
    this.#cameSince = true;
    this.#mayOtherWork = true;
    this.#lastPicture = now;
  }

  /**
   * A run over the current address ended, and the other one may be the current one now.
   *
   * @returns the longest time to wait before the next attempt, ms; null for the usual one.
   */
  failed(code: CameraFaultCode, now: number): number | null {
    if (!this.#hasSecond) return null;
    this.#tries++;
    // Where neither gives a picture, each is tried once in turn.
    // A stall has lasted long enough; of a refused password another attempt makes it no better.
    const isSure = code === 'stalled' || code === 'unauthorized';
    const tries = this.#cameSince && !isSure ? TRIES : 1;
    if (this.#tries < tries && now - this.#lastPicture < WITHOUT_PICTURE_MS) return AGAIN_MS;
    const isFresh = this.#mayOtherWork;
    this.#turn(now);
    this.#mayOtherWork = false;
    return isFresh ? 0 : null;
  }

  /** Whether the first may be tried for its pictures. */
  mayGoBack(now: number): boolean {
    return this.#current === 'second' && this.#way.isOver(now);
  }

  /** The first works again, and is used from now on. Where it gives no picture, one attempt is enough. */
  goBack(now: number): void {
    this.#turn(now);
    this.#mayOtherWork = true;
  }

  #turn(now: number): void {
    if (this.#current === 'first') this.#way.take(now);
    else this.#way.leave(now);
    this.#current = this.#current === 'first' ? 'second' : 'first';
    this.#tries = 0;
    this.#cameSince = false;
  }
}
