import { createHash } from 'node:crypto';
import { createReadStream, openAsBlob } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { EvidenceFile, ViolationEvent } from '@anshi/contracts';
import { syncFolder, writeDurably } from './durable-file.ts';
import { evidenceOf } from './outbox-entry.ts';

/** Files of evidence by their digest, kept until no event that names them waits any more. */
export class EvidenceStore {
  readonly #folder: string;
  /** How many waiting events, or writers that are about to add one, name a digest. */
  readonly #names = new Map<string, number>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** @param waiting what the outbox holds; a file that none of it names is removed. */
  static async open(folder: string, waiting: Iterable<ViolationEvent>): Promise<EvidenceStore> {
    await mkdir(folder, { recursive: true });
    const store = new EvidenceStore(folder);
    for (const event of waiting) {
      for (const { sha256 } of evidenceOf(event)) store.#name(sha256);
    }
    for (const name of await readdir(folder)) {
      if (!store.#names.has(name)) await rm(join(folder, name), { force: true, recursive: true });
    }
    return store;
  }

  /** Keeps the bytes; they stay at least until an event that names them was {@link gone}. */
  async put(bytes: Uint8Array, mediaType: EvidenceFile['mediaType']): Promise<EvidenceFile> {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    // Registered before it is written, so that it is not removed in between.
    this.#name(sha256);
    try {
      await writeDurably(join(this.#folder, sha256), bytes);
    } catch (error) {
      this.#unname(sha256);
      throw error;
    }
    return { sha256, mediaType, bytes: bytes.length };
  }

  /** The same for a file on the same disk, which is moved here. */
  async take(path: string, mediaType: EvidenceFile['mediaType']): Promise<EvidenceFile> {
    const hash = createHash('sha256');
    await pipeline(createReadStream(path), hash);
    const sha256 = hash.digest('hex');
    this.#name(sha256);
    const handle = await open(path, 'r');
    await handle.sync();
    await handle.close();
    await rename(path, join(this.#folder, sha256));
    await syncFolder(this.#folder);
    return { sha256, mediaType, bytes: (await stat(join(this.#folder, sha256))).size };
  }

  /**
   * The file, which is read piece by piece where it is sent: a clip is not held in memory.
   *
   * @throws Error with the code ENOENT where it is not on this disk.
   */
  async read(sha256: string): Promise<Blob> {
    const path = join(this.#folder, sha256);
    await stat(path);
    return openAsBlob(path);
  }

  /** These events wait no more; what only they named is removed. */
  async gone(events: readonly ViolationEvent[]): Promise<void> {
    for (const { sha256 } of events.flatMap(evidenceOf)) {
      if (this.#unname(sha256)) await rm(join(this.#folder, sha256), { force: true });
    }
  }

  /** @returns whether nothing names it any more. */
  #unname(sha256: string): boolean {
    const left = (this.#names.get(sha256) ?? 0) - 1;
    if (left > 0) this.#names.set(sha256, left);
    else this.#names.delete(sha256);
    return left <= 0;
  }

  #name(sha256: string): void {
    this.#names.set(sha256, (this.#names.get(sha256) ?? 0) + 1);
  }
}
