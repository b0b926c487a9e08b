import { type FileHandle, open, readFile } from 'node:fs/promises';
import { edgeDecision, edgeReport } from '@anshi/contracts';
import type { Logger } from 'pino';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';

/** Keys that are answered again after their delivery. */
const MOST_DELIVERED = 1_000;
/** What waits beyond this is not decided: the machine stays off. */
const MOST_WAITING = 20_000;
/** Lines beyond what is kept, after which the file is written again. */
const MOST_LINES = 5_000;
/** Keys are answered again for so long after their decision, ms: a request is late after two minutes. */
const KEPT_MS = 10 * 60_000;

const entry = z.object({
  /** Idempotency key of the request at the point. */
  key: z.string(),
  /** SHA-256 of the request. */
  digest: z.string(),
  decision: edgeDecision,
  /** As the point was answered. */
  answer: z.object({ id: z.string() }).loose(),
});
export type EdgeRecord = z.infer<typeof entry>;
const line = z.union([
  z.object({ made: entry, isDelivered: z.boolean().optional() }),
  z.object({ report: edgeReport, id: z.string() }),
  z.object({ delivered: z.string() }),
]);
type Line = z.infer<typeof line>;

/**
 * What a point decided by itself, and what it refused: on the disk (fsync) before the answer, and kept until the API has
 * taken it.
 */
export class EdgeJournal {
  readonly #file: string;
  #handle: FileHandle | null = null;
  #lines = 0;
  /** Lines when the file was written last. */
  #kept = 0;
  #waiting = 0;
  readonly #made = new Map<string, { record: EdgeRecord; isDelivered: boolean }>();
  readonly #reports = new Map<string, z.infer<typeof edgeReport>>();
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(file: string) {
    this.#file = file;
  }

  /** Reads what an earlier run left. The last line may be cut off by a kill: it was not answered. */
  static async open(file: string, log: Logger): Promise<EdgeJournal> {
    const journal = new EdgeJournal(file);
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    let isDamaged = false;
    const lines = text.split('\n');
    for (const [n, one] of lines.entries()) {
      const read = readLine(one);
      if (read) journal.#apply(read);
      else if (one !== '' && n < lines.length - 1) isDamaged = true;
    }
    if (isDamaged) {
      const aside = `${file}.damaged-${Date.now()}`;
      await writeFileAtomic(aside, text, { mode: 0o600 });
      log.error({ aside }, 'lines of a journal of decisions cannot be read: a copy is set aside');
    }
    await journal.#compact();
    return journal;
  }

  /** How many decisions wait for the API. */
  get waitingCount(): number {
    return this.#waiting;
  }

  /** What was answered to a key. */
  find(key: string): EdgeRecord | undefined {
    return this.#made.get(key)?.record;
  }

  get waiting(): EdgeRecord[] {
    return [...this.#made.values()].flatMap((one) => (one.isDelivered ? [] : [one.record]));
  }
  get reports(): [string, z.infer<typeof edgeReport>][] {
    return [...this.#reports];
  }

  /** Settles when it is on the disk. @throws Error where the disk does not take it, or too much waits. */
  async add(record: EdgeRecord): Promise<void> {
    if (this.#waiting >= MOST_WAITING) throw new Error('too many decisions wait for the API');
    await this.#write({ made: record });
  }
  report = (id: string, report: z.infer<typeof edgeReport>): Promise<void> =>
    this.#write({ report, id });
  /** @param id the key of a decision, or the id of a report. */
  delivered = (id: string): Promise<void> => this.#write({ delivered: id });

  /** The API will not take it: kept in a file beside, for a person to look at. */
  async setAside(record: EdgeRecord, why: string): Promise<void> {
    const aside = await open(`${this.#file}.refused`, 'a', 0o600);
    try {
      await aside.appendFile(`${JSON.stringify({ ...record, why })}\n`);
      await aside.datasync();
    } finally {
      await aside.close();
    }
    await this.delivered(record.key);
  }

  /**
   * Once nothing waits: the file holds no card of what was delivered, and keys that are late are forgotten.
   *
   * @param now ms since 1970.
   */
  settle(now: number): Promise<void> {
    const done = this.#turn
      .catch(() => {})
      .then(async () => {
        if (this.#waiting > 0 || this.#lines === this.#kept) return;
        for (const [key, { record, isDelivered }] of this.#made) {
          const isOld = Date.parse(record.decision.decidedAt) < now - KEPT_MS;
          if (isDelivered && isOld) this.#made.delete(key);
        }
        await this.#compact();
      });
    this.#turn = done;
    return done;
  }

  async close(): Promise<void> {
    await this.#turn.catch(() => {});
    await this.#handle?.close();
    this.#handle = null;
  }

  #write(one: Line): Promise<void> {
    const done = this.#turn
      .catch(() => {})
      .then(async () => {
        this.#handle ??= await open(this.#file, 'a', 0o600);
        // What a full disk cut off does not spoil this line.
        await this.#handle.appendFile(`\n${JSON.stringify(one)}\n`);
        await this.#handle.datasync();
        this.#lines++;
        this.#apply(one);
        if (this.#lines > this.#kept + MOST_LINES) await this.#compact();
      });
    this.#turn = done;
    return done;
  }

  #apply(one: Line): void {
    if ('made' in one) {
      const { made: record, isDelivered = false } = one;
      if (this.#made.has(record.key)) return;
      this.#made.set(record.key, { record, isDelivered });
      if (!isDelivered) this.#waiting++;
    } else if ('report' in one) this.#reports.set(one.id, one.report);
    else {
      this.#reports.delete(one.delivered);
      const found = this.#made.get(one.delivered);
      if (!found || found.isDelivered) return;
      const { record } = found;
      const decision = { ...record.decision, card: null };
      this.#made.set(record.key, { record: { ...record, decision }, isDelivered: true });
      this.#waiting--;
    }
  }

  /** Forgets the oldest of what was delivered. */
  async #compact(): Promise<void> {
    let over = this.#made.size - this.#waiting - MOST_DELIVERED;
    for (const [key, { isDelivered }] of this.#made) {
      if (over <= 0) break;
      if (isDelivered && this.#made.delete(key)) over--;
    }
    const kept: Line[] = [
      ...[...this.#made.values()].map(({ record, isDelivered }) => ({ made: record, isDelivered })),
      ...[...this.#reports].map(([id, report]) => ({ report, id })),
    ];
    await this.#handle?.close();
    this.#handle = null;
    const text = kept.map((one) => `${JSON.stringify(one)}\n`).join('');
    await writeFileAtomic(this.#file, text, { mode: 0o600 });
    this.#lines = kept.length;
    this.#kept = kept.length;
  }
}

function readLine(text: string): Line | null {
  if (text === '') return null;
  try {
    return line.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
