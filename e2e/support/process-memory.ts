import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

/** What is looked for: a name for the report, and the forms in which memory may hold it. */
export interface Needle {
  readonly name: string;
  readonly forms: readonly Buffer[];
}

/** Bytes that are read at once. */
const CHUNK = 32 * 1024 * 1024;
/** Of x86 and most ARM machines. */
const PAGE = 4096;
/** Of an entry of `/proc/PID/pagemap`, in its highest byte: the page is in memory, or in swap. */
const IN_USE = 0xc0;

/** A text as JavaScript and its buffers hold it: in UTF-8, and two bytes a character. */
export const textNeedle = (name: string, text: string): Needle => ({
  name,
  forms: [Buffer.from(text, 'utf8'), Buffer.from(text, 'utf16le')],
});

/** A point as JSON writes it, and as an array of doubles. */
export function pointNeedle(name: string, [x, y]: readonly [number, number]): Needle {
  const doubles = Buffer.alloc(16);
  doubles.writeDoubleLE(x, 0);
  doubles.writeDoubleLE(y, 8);
  return { name, forms: [...textNeedle(name, `[${x},${y}]`).forms, doubles] };
}

/** Finds needles in bytes, all of them in one pass. */
export class NeedleFinder {
  readonly found = new Set<string>();
  readonly longest: number;
  /** By the first four bytes, which each has. */
  readonly #byPrefix = new Map<number, { name: string; form: Buffer }[]>();
  /** By the first two bytes: whether a needle begins with them. */
  readonly #begins = new Uint8Array(65_536);

  constructor(needles: readonly Needle[]) {
    for (const { name, forms } of needles) {
      for (const form of forms) {
        const prefix = form.readUInt32LE(0);
        this.#begins[prefix & 0xffff] = 1;
        this.#byPrefix.set(prefix, [...(this.#byPrefix.get(prefix) ?? []), { name, form }]);
      }
    }
    const lengths = needles.flatMap(({ forms }) => forms.map(({ length }) => length));
    this.longest = Math.max(0, ...lengths);
  }

  look(bytes: Buffer): void {
    for (let at = 0; at + 3 < bytes.length; at++) {
      const two = (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
      if (this.#begins[two] === 0) continue;
      for (const { name, form } of this.#byPrefix.get(bytes.readUInt32LE(at)) ?? []) {
        if (form.equals(bytes.subarray(at, at + form.length))) this.found.add(name);
      }
    }
  }
}

/**
 * Looks through the memory that a process may write, all of its threads', while it is stopped. Of Linux.
 *
 * @throws Error with the code EACCES, EPERM or ENOENT where memory of other processes cannot be read.
 */
export function lookThroughMemory(pid: number, finder: NeedleFinder): { bytes: number } {
  process.kill(pid, 'SIGSTOP');
  try {
    const memory = openSync(`/proc/${pid}/mem`, 'r');
    try {
      let bytes = 0;
      for (const [from, to] of usedRanges(pid)) {
        for (let at = from; at < to; at += CHUNK) {
          // A needle may lie across the border of two chunks.
          const read = readAt(memory, at, Math.min(CHUNK + finder.longest, to - at));
          bytes += Math.min(read.length, CHUNK);
          finder.look(read);
        }
      }
      return { bytes };
    } finally {
      closeSync(memory);
    }
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}

/** The ranges of memory that the process reads and writes; devices are left out. */
function writableRanges(pid: number): [from: number, to: number][] {
  const ranges: [number, number][] = [];
  for (const line of readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')) {
    const [range = '', rights = '', , , , path = ''] = line.split(/\s+/);
    if (!rights.startsWith('rw') || path.startsWith('/dev/')) continue;
    const [from = 0, to = 0] = range.split('-').map((one) => Number.parseInt(one, 16));
    ranges.push([from, to]);
  }
  return ranges;
}

/** The pages of these ranges that hold something: far more is reserved than used. */
function usedRanges(pid: number): [from: number, to: number][] {
  const pages = openSync(`/proc/${pid}/pagemap`, 'r');
  const used: [number, number][] = [];
  try {
    for (const [from, to] of writableRanges(pid)) {
      const entries = Buffer.alloc(((to - from) / PAGE) * 8);
      readSync(pages, entries, 0, entries.length, (from / PAGE) * 8);
      for (let page = 0; page * 8 < entries.length; page++) {
        if (((entries[page * 8 + 7] as number) & IN_USE) === 0) continue;
        const at = from + page * PAGE;
        const last = used.at(-1);
        if (last?.[1] === at) last[1] = at + PAGE;
        else used.push([at, at + PAGE]);
      }
    }
  } finally {
    closeSync(pages);
  }
  return used;
}

function readAt(memory: number, at: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafe(length);
  let done = 0;
  try {
    while (done < length) {
      const read = readSync(memory, buffer, done, length - done, at + done);
      if (read === 0) break;
      done += read;
    }
  } catch (error) {
    // A page that cannot be read ends its range.
    if (!['EIO', 'EFAULT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
  return buffer.subarray(0, done);
}
