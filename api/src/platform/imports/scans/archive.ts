import type { Readable } from 'node:stream';
import yauzl, { type Entry } from 'yauzl';
import type { FilesCore } from '../../files/files.ts';
import type { StoredFile } from '../../files/types.ts';

/** A scan of an archive, not unpacked yet. */
export interface ArchivedScan {
  /** Its path in the archive. */
  path: string;
  /** Unpacked. */
  bytes: number;
}

/** An archive of scans in the file store. */
export interface ScanArchive {
  scans: readonly ArchivedScan[];
  /** @throws where it cannot be unpacked, or is larger than it says. */
  read(scan: ArchivedScan): Promise<Buffer>;
  close(): void;
}

/** Files that systems add to an archive by themselves. */
const BESIDE = /(^|\/)(__MACOSX\/|\.|Thumbs\.db$|desktop\.ini$)/i;
/** General purpose bit flag: names are UTF-8. */
const IS_UTF8 = 0x800;

/** Reads ranges of a sealed file: an open copy of it is never written. */
class StoreReader extends yauzl.RandomAccessReader {
  readonly #read: (first: number, last: number) => Readable;
  constructor(read: (first: number, last: number) => Readable) {
    super();
    this.#read = read;
  }
  override _readStreamForRange(start: number, end: number): Readable {
    return this.#read(start, end - 1);
  }
}

/** Opens an archive that was checked when it was uploaded. */
export async function openArchive(
  files: Pick<FilesCore, 'read'>,
  tenant: string,
  stored: StoredFile,
): Promise<ScanArchive> {
  const reader = new StoreReader((first, last) => files.read(tenant, stored, { first, last }));
  const zip = await yauzl.fromRandomAccessReaderPromise(reader, stored.shown.bytes, {
    decodeStrings: false,
    autoClose: false,
  });
  const entries = new Map<ArchivedScan, Entry>();
  for await (const entry of zip.eachEntry()) {
    const path = nameOf(entry);
    if (path.endsWith('/') || BESIDE.test(path)) continue;
    entries.set({ path, bytes: entry.uncompressedSize }, entry);
  }
  return {
    scans: [...entries.keys()],
    async read(scan) {
      const stream = await zip.openReadStreamPromise(entries.get(scan) as Entry);
      const parts: Buffer[] = [];
      for await (const part of stream) parts.push(part as Buffer);
      return Buffer.concat(parts);
    },
    close: () => zip.close(),
  };
}

/** A name without the flag for UTF-8: Windows in China writes GB 18030 there, other programs UTF-8. */
function nameOf({ fileNameRaw, generalPurposeBitFlag }: Entry): string {
  const decode = (encoding: string, fatal: boolean) =>
    new TextDecoder(encoding, { fatal }).decode(fileNameRaw);
  const asUtf8 = () => decode('utf-8', (generalPurposeBitFlag & IS_UTF8) === 0);
  try {
    return asUtf8().replaceAll('\\', '/');
  } catch {
    return decode('gb18030', false).replaceAll('\\', '/');
  }
}
