import { appendFile, readFile, rm } from 'node:fs/promises';
import type { Logger } from 'pino';
import writeFileAtomic from 'write-file-atomic';

/** Reads that wait for the broker at most; the oldest beyond that are lost, and counted. */
const MOST_WAITING = 200_000;
/** Reads of one message at most. */
const MOST_AT_ONCE = 200;

/**
 * Reads that wait for the broker, on the disk: a line each. They are kept in the order of their arrival until the broker has
 * them; after a kill some are sent again, which the API knows as the same.
 */
export class ReadJournal {
  readonly #file: string;
  readonly #log: Logger;
  #waiting: string[];
  /** Taken out since the file was written. */
  #done = 0;
  /** The oldest that were given out, and may be with the broker by now. */
  #out = 0;
  #writing: Promise<void> = Promise.resolve();

  private constructor(file: string, log: Logger, waiting: string[]) {
    this.#file = file;
    this.#log = log;
    this.#waiting = waiting;
  }

  /** Reads what an earlier run left; the end of a line that was cut off is left out. */
  static async open(file: string, log: Logger): Promise<ReadJournal> {
    const text = await readFile(file, 'utf8').catch(() => '');
    const lines = text.split('\n').filter((line) => line !== '');
    const whole = lines.filter((line) => isJson(line));
    if (whole.length < lines.length) log.warn({ file }, 'a read of the journal was cut off');
    return new ReadJournal(file, log, whole);
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Adds reads; settles when they are on the disk. */
  add(reads: readonly object[]): Promise<void> {
    const lines = reads.map((read) => JSON.stringify(read));
    // A burst may be larger than what a call takes as arguments.
    for (const line of lines) this.#waiting.push(line);
    const lost = this.#waiting.length - MOST_WAITING;
    if (lost > 0) {
      this.#waiting.splice(this.#out, lost);
      this.#log.warn({ lost }, 'reads are lost: the broker was away for too long');
    }
    return this.#write(() =>
      appendFile(this.#file, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 }),
    );
  }

  /** The oldest reads, as the texts of JSON. */
  next(): string[] {
    const lines = this.#waiting.slice(0, MOST_AT_ONCE);
    this.#out = lines.length;
    return lines;
  }

  /** The broker has so many of the oldest. */
  async done(count: number): Promise<void> {
    this.#waiting.splice(0, count);
    this.#out = 0;
    this.#done += count;
    const isLong = this.#done > this.#waiting.length + 1_000;
    if (this.#waiting.length > 0 && !isLong) return;
    this.#done = 0;
    await this.#write(() =>
      this.#waiting.length === 0
        ? rm(this.#file, { force: true })
        : writeFileAtomic(this.#file, this.#waiting.map((line) => `${line}\n`).join(''), {
            mode: 0o600,
          }),
    );
  }

  /** One after the other; a disk that is full loses what a kill would lose, and says so. */
  #write(work: () => Promise<void>): Promise<void> {
    this.#writing = this.#writing
      .then(work)
      .catch((err: unknown) =>
        this.#log.error({ err }, 'reads that wait cannot be kept on the disk'),
      );
    return this.#writing;
  }

  async close(): Promise<void> {
    await this.#writing;
  }
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
