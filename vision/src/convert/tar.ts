const BLOCK = 512;

/**
 * Reads an uncompressed tar stream (POSIX ustar, pax: the formats that npm writes) and returns the
 * requested plain files. Names longer than 255 characters and sparse files are not supported.
 *
 * @param wants whether a file of this path is requested.
 * @param take gets the bytes of each; false stops reading.
 * @throws Error where a header is damaged, or the stream ends within a file.
 */
export async function readTar(
  stream: AsyncIterable<Uint8Array>,
  wants: (path: string) => boolean,
  take: (path: string, bytes: Uint8Array) => boolean,
): Promise<void> {
  const reader = new BlockReader(stream);
  for (;;) {
    const header = await reader.read(BLOCK);
    // An empty block, or the end of the stream, ends the archive.
    if (!header || header.every((byte) => byte === 0)) return;
    checkSum(header);
    const size = octal(header, 124, 12);
    const padded = Math.ceil(size / BLOCK) * BLOCK;
    const type = String.fromCharCode(header[156]!);
    const prefix = text(header, 345, 155);
    const path = (prefix ? `${prefix}/` : '') + text(header, 0, 100);
    const isFile = type === '0' || type === '\0';
    if (!isFile || !wants(path)) {
      await reader.skip(padded, path);
      continue;
    }
    const bytes = await reader.read(padded);
    if (!bytes) throw new Error(`the archive ends within ${path}`);
    if (!take(path, bytes.subarray(0, size))) return;
  }
}

/** Splits a stream into blocks of the requested sizes. */
class BlockReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  /** @returns exactly `size` bytes, or undefined where the stream ends before. */
  async read(size: number): Promise<Uint8Array | undefined> {
    const bytes = new Uint8Array(size);
    let at = 0;
    while (at < size) {
      if (this.#rest.length === 0 && !(await this.#next())) return undefined;
      const part = this.#rest.subarray(0, size - at);
      bytes.set(part, at);
      at += part.length;
      this.#rest = this.#rest.subarray(part.length);
    }
    return bytes;
  }

  async skip(size: number, path: string): Promise<void> {
    let left = size;
    while (left > 0) {
      if (this.#rest.length === 0 && !(await this.#next())) {
        throw new Error(`the archive ends within ${path}`);
      }
      const part = Math.min(left, this.#rest.length);
      left -= part;
      this.#rest = this.#rest.subarray(part);
    }
  }

  async #next(): Promise<boolean> {
    const { done, value } = await this.#chunks.next();
    if (done) return false;
    this.#rest = value;
    return true;
  }
}

/** The checksum of a header: the sum of its bytes, its own field counted as blanks. */
function checkSum(header: Uint8Array): void {
  let sum = 0;
  for (const [i, byte] of header.entries()) sum += i >= 148 && i < 156 ? 32 : byte;
  if (sum !== octal(header, 148, 8)) throw new Error('a header of the archive is damaged');
}

function text(header: Uint8Array, at: number, length: number): string {
  const field = header.subarray(at, at + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end === -1 ? field : field.subarray(0, end));
}

function octal(header: Uint8Array, at: number, length: number): number {
  const digits = text(header, at, length).trim();
  const value = Number.parseInt(digits || '0', 8);
  if (!/^[0-7]*$/.test(digits)) throw new Error('a header of the archive is damaged');
  return value;
}
