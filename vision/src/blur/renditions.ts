import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlurOrder, ViolationEvent } from '@anshi/contracts';
import type { Logger } from 'pino';
import type { EvidenceStore } from '../publish/evidence-store.ts';
import type { Outbox } from '../publish/outbox.ts';
import { blurredEvent } from '../record/events.ts';
import type { Blurring } from './blurring.ts';
import type { OrderClient } from './order-client.ts';

/** Asked so often where no evidence of this worker was taken meanwhile: for that of others, ms. */
const ASK_EVERY_MS = 30_000;
/** After evidence was taken: the clip of the same second comes with it, ms. */
const POKED_MS = 300;
/** After a failure, ms. */
const PAUSE_MS = 5_000;

export interface RenditionsOptions {
  /** Of this alone; it holds nothing that is needed after a restart. */
  readonly folder: string;
  readonly source: string;
  readonly orders: Pick<OrderClient, 'claim' | 'download' | 'failed' | 'close'>;
  readonly blurring: Pick<Blurring, 'make' | 'close'>;
  readonly outbox: Pick<Outbox, 'add' | 'events'>;
  readonly evidence: Pick<EvidenceStore, 'take'>;
  readonly log: Logger;
}

/**
 * Makes the renditions with blurred faces, one at a time. The API keeps the orders and hands one out
 * again until its rendition has arrived, so a killed worker loses nothing. A finished rendition is sent
 * through the outbox.
 */
export class Renditions {
  readonly #options: RenditionsOptions;
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> | undefined;
  #closed = false;
  #told = '';

  constructor(options: RenditionsOptions) {
    this.#options = options;
  }

  /** Removes what an earlier run left, and asks for the first order. */
  async start(): Promise<void> {
    const { folder } = this.#options;
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    this.#wait(POKED_MS);
  }

  /** The API has taken these events: what they brought may be blurred, and the next one made. */
  taken(events: readonly ViolationEvent[]): void {
    const brings = events.some(({ type }) => type !== 'cn.anshi.violation.ended.v1');
    if (brings && !this.#working) this.#wait(POKED_MS);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#options.orders.close();
    await this.#options.blurring.close();
    await this.#working;
  }

  #wait(ms: number): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#working ??= this.#work()
        .catch((error: unknown) => this.#failed(error))
        .then((pause) => {
          this.#working = undefined;
          this.#wait(pause);
        });
    }, ms);
  }

  /** @returns after how many ms the next order is asked for. */
  async #work(): Promise<number> {
    // One that is on its way would be given again.
    if (this.#isOnItsWay()) return ASK_EVERY_MS;
    const order = await this.#options.orders.claim();
    this.#told = '';
    if (!order) return ASK_EVERY_MS;
    await this.#make(order);
    return this.#isOnItsWay() ? ASK_EVERY_MS : 0;
  }

  #isOnItsWay(): boolean {
    for (const { event } of this.#options.outbox.events()) {
      if (event.type === 'cn.anshi.violation.blurred.v1') return true;
    }
    return false;
  }

  async #make(order: BlurOrder): Promise<void> {
    const { folder, orders, blurring, outbox, evidence, source, log } = this.#options;
    const { violation, of, original, boxes, model } = order;
    const [input, output, sideFile] = ['original', 'rendition', 'boxes'].map((name) =>
      join(folder, name),
    ) as [string, string, string];
    const began = performance.now();
    try {
      if (!(await orders.download(order, 'original', input))) return;
      const hasBoxes = order.hasBoxesFile && (await orders.download(order, 'boxes', sideFile));
      const boxesFile = hasBoxes ? sideFile : null;
      let made: { heads: number; cpuSeconds: number };
      try {
        made = await blurring.make({ of, input, output, boxes, boxesFile, model });
      } catch (error) {
        // A full disk and a worker that stops say nothing of the evidence.
        if (this.#closed || (error as NodeJS.ErrnoException).code === 'ENOSPC') throw error;
        log.error({ err: error, violation, of }, 'a rendition cannot be made');
        await orders.failed(order, (error as Error).message);
        return;
      }
      const mediaType = of === 'snapshot' ? 'image/jpeg' : 'video/mp4';
      const file = await evidence.take(output, mediaType);
      const data = { violation, of, original, file, heads: made.heads };
      const event = blurredEvent(data, source, order.camera);
      await outbox.add({ version: 1, events: [event], state: null });
      const seconds = (performance.now() - began) / 1000;
      log.info({ violation, of, heads: made.heads, seconds }, 'rendition made');
    } finally {
      for (const file of [input, output, sideFile]) await rm(file, { force: true });
    }
  }

  #failed(error: unknown): number {
    if (this.#closed) return PAUSE_MS;
    const { message } = error as Error;
    if (message !== this.#told)
      this.#options.log.warn({ why: message }, 'no rendition is made now');
    this.#told = message;
    return PAUSE_MS;
  }
}
