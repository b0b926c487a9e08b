import { readFile, rename } from 'node:fs/promises';
import { type Acknowledgement, type ModelsLoaded, modelsLoaded } from '@anshi/contracts';
import type { Logger } from 'pino';
import { ulid } from 'ulid';
import { z } from 'zod';
import { writeDurably } from './durable-file.ts';

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;

export interface ModelAnnouncementsOptions {
  /** Where what the API has not committed yet is kept. */
  readonly file: string;
  /** `/vision/<worker>` */
  readonly source: string;
  readonly log: Logger;
  readonly connected: () => boolean;
  readonly publish: (event: ModelsLoaded) => void;
  /** Milliseconds of wall time. */
  readonly now?: () => number;
}

/**
 * Tells the API which models are loaded, from when on: each change once, in order, until the API's
 * own word that it is committed. What has no word yet outlives the process, so that a version that
 * ran while the API was away is in the log all the same.
 */
export class ModelAnnouncements {
  readonly #options: ModelAnnouncementsOptions;
  readonly #now: () => number;
  #waiting: ModelsLoaded[];
  #last = '';
  #attempts = 0;
  #notBefore = 0;
  #writing: Promise<void> = Promise.resolve();

  private constructor(options: ModelAnnouncementsOptions, waiting: ModelsLoaded[]) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#waiting = waiting;
  }

  /** Reads what an earlier run left; a file that cannot be read is set aside, not fatal. */
  static async open(options: ModelAnnouncementsOptions): Promise<ModelAnnouncements> {
    const { file, log } = options;
    const text = await readFile(file, 'utf8').catch(() => null);
    let waiting: ModelsLoaded[] = [];
    if (text !== null) {
      try {
        waiting = z.array(modelsLoaded).parse(JSON.parse(text));
      } catch (error) {
        const aside = `${file}.damaged-${Date.now()}`;
        await rename(file, aside);
        log.error(
          { err: error, aside },
          'announcements of models cannot be read, and are set aside',
        );
      }
    }
    return new ModelAnnouncements(options, waiting);
  }

  /** How many have no word yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Announces what is loaded now, where it is not what was announced last in this run. It never
   * throws: where the disk does not take it, it is told from memory.
   */
  async announce(loaded: Omit<ModelsLoaded['data'], 'since'>): Promise<void> {
    const text = JSON.stringify(loaded);
    if (text === this.#last) return;
    this.#last = text;
    const since = new Date(this.#now()).toISOString();
    this.#waiting.push({
      specversion: '1.0',
      id: ulid(),
      source: this.#options.source,
      type: 'cn.anshi.models.loaded.v1',
      time: since,
      subject: loaded.worker,
      datacontenttype: 'application/json',
      data: { ...loaded, since },
    });
    await this.#save().catch((err: unknown) =>
      this.#options.log.error({ err }, 'which models are loaded cannot be kept on the disk'),
    );
    this.poke();
  }

  /** Sends the oldest that waits, where it is due. */
  poke(): void {
    const [first] = this.#waiting;
    if (!first || !this.#options.connected()) return;
    const early = this.#notBefore - this.#now();
    // Longer than any wait: the clock was set back.
    if (early > 0 && early <= LONGEST_WAIT_MS) return;
    this.#attempts++;
    const wait = Math.min(FIRST_WAIT_MS * 2 ** (this.#attempts - 1), LONGEST_WAIT_MS);
    this.#notBefore = this.#now() + wait;
    this.#options.publish(first);
  }

  /** The connection is back: the oldest is due at once. */
  wake(): void {
    this.#attempts = 0;
    this.#notBefore = 0;
    this.poke();
  }

  /** @returns whether the word was on an announcement of models. */
  acknowledge(word: Acknowledgement): boolean {
    const [first] = this.#waiting;
    if (!first || word.source !== first.source || word.id !== first.id) return false;
    if (word.result === 'rejected') {
      this.#options.log.error(
        { id: word.id, reason: word.reason },
        'the API refuses which models are loaded',
      );
    }
    this.#waiting = this.#waiting.slice(1);
    this.#save().catch((err: unknown) =>
      this.#options.log.warn({ err }, 'an announcement of models may be sent again'),
    );
    this.wake();
    return true;
  }

  /** Settles when what waits is on the disk. */
  close(): Promise<void> {
    return this.#writing.catch(() => {});
  }

  #save(): Promise<void> {
    const write = () => writeDurably(this.#options.file, JSON.stringify(this.#waiting));
    this.#writing = this.#writing.catch(() => {}).then(write);
    return this.#writing;
  }
}
