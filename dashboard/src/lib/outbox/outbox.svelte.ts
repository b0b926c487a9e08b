import type { OutboxEntry, OutboxFile, OutboxStore } from './entry.ts';
import { IndexedOutbox } from './indexed-store.ts';
import { type SyncParts, syncOutbox } from './sync.ts';

/** How long receipts of delivered reports are shown. */
const receiptsKept = 24 * 60 * 60_000;
const draftsKept = 3 * 24 * 60 * 60_000;
const lockName = 'anshi-outbox';

export interface NewFile {
  id: string;
  name: string;
  type: string;
  blob: Blob;
}

/**
 * The signed-in user's reports on this phone that the API does not have yet. Sent when there is a
 * network, when the app returns to the foreground, and retried after a failure.
 */
export class Outbox {
  entries = $state.raw<OutboxEntry[]>([]);
  /** False until the store was read. */
  loaded = $state(false);
  #network = $state(typeof navigator === 'undefined' || navigator.onLine);
  /** Whether the API is reachable, by the live connection: a network alone is not sufficient. */
  reached = $state(true);
  readonly online = $derived(this.#network && this.reached);
  /** Undelivered reports: waiting, being sent or refused. */
  readonly unsent = $derived(this.entries.filter((entry) => entry.state !== 'sent'));
  readonly refused = $derived(this.entries.filter((entry) => entry.state === 'refused'));
  readonly #store: OutboxStore;
  #user: string | null = null;
  #parts: Pick<SyncParts, 'send' | 'upload'> | null = null;
  #running: Promise<void> | null = null;
  #again = false;
  #turn: Promise<void> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Called with each delivered report. */
  onArrived: ((entry: OutboxEntry) => void) | null = null;

  constructor(store: OutboxStore = new IndexedOutbox()) {
    this.#store = store;
  }

  /** Works for this person from now on; returns what ends it. */
  follow(user: string, parts: Pick<SyncParts, 'send' | 'upload'>): () => void {
    this.#user = user;
    this.#parts = parts;
    this.entries = [];
    this.loaded = false;
    const wake = (): void => {
      this.#network = navigator.onLine;
      if (this.#network) void this.syncNow();
    };
    const seen = (): void => {
      if (document.visibilityState === 'visible') wake();
    };
    window.addEventListener('online', wake);
    window.addEventListener('offline', wake);
    document.addEventListener('visibilitychange', seen);
    void this.#begin(user);
    return () => {
      window.removeEventListener('online', wake);
      window.removeEventListener('offline', wake);
      document.removeEventListener('visibilitychange', seen);
      clearTimeout(this.#timer);
      this.#user = null;
      this.entries = [];
    };
  }

  /**
   * Stores a report on the phone; resolves when it is persisted, before anything is sent.
   *
   * @throws where the phone's storage is full.
   */
  async add(id: string, report: unknown, files: readonly NewFile[]): Promise<void> {
    await this.#inTurn(() => this.#put(id, report, files, 'waiting'));
    // Without persistent storage the browser may evict it.
    void navigator.storage?.persist?.();
    await this.#load();
    void this.syncNow();
  }

  /**
   * Stores a draft, since a phone with little memory may end the page while its camera is open.
   * `add` with the same id makes a report of it.
   */
  keepDraft(id: string, draft: unknown, files: readonly NewFile[]): Promise<void> {
    return this.#inTurn(async () => {
      const known = await this.#store.entry(id);
      if (known && known.state !== 'draft') return;
      const kept = new Set(files.map((file) => file.id));
      for (const file of known?.files ?? []) {
        if (!kept.has(file)) await this.#store.removeFile(id, file);
      }
      await this.#put(id, draft, files, 'draft');
    });
  }

  /** Writes are serialised: a late draft must not undo the submission. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => {});
    return mine;
  }

  /** The draft when the page ended; null without one. */
  async draft(user: string): Promise<{ id: string; draft: unknown; files: OutboxFile[] } | null> {
    const found = (await this.#store.entries(user)).findLast((entry) => entry.state === 'draft');
    if (!found) return null;
    const files = await Promise.all(found.files.map((id) => this.#store.file(id)));
    return { id: found.id, draft: found.report, files: files.filter((file) => file !== null) };
  }

  async #put(
    id: string,
    report: unknown,
    files: readonly NewFile[],
    state: 'draft' | 'waiting',
  ): Promise<void> {
    const user = this.#user;
    if (user === null) throw new Error('nobody is signed in');
    const entry: OutboxEntry = {
      id,
      user,
      report,
      files: files.map((file) => file.id),
      state,
      createdAt: Date.now(),
      attempts: 0,
      nextTryAt: 0,
      problem: null,
      sentAt: null,
      receipt: null,
    };
    const kept = files.map(
      (file): OutboxFile => ({
        ...file,
        report: id,
        user,
        uploadUrl: null,
        fileId: null,
        sentBytes: 0,
      }),
    );
    await this.#store.add(entry, kept);
  }

  file(id: string): Promise<OutboxFile | null> {
    return this.#store.file(id);
  }

  /** Retries a refused or waiting report at once. */
  async retry(id: string): Promise<void> {
    await this.#store.update(id, { state: 'waiting', nextTryAt: 0, problem: null });
    await this.#load();
    void this.syncNow();
  }

  /** Sends a report without its refused file. */
  async retryWithout(id: string, file: string): Promise<void> {
    await this.#store.removeFile(id, file);
    await this.retry(id);
  }

  async remove(id: string): Promise<void> {
    await this.#store.remove(id);
    await this.#load();
  }

  /** Sends due reports. One at a time per tab, and one tab at a time per browser. */
  syncNow(): Promise<void> {
    if (this.#running) {
      this.#again = true;
      return this.#running;
    }
    this.#running = this.#sync().finally(() => {
      this.#running = null;
      if (!this.#again) return;
      this.#again = false;
      void this.syncNow();
    });
    return this.#running;
  }

  async #begin(user: string): Promise<void> {
    const old = Date.now() - receiptsKept;
    for (const entry of await this.#store.entries(user)) {
      if (entry.state === 'sent' && (entry.sentAt ?? 0) < old) await this.#store.remove(entry.id);
      // A draft untouched for days is deleted.
      else if (entry.state === 'draft') {
        if (entry.createdAt < Date.now() - draftsKept) await this.#store.remove(entry.id);
      }
      // Waiting reports are retried as soon as the app opens.
      else if (entry.state !== 'refused' && entry.state !== 'sent') {
        await this.#store.update(entry.id, { nextTryAt: 0 });
      }
    }
    await this.#load();
    await this.syncNow();
  }

  async #sync(): Promise<void> {
    const user = this.#user;
    const parts = this.#parts;
    if (user === null || parts === null || !navigator.onLine) return;
    clearTimeout(this.#timer);
    const work = (): Promise<number | null> =>
      syncOutbox(user, {
        ...parts,
        store: this.#store,
        now: Date.now,
        random: Math.random,
        changed: () => void this.#load(),
      });
    const due = navigator.locks
      ? await navigator.locks.request(lockName, { ifAvailable: true }, (lock) =>
          // Another tab is sending; check again later.
          lock ? work() : Date.now() + 10_000,
        )
      : await work();
    await this.#load();
    if (due === null || this.#user !== user) return;
    this.#timer = setTimeout(() => void this.syncNow(), Math.max(500, due - Date.now()));
  }

  async #load(): Promise<void> {
    const user = this.#user;
    if (user === null) return;
    const all = await this.#store.entries(user);
    if (this.#user !== user) return;
    const found = all.filter((entry) => entry.state !== 'draft');
    const before = this.entries;
    this.entries = found;
    this.loaded = true;
    for (const entry of found) {
      const known = before.find((other) => other.id === entry.id);
      if (entry.state === 'sent' && known && known.state !== 'sent') this.onArrived?.(entry);
    }
  }
}

export const outbox = new Outbox();
