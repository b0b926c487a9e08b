import { HelperThread } from './helper-thread.ts';

/** I420 as in `Frame`. */
export interface RawPicture {
  readonly pixels: ArrayBuffer;
  readonly width: number;
  readonly height: number;
}

const ATTEMPTS = 3;

/** Encodes JPEGs of frames in a thread of its own, so that the main loop is not blocked. */
export class Snapshots {
  readonly #thread = new HelperThread<RawPicture, Uint8Array>(
    new URL('./snapshot-thread.ts', import.meta.url),
  );

  /**
   * @param picture kept until the JPEG is made, for a retry where the thread fails.
   * @returns the JPEG, of the same size.
   */
  async jpeg(picture: RawPicture): Promise<Uint8Array> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#thread.call(picture);
      } catch (error) {
        if (attempt === ATTEMPTS)
          throw new Error('the snapshot cannot be encoded', { cause: error });
      }
    }
  }

  /** Starts the thread ahead of the first picture. */
  warm(): void {
    this.#thread.warm();
  }

  close(): Promise<void> {
    return this.#thread.close();
  }
}
