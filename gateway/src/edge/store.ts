import { readFile, rename } from 'node:fs/promises';
import { edgeList } from '@anshi/contracts';
import type { Logger } from 'pino';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import type { Held } from './permits.ts';

const held = z.object({
  list: edgeList,
  apiNow: z.number(),
  askedBoot: z.number(),
  gotBoot: z.number(),
  gotWall: z.number(),
  bootId: z.string(),
});
const content = z.object({
  version: z.literal(1),
  /** The pinned key. */
  key: z.object({ keyId: z.string(), publicKey: z.string() }).nullable(),
  highest: z.number().int().min(0),
  held: held.nullable(),
  /** What the last list said of the side of the door: it holds longer than the list. */
  isExit: z.boolean().default(false),
});
type Content = z.infer<typeof content>;

/** What a point keeps of its lists over a restart: the key, the highest sequence, and the list. On the disk before it counts. */
export class EdgeStore {
  readonly #file: string;
  #kept: Content;

  private constructor(file: string, kept: Content) {
    this.#file = file;
    this.#kept = kept;
  }

  /** A file that cannot be read is set aside: the point has no list until the API gives one. */
  static async open(file: string, log: Logger): Promise<EdgeStore> {
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    const empty: Content = { version: 1, key: null, highest: 0, held: null, isExit: false };
    if (text === null) return new EdgeStore(file, empty);
    try {
      return new EdgeStore(file, content.parse(JSON.parse(text)));
    } catch (err) {
      const aside = `${file}.damaged-${Date.now()}`;
      await rename(file, aside);
      log.error({ err, aside }, 'the permits of a point cannot be read, and are set aside');
      return new EdgeStore(file, empty);
    }
  }

  get key(): Content['key'] {
    return this.#kept.key;
  }
  get highest(): number {
    return this.#kept.highest;
  }
  get held(): Held | null {
    return this.#kept.held;
  }

  get isExit(): boolean {
    return this.#kept.isExit;
  }

  pin = (key: NonNullable<Content['key']>): Promise<void> => this.#save({ key });
  /** Drops the list; the highest sequence stays. */
  drop = async (): Promise<void> => {
    if (this.#kept.held) await this.#save({ held: null });
  };
  take = (next: Held): Promise<void> =>
    this.#save({
      held: next,
      highest: next.list.sequence,
      isExit: next.list.direction === 'exit',
    });

  async #save(change: Partial<Content>): Promise<void> {
    const next = { ...this.#kept, ...change };
    // What is dropped or followed by another list counts no more, whatever the disk does.
    if (change.held !== undefined) this.#kept = { ...this.#kept, held: null };
    await writeFileAtomic(this.#file, JSON.stringify(next), { mode: 0o600 });
    this.#kept = next;
  }
}
