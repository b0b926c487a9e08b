/** A view does not wait longer for them, ms: without them it may well play. */
const WITHIN_MS = 3_000;
/** That a company has no such servers stands for so long, ms. */
const NONE_FOR_MS = 5 * 60_000;

export interface IceServersOptions {
  /** Asks the API for the servers of one view. */
  readonly ask: () => Promise<readonly RTCIceServer[]>;
  /** Milliseconds since some moment. */
  readonly now?: () => number;
}

/**
 * The ICE servers of a view. Each one gets a credential of its own; where the company has no servers, that is
 * remembered, so that the tiles of a wall do not ask one after the other.
 */
export class IceServers {
  readonly #options: IceServersOptions;
  readonly #now: () => number;
  #noneUntil = Number.NEGATIVE_INFINITY;
  #first: Promise<readonly RTCIceServer[]> | null = null;

  constructor(options: IceServersOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** Empty where they cannot be had: the view then says itself what is wrong with the API. */
  async forView(): Promise<RTCIceServer[]> {
    if (this.#now() < this.#noneUntil) return [];
    try {
      // Tiles that open together wait for the first answer, and ask themselves only where there are servers.
      const isFirst = this.#first === null;
      this.#first ??= this.#ask().finally(() => {
        this.#first = null;
      });
      const first = await this.#first;
      if (first.length === 0) {
        this.#noneUntil = this.#now() + NONE_FOR_MS;
        return [];
      }
      return [...(isFirst ? first : await this.#ask())];
    } catch {
      return [];
    }
  }

  /** @throws Error where no answer comes in time. */
  async #ask(): Promise<readonly RTCIceServer[]> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error('no answer')), WITHIN_MS);
    });
    return Promise.race([this.#options.ask(), late]).finally(() => clearTimeout(timer));
  }
}
