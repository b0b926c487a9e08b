import { client, take } from '$lib/api/client.ts';
import type { Answer } from '$lib/api/types.ts';
import { live } from '$lib/live/live.svelte.ts';

type NoticePage = Answer<'/api/v1/notices', 'get'>;
export type Notice = NoticePage['items'][number];

const pageSize = 50;

/** The signed-in user's notices, newest first, updated by pushes. */
class Notices {
  items = $state.raw<Notice[]>([]);
  unread = $state(0);
  loading = $state(false);
  error = $state.raw<unknown>(null);
  next = $state<string | null>(null);
  #wanted = false;

  /** Counts from now on; returns a function that stops it. @param onnew called for each new one. */
  follow(onnew: (notice: Notice) => void): () => void {
    void this.#count();
    const stops = [
      live.on('notices', 'notice', ({ notice }) => {
        this.#take(notice);
        onnew(notice);
      }),
      live.on('notices', 'notices-read', ({ ids }) => {
        const read = new Set(ids);
        const at = new Date().toISOString();
        this.items = this.items.map((one) =>
          read.has(one.id) ? { ...one, readAt: one.readAt ?? at } : one,
        );
        void this.#count();
      }),
      live.onAgain(() => void (this.#wanted ? this.load() : this.#count())),
    ];
    return () => {
      for (const stop of stops) stop();
      this.items = [];
      this.unread = 0;
      this.next = null;
      this.#wanted = false;
    };
  }

  async load(): Promise<void> {
    this.#wanted = true;
    this.loading = true;
    this.error = null;
    try {
      this.#put(await page(null), []);
    } catch (error) {
      this.error = error;
    } finally {
      this.loading = false;
    }
  }

  async loadMore(): Promise<void> {
    if (!this.next || this.loading) return;
    this.loading = true;
    try {
      this.#put(await page(this.next), this.items);
    } catch (error) {
      this.error = error;
    } finally {
      this.loading = false;
    }
  }

  async read(ids: string[] | 'all'): Promise<void> {
    const at = new Date().toISOString();
    this.items = this.items.map((one) =>
      (ids === 'all' || ids.includes(one.id)) && !one.readAt ? { ...one, readAt: at } : one,
    );
    try {
      const body = ids === 'all' ? { all: true as const } : { ids };
      this.unread = (await take(client.POST('/api/v1/notices/read', { body }))).unread;
    } catch {
      // Not on record: it stays unread there, and shows so with the next load.
    }
  }

  #put(page: NoticePage, before: Notice[]): void {
    const known = new Set(before.map((one) => one.id));
    this.items = [...before, ...page.items.filter((one) => !known.has(one.id))];
    this.next = page.next;
    this.unread = page.unread;
  }

  /** A repeated one moves to the top, unread. */
  #take(notice: Notice): void {
    this.items = [notice, ...this.items.filter((one) => one.id !== notice.id)];
    void this.#count();
  }

  async #count(): Promise<void> {
    try {
      this.unread = (await take(client.GET('/api/v1/notices/count'))).unread;
    } catch {
      // The banner reports a lost connection; the last number stays.
    }
  }
}

function page(cursor: string | null): Promise<NoticePage> {
  const query = { limit: pageSize, ...(cursor ? { cursor } : {}) };
  return take(client.GET('/api/v1/notices', { params: { query } }));
}

export const notices = new Notices();
