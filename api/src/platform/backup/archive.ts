import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import type { Decrypter, Encrypter } from 'age-encryption';
import tar from 'tar-stream';

/** Index data of an entry, at the end of the archive. */
export interface IndexEntry {
  name: string;
  bytes: number;
  sha256: string;
}

export interface ArchiveWriter {
  add(name: string, bytes: number, content: AsyncIterable<Buffer>): Promise<void>;
  /** The entries so far. */
  index: IndexEntry[];
}

/**
 * Writes an encrypted tar archive. It gets its name when it is complete and on the disk; on failure
 * nothing is left.
 *
 * @returns its size in bytes.
 */
export async function writeArchive(
  file: string,
  encrypter: Encrypter,
  fill: (archive: ArchiveWriter) => Promise<void>,
): Promise<number> {
  const part = `${file}.part`;
  const pack = tar.pack();
  const plain = Readable.toWeb(Readable.from(pack)) as unknown as globalThis.ReadableStream;
  try {
    const sealed = await encrypter.encrypt(plain as globalThis.ReadableStream<Uint8Array>);
    const written = pipeline(
      Readable.fromWeb(sealed as unknown as ReadableStream),
      createWriteStream(part, { mode: 0o600 }),
    );
    const filled = fill(writerOf(pack)).then(
      () => pack.finalize(),
      (error: Error) => {
        pack.destroy(error);
        throw error;
      },
    );
    // The cause first: the stream only reports that it broke.
    await Promise.all([filled, written.catch((error) => filled.then(() => Promise.reject(error)))]);
    const bytes = await makeDurable(part);
    await rename(part, file);
    if (process.platform !== 'win32') await makeDurable(dirname(file));
    return bytes;
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

async function makeDurable(path: string): Promise<number> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
    return (await handle.stat()).size;
  } finally {
    await handle.close();
  }
}

function writerOf(pack: tar.Pack): ArchiveWriter {
  const index: IndexEntry[] = [];
  return {
    index,
    async add(name, bytes, content) {
      const hash = createHash('sha256');
      let count = 0;
      const entry = pack.entry({ name, size: bytes, mode: 0o600 });
      const ended = once(entry, 'finish');
      for await (const chunk of content) {
        count += chunk.length;
        if (count > bytes) break;
        hash.update(chunk);
        if (!entry.write(chunk)) await once(entry, 'drain');
      }
      if (count !== bytes) throw new Error(`${name} changed while it was copied; try again`);
      entry.end(null);
      await ended;
      index.push({ name, bytes, sha256: hash.digest('hex') });
    },
  };
}

export interface ArchiveEntry {
  name: string;
  bytes: number;
  content: AsyncIterable<Buffer>;
  /** Of the bytes read; valid once all were. */
  digest(): IndexEntry;
}

/**
 * Reads an archive from its start. Every byte is authenticated before it is passed on.
 *
 * @throws Error with the reason: wrong key, truncated or modified file.
 */
export async function* readArchive(
  file: string,
  decrypter: Decrypter,
): AsyncGenerator<ArchiveEntry> {
  const source = createReadStream(file);
  await once(source, 'open').catch((error: Error) => {
    throw new Error(`${file} cannot be read: ${error.message}`);
  });
  const extract = tar.extract();
  let broken: Error | null = null;
  try {
    const sealed = Readable.toWeb(source) as unknown as globalThis.ReadableStream<Uint8Array>;
    const plain = await decrypter.decrypt(sealed).catch((error: Error) => {
      throw inWords(file, error);
    });
    const node = Readable.fromWeb(plain as unknown as ReadableStream);
    node.on('error', (error) => {
      broken = inWords(file, error);
      extract.destroy(broken);
    });
    node.pipe(extract);
    for await (const entry of extract) {
      const hash = createHash('sha256');
      let bytes = 0;
      const { name, size = 0 } = entry.header;
      async function* content(): AsyncGenerator<Buffer> {
        for await (const chunk of entry as AsyncIterable<Buffer>) {
          hash.update(chunk);
          bytes += chunk.length;
          yield chunk;
        }
      }
      const digest = () => ({ name, bytes, sha256: hash.copy().digest('hex') });
      yield { name, bytes: size, content: content(), digest };
      entry.resume();
    }
  } catch (error) {
    throw broken ?? error;
  } finally {
    source.destroy();
    extract.destroy();
  }
}

function inWords(file: string, error: Error): Error {
  const { message } = error;
  if (/no identity|identity matched|passphrase|incorrect/i.test(message)) {
    return new Error(`the passphrase or key does not open ${file}: it was made for another`);
  }
  if (/header|version|parse/i.test(message)) {
    return new Error(`${file} is not a backup: it does not begin as a file of age does`);
  }
  return new Error(`${file} was cut off or changed: ${message}. Take another copy of it`);
}
