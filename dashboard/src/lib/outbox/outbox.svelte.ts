import type { OutboxEntry, OutboxFile, OutboxStore } from './entry.ts';
import { IndexedOutbox } from './indexed-store.ts';
import { type SyncParts, syncOutbox } from './sync.ts';

/** Receipts of what has arrived are shown this long. */
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
 * What the signed-in person has reported on this phone and the API does not have yet. It is sent
 * when there is a network, when the app comes back to the front, and again after a failure.
 */
export class Outbox {
  entries = $state.raw<OutboxEntry[]>([]);
  /** False until the phone's store was read. */
  loaded = $state(false);
  #network = $state(typeof navigator === 'undefined' || navigator.onLine);
  /** Whether the API can be reached, as the live connection knows: a network may lead nowhere. */
  reached = $state(true);
  readonly online = $derived(this.#network && this.reached);
  /** Reports that the API does not have: waiting, on the way or refused. */
  readonly unsent = $derived(this.entries.filter((entry) => entry.state !== 'sent'));
  readonly refused = $derived(this.entries.filter((entry) => entry.state === 'refused'));
  readonly #store: OutboxStore;
  #user: string | null = null;
  #parts: Pick<SyncParts, 'send' | 'upload'> | null = null;
  #running: Promise<void> | null = null;
  #again = false;
  #turn: Promise<void> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Called with each report that has arrived. */
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
   * Keeps a report on the phone; resolves when it is safe there, before anything is sent.
   *
   * @throws where the phone has no room for it.
   */
  async add(id: string, report: unknown, files: readonly NewFile[]): Promise<void> {
    await this.#inTurn(() => this.#put(id, report, files, 'waiting'));
    // Without the browser's promise it may clear the store when the phone is full.
    void navigator.storage?.persist?.();
    await this.#load();
    void this.syncNow();
  }

  /**
   * Keeps what is being filled in, since a phone that is short of memory ends the page while its
   * camera is open. The same id handed to `add` makes a report of it.
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

  /** One write after the other: a draft on its way must not undo that it was handed in. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => {});
    return mine;
  }

  /** What was being filled in when the page ended; null where nothing was. */
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

  /** Tries a refused or waiting report again, at once. */
  async retry(id: string): Promise<void> {
    await this.#store.update(id, { state: 'waiting', nextTryAt: 0, problem: null });
    await this.#load();
    void this.syncNow();
  }

  /** Sends a report without the file that was refused. */
  async retryWithout(id: string, file: string): Promise<void> {
    await this.#store.removeFile(id, file);
    await this.retry(id);
  }

  async remove(id: string): Promise<void> {
    await this.#store.remove(id);
    await this.#load();
  }

  /** Sends what is due. One at a time in this tab, and one tab at a time in this browser. */
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
      // A form that nobody has gone on with for days is given up.
      else if (entry.state === 'draft') {
        if (entry.createdAt < Date.now() - draftsKept) await this.#store.remove(entry.id);
      }
      // Whatever waited for its time is tried as soon as the app opens.
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
          // Another tab is at it; look again when it should be done.
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
