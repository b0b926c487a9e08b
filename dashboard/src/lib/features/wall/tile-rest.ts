/** After the last person or movement a tile stays live for so long, ms. */
const ACTIVE_MS = 10_000;
/** Without an observation for so long it is not known whether something happens: the tile is live, ms. */
const UNKNOWN_MS = 5_000;

/** Whether nothing happens before the camera of a small tile, so that stills do. Times in ms of any one clock. */
export class TileRest {
  #seenAt = Number.NEGATIVE_INFINITY;
  #activeAt = Number.NEGATIVE_INFINITY;

  /** The analysis saw so many people. */
  observed(people: number, now: number): void {
    this.#seenAt = now;
    if (people > 0) this.#activeAt = now;
  }

  /** Something moved in the picture. */
  moved(now: number): void {
    this.#activeAt = now;
  }

  rests(now: number): boolean {
    return now - this.#seenAt < UNKNOWN_MS && now - this.#activeAt >= ACTIVE_MS;
  }
}
