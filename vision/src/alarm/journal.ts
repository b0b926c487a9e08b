import { readFile, rename } from 'node:fs/promises';
import { type Acknowledgement, type AlarmReported, alarmReported } from '@anshi/contracts';
import type { Logger } from 'pino';
import { ulid } from 'ulid';
import { z } from 'zod';
import { writeDurably } from '../publish/durable-file.ts';

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;
/** Reports that are sent at once. */
const AT_ONCE = 20;
/** More wait for no API: the oldest are dropped then, counted and logged. */
const MOST_WAITING = 5_000;

export interface AlarmJournalOptions {
  readonly file: string;
  /** `/vision/<worker>` */
  readonly source: string;
  readonly log: Logger;
  readonly connected: () => boolean;
  readonly publish: (event: AlarmReported) => void;
  /** Milliseconds of wall time. */
  readonly now?: () => number;
}

/**
 * What the API is to know of alarms. Each report is kept until the API's own word that it is committed:
 * an alarm that was given while the API was away is recorded all the same, once.
 */
export class AlarmJournal {
  readonly #options: AlarmJournalOptions;
  readonly #now: () => number;
  #waiting: AlarmReported[];
  #dropped = 0;
  #attempts = 0;
  #notBefore = 0;
  #writing: Promise<void> = Promise.resolve();
  #isDirty = false;

  private constructor(options: AlarmJournalOptions, waiting: AlarmReported[]) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#waiting = waiting;
  }

  /** Reads what an earlier run left; a file that cannot be read is set aside, not fatal. */
  static async open(options: AlarmJournalOptions): Promise<AlarmJournal> {
    const { file, log } = options;
    const text = await readFile(file, 'utf8').catch(() => null);
    if (text === null) return new AlarmJournal(options, []);
    try {
      return new AlarmJournal(options, z.array(alarmReported).parse(JSON.parse(text)));
    } catch (err) {
      const aside = `${file}.damaged-${Date.now()}`;
      await rename(file, aside);
      log.error({ err, aside }, 'reports of alarms cannot be read, and are set aside');
      return new AlarmJournal(options, []);
    }
  }

  /** How many have no word yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Reports that were dropped because too many waited. */
  get dropped(): number {
    return this.#dropped;
  }

  /** It never throws: where the disk does not take it, it is told from memory. */
  add(data: AlarmReported['data']): void {
    const event: AlarmReported = {
      specversion: '1.0',
      id: ulid(),
      source: this.#options.source,
      type: 'cn.anshi.alarm.reported.v1',
      time: data.at,
      subject: data.alarm,
      datacontenttype: 'application/json',
      data,
    };
    this.#waiting.push(event);
    if (this.#waiting.length > MOST_WAITING) {
      this.#waiting.shift();
      if (this.#dropped++ === 0) {
        this.#options.log.error(
          { most: MOST_WAITING },
          'too many alarms wait: the oldest is dropped',
        );
      }
    }
    void this.#save();
    if (this.#options.connected()) this.#options.publish(event);
  }

  /** Sends what waits, where it is due. */
  poke(): void {
    if (this.#waiting.length === 0 || !this.#options.connected()) return;
    const early = this.#notBefore - this.#now();
    // Longer than any wait: the clock was set back.
    if (early > 0 && early <= LONGEST_WAIT_MS) return;
    this.#attempts++;
    const wait = Math.min(FIRST_WAIT_MS * 2 ** (this.#attempts - 1), LONGEST_WAIT_MS);
    this.#notBefore = this.#now() + wait;
    for (const event of this.#waiting.slice(0, AT_ONCE)) this.#options.publish(event);
  }

  /** The connection is back: the oldest are due at once. */
  wake(): void {
    this.#attempts = 0;
    this.#notBefore = 0;
    this.poke();
  }

  /** @returns whether the word was on a report of an alarm. */
  acknowledge(word: Acknowledgement): boolean {
    const at = this.#waiting.findIndex(
      ({ id, source }) => id === word.id && source === word.source,
    );
    if (at < 0) return false;
    if (word.result === 'rejected') {
      const { id, reason } = word;
      this.#options.log.error({ id, reason }, 'the API refuses the report of an alarm');
    }
    this.#waiting.splice(at, 1);
    this.#attempts = 0;
    void this.#save();
    if (this.#waiting.length >= AT_ONCE && at === AT_ONCE - 1) this.wake();
    return true;
  }

  /** Settles when what waits is on the disk. */
  close(): Promise<void> {
    return this.#save();
  }

  /** What is added while a write runs is in the next one. */
  #save(): Promise<void> {
    if (this.#isDirty) return this.#writing;
    this.#isDirty = true;
    this.#writing = this.#writing.then(async () => {
      this.#isDirty = false;
      await writeDurably(this.#options.file, JSON.stringify(this.#waiting)).catch((err: unknown) =>
        this.#options.log.error({ err }, 'reports of alarms cannot be kept on the disk'),
      );
    });
    return this.#writing;
  }
}
