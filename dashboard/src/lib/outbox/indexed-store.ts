import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { OutboxEntry, OutboxFile, OutboxStore } from './entry.ts';

interface Schema extends DBSchema {
  reports: { key: string; value: OutboxEntry; indexes: { user: string } };
  files: { key: string; value: OutboxFile; indexes: { report: string } };
}

const name = 'anshi-outbox';

/** The outbox in IndexedDB, which survives reloads and restarts of the phone. */
export class IndexedOutbox implements OutboxStore {
  #opened: Promise<IDBPDatabase<Schema>> | null = null;

  #db(): Promise<IDBPDatabase<Schema>> {
    this.#opened ??= openDB<Schema>(name, 1, {
      upgrade(db) {
        db.createObjectStore('reports', { keyPath: 'id' }).createIndex('user', 'user');
        db.createObjectStore('files', { keyPath: 'id' }).createIndex('report', 'report');
      },
    });
    // A failed open is retried.
    this.#opened.catch(() => {
      this.#opened = null;
    });
    return this.#opened;
  }

  async entries(user: string): Promise<OutboxEntry[]> {
    const found = await (await this.#db()).getAllFromIndex('reports', 'user', user);
    return found.sort((a, b) => a.createdAt - b.createdAt);
  }

  async entry(id: string): Promise<OutboxEntry | null> {
    return (await (await this.#db()).get('reports', id)) ?? null;
  }

  async add(entry: OutboxEntry, files: OutboxFile[]): Promise<void> {
    const tx = (await this.#db()).transaction(['reports', 'files'], 'readwrite');
    await Promise.all([
      ...files.map((file) => tx.objectStore('files').put(file)),
      tx.objectStore('reports').put(entry),
      tx.done,
    ]);
  }

  async update(id: string, part: Partial<OutboxEntry>): Promise<void> {
    const tx = (await this.#db()).transaction('reports', 'readwrite');
    const known = await tx.store.get(id);
    if (known) await tx.store.put({ ...known, ...part });
    await tx.done;
  }

  async file(id: string): Promise<OutboxFile | null> {
    return (await (await this.#db()).get('files', id)) ?? null;
  }

  async updateFile(id: string, part: Partial<OutboxFile>): Promise<void> {
    const tx = (await this.#db()).transaction('files', 'readwrite');
    const known = await tx.store.get(id);
    if (known) await tx.store.put({ ...known, ...part });
    await tx.done;
  }

  async removeFile(entryId: string, fileId: string): Promise<void> {
    const tx = (await this.#db()).transaction(['reports', 'files'], 'readwrite');
    const known = await tx.objectStore('reports').get(entryId);
    if (known) {
      const files = known.files.filter((id) => id !== fileId);
      await tx.objectStore('reports').put({ ...known, files });
    }
    await tx.objectStore('files').delete(fileId);
    await tx.done;
  }

  async dropFiles(id: string): Promise<void> {
    const tx = (await this.#db()).transaction('files', 'readwrite');
    for (const key of await tx.store.index('report').getAllKeys(id)) await tx.store.delete(key);
    await tx.done;
  }

  async remove(id: string): Promise<void> {
    const tx = (await this.#db()).transaction(['reports', 'files'], 'readwrite');
    const files = tx.objectStore('files');
    for (const key of await files.index('report').getAllKeys(id)) await files.delete(key);
    await tx.objectStore('reports').delete(id);
    await tx.done;
  }
}
