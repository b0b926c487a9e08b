import { fetchRaw } from '$lib/api/client.ts';

/**
 * Evidence needs the bearer token, which an <img> or <video> cannot send: it is fetched and shown
 * from an object URL. An LRU cache; evicted URLs are revoked and fetched again when needed.
 */
export class BlobCache {
  readonly #limit: number;
  readonly #load: (url: string) => Promise<Blob>;
  readonly #urls = new Map<string, Promise<string>>();

  constructor(limit: number, load: (url: string) => Promise<Blob>) {
    this.#limit = limit;
    this.#load = load;
  }

  /** @throws ApiError where the API refuses; failures are not cached. */
  get(url: string): Promise<string> {
    const known = this.#urls.get(url);
    if (known) {
      this.#urls.delete(url);
      this.#urls.set(url, known);
      return known;
    }
    const loaded = this.#load(url).then((blob) => URL.createObjectURL(blob));
    this.#urls.set(url, loaded);
    loaded.catch(() => this.#urls.delete(url));
    this.#trim();
    return loaded;
  }

  /** Forgets one file at once. */
  drop(url: string): void {
    void this.#urls.get(url)?.then(URL.revokeObjectURL, () => {});
    this.#urls.delete(url);
  }

  /** Clears the cache, at sign-out. */
  clear(): void {
    for (const url of this.#urls.values()) void url.then(URL.revokeObjectURL, () => {});
    this.#urls.clear();
  }

  #trim(): void {
    for (const [key, value] of this.#urls) {
      if (this.#urls.size <= this.#limit) return;
      this.#urls.delete(key);
      void value.then(URL.revokeObjectURL, () => {});
    }
  }
}

const load = async (url: string): Promise<Blob> => (await fetchRaw(url)).blob();

export const pictures = new BlobCache(160, load);
/** As many as play side by side: those of an incident and of the cameras beside it. */
export const clips = new BlobCache(12, load);
