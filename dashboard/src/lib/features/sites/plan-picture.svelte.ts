import { ApiError } from '$lib/api/problem.ts';
import { Refused } from '$lib/outbox/sync.ts';
import { uploadFile } from '$lib/outbox/upload.ts';
import type { Size } from './plan-size.ts';

/** Thrown for a file that the browser cannot show. */
export class NotAPicture extends Error {}

/** A picture on its way to the API; it is shown meanwhile. */
export class PlanUpload {
  /** Of the file at the API; null while it is sent and checked. */
  id = $state<string | null>(null);
  /** An address that the browser can show; null while nothing is chosen. */
  source = $state<string | null>(null);
  /** Pixels, upright. */
  size = $state.raw<Size | null>(null);
  percent = $state(0);
  failure = $state.raw<unknown>(null);
  busy = $state(false);
  #stop: AbortController | null = null;

  async take(file: File): Promise<void> {
    this.drop();
    const stop = new AbortController();
    this.#stop = stop;
    this.busy = true;
    const source = URL.createObjectURL(file);
    try {
      this.size = await sizeOf(source);
      if (stop.signal.aborted) return;
      this.source = source;
      const sent = { blob: file, name: file.name, type: file.type, uploadUrl: null };
      const id = await uploadFile(
        sent,
        ({ sentBytes }) => {
          if (sentBytes !== undefined) this.percent = Math.floor((100 * sentBytes) / file.size);
        },
        stop.signal,
      );
      if (!stop.signal.aborted) this.id = id;
    } catch (error) {
      if (stop.signal.aborted) return;
      this.drop();
      this.failure =
        error instanceof Refused ? new ApiError(422, error.code, error.message) : error;
    } finally {
      if (this.#stop === stop) this.busy = false;
      if (this.source !== source) URL.revokeObjectURL(source);
    }
  }

  /** Forgets what was chosen. */
  drop(): void {
    this.#stop?.abort();
    if (this.source) URL.revokeObjectURL(this.source);
    this.id = null;
    this.source = null;
    this.size = null;
    this.percent = 0;
    this.failure = null;
    this.busy = false;
  }
}

/** @throws NotAPicture where the browser cannot show it. */
function sizeOf(source: string): Promise<Size> {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => {
      const size: Size = [image.naturalWidth, image.naturalHeight];
      if (size[0] > 0 && size[1] > 0) resolve(size);
      else reject(new NotAPicture());
    };
    image.onerror = () => reject(new NotAPicture());
    image.src = source;
  });
}
