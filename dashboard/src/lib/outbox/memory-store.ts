import type { OutboxEntry, OutboxFile, OutboxStore } from './entry.ts';

/** The in-memory outbox for browsers without IndexedDB (some private windows), and for tests. */
export class MemoryOutbox implements OutboxStore {
  readonly #reports = new Map<string, OutboxEntry>();
  readonly #files = new Map<string, OutboxFile>();

  async entries(user: string): Promise<OutboxEntry[]> {
    return [...this.#reports.values()]
      .filter((entry) => entry.user === user)
      .sort((a, b) => a.createdAt - b.createdAt);
  }
  async entry(id: string): Promise<OutboxEntry | null> {
    return this.#reports.get(id) ?? null;
  }
  async add(entry: OutboxEntry, files: OutboxFile[]): Promise<void> {
    this.#reports.set(entry.id, entry);
    for (const file of files) this.#files.set(file.id, file);
  }
  async update(id: string, part: Partial<OutboxEntry>): Promise<void> {
    const known = this.#reports.get(id);
    if (known) this.#reports.set(id, { ...known, ...part });
  }
  async file(id: string): Promise<OutboxFile | null> {
    return this.#files.get(id) ?? null;
  }
  async updateFile(id: string, part: Partial<OutboxFile>): Promise<void> {
    const known = this.#files.get(id);
    if (known) this.#files.set(id, { ...known, ...part });
  }
  async removeFile(entryId: string, fileId: string): Promise<void> {
    const known = this.#reports.get(entryId);
    const files = known?.files.filter((id) => id !== fileId) ?? [];
    await this.update(entryId, { files });
    this.#files.delete(fileId);
  }
  async dropFiles(id: string): Promise<void> {
    for (const file of [...this.#files.values()]) {
      if (file.report === id) this.#files.delete(file.id);
    }
  }
  async remove(id: string): Promise<void> {
    await this.dropFiles(id);
    this.#reports.delete(id);
  }
}
