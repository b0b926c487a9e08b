/** The bytes of a view by MPEG-1, as they come. */
export class Mpeg1Viewer {
  readonly response: Response;
  bytes = Buffer.alloc(0);
  /** Whether the body is over, in whichever way. */
  isOver = false;
  readonly #abort: AbortController;
  readonly #onBytes: () => void;

  private constructor(response: Response, abort: AbortController, onBytes: () => void) {
    this.response = response;
    this.#abort = abort;
    this.#onBytes = onBytes;
    this.#read().catch(() => {
      // Cut off, as it should be.
    });
  }

  static async open(
    url: string,
    headers: Record<string, string>,
    onBytes: () => void,
  ): Promise<Mpeg1Viewer> {
    const abort = new AbortController();
    const response = await fetch(url, { method: 'POST', headers, signal: abort.signal });
    return new Mpeg1Viewer(response, abort, onBytes);
  }

  /** Begins of pictures so far (ISO 11172-2, picture_start_code), by the headers of their packets. */
  get pictures(): number {
    let found = 0;
    for (let at = 0; at + 188 <= this.bytes.length; at += 188) {
      // payload_unit_start_indicator; a picture is a PES packet of its own.
      const starts = (this.bytes[at + 1]! & 0x40) !== 0;
      if (starts && this.bytes.subarray(at, at + 188).includes(PICTURE_START)) found += 1;
    }
    return found;
  }

  leave(): void {
    this.#abort.abort();
    // A body of which nothing was read yet may say nothing of it.
    this.isOver = true;
    this.#onBytes();
  }

  async #read(): Promise<void> {
    try {
      for await (const chunk of this.response.body ?? []) {
        this.bytes = Buffer.concat([this.bytes, chunk]);
        this.#onBytes();
      }
    } finally {
      this.isOver = true;
      this.#onBytes();
    }
  }
}

const PICTURE_START = Buffer.from([0, 0, 1, 0]);
