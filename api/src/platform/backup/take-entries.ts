import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { StoreName } from '../store/open.ts';
import type { BlobKey, BlobStore } from '../store/types.ts';
import type { ArchiveEntry, IndexEntry } from './archive.ts';
import { INDEX, type Index, MANIFEST } from './archive-manifest.ts';
import type { Journal } from './journal.ts';
import type { Staged } from './staged.ts';
import type { Table } from './tables.ts';

/** Targets of the archive's content. */
export interface Into {
  journal: Journal;
  /** Null where existing files may be overwritten. */
  staged: Staged | null;
  /** The archive. */
  file: string;
  stores: Record<StoreName, BlobStore>;
}

/**
 * Restores the content of an archive: rows into their tables, files into their stores.
 *
 * @throws Error where an entry does not match the index.
 */
export async function takeEntries(
  client: pg.Client,
  entries: AsyncGenerator<ArchiveEntry>,
  into: Into & { tables: Table[]; index: Index },
): Promise<void> {
  const { tables, index, file } = into;
  let at = 0;
  let copying: {
    table: string;
    end: () => Promise<void>;
    write: (b: Buffer) => Promise<void>;
  } | null = null;
  for await (const entry of entries) {
    const [kind = '', first = '', second = ''] = entry.name.split('/');
    if (copying && (kind !== 'database' || first !== copying.table)) {
      await copying.end();
      copying = null;
    }
    if (entry.name === INDEX) break;
    const wanted = index.entries[at++];
    const content = asIndexed(file, entry, wanted);
    if (kind === 'database') {
      copying ??= copyInto(client, first, tables);
      for await (const chunk of content) await copying.write(chunk);
    } else if (kind === 'evidence' || kind === 'files') {
      const key = { tenant: first, sha256: second };
      await takeFile(into, { store: kind, key, content, wanted });
    } else if (entry.name === MANIFEST) {
      for await (const _ of content);
    } else {
      throw new Error(`${file} holds ${entry.name}, which this program does not know`);
    }
  }
  if (at !== index.entries.length) throw new Error(`${file} was changed while it was restored`);
}

/**
 * A missing file is written; an existing one stays. Where other bytes have its name, it is staged
 * for the commit: the current rows can read only those.
 */
async function takeFile(
  { journal, staged, stores }: Into,
  file: {
    store: StoreName;
    key: BlobKey;
    content: AsyncIterable<Buffer>;
    wanted: IndexEntry | undefined;
  },
): Promise<void> {
  const { store, key, content, wanted } = file;
  const blobs = stores[store];
  const size = await blobs.size(key);
  if (size === null) {
    await journal.put(store, key.tenant, key.sha256);
    await blobs.put(key, content);
  } else if (size === wanted?.bytes && (await digestOf(blobs, key)) === wanted.sha256) {
    // Read to its end anyway: there the archive is compared with its index.
    for await (const _ of content);
  } else if (staged) await staged.put(store, key, content);
  else await blobs.put(key, content);
}

/** The digest of the stored bytes; null where they cannot be read. */
async function digestOf(blobs: BlobStore, key: BlobKey): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of blobs.read(key)) hash.update(chunk as Buffer);
  } catch {
    return null;
  }
  return hash.digest('hex');
}

/** The bytes of an entry, which fail at their end where they differ from the verified ones. */
async function* asIndexed(
  file: string,
  entry: ArchiveEntry,
  wanted: IndexEntry | undefined,
): AsyncGenerator<Buffer> {
  const changed = () => new Error(`${file} was changed while it was restored: ${entry.name}`);
  if (wanted?.name !== entry.name) throw changed();
  yield* entry.content;
  const { bytes, sha256 } = entry.digest();
  if (bytes !== wanted.bytes || sha256 !== wanted.sha256) throw changed();
}

function copyInto(client: pg.Client, name: string, tables: Table[]) {
  const table = tables.find((one) => one.name === name);
  if (!table) throw new Error(`the backup has the table ${name}, which this database has not`);
  const columns = table.columns.map((one) => client.escapeIdentifier(one)).join(', ');
  const stream = client.query(
    copyFrom(`COPY ${client.escapeIdentifier(name)} (${columns}) FROM STDIN`),
  );
  const failed = once(stream, 'finish');
  failed.catch(() => {});
  return {
    table: name,
    async write(bytes: Buffer) {
      if (!stream.write(bytes)) await Promise.race([once(stream, 'drain'), failed]);
    },
    async end() {
      stream.end();
      await failed;
    },
  };
}
