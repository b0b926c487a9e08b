import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type ClipMissingReason,
  point,
  slug,
  ulid,
  type ViolationClip,
  type ViolationEvent,
} from '@anshi/contracts';
import type { Logger } from 'pino';
import { z } from 'zod';
import { writeDurably } from '../publish/durable-file.ts';
import type { EvidenceStore } from '../publish/evidence-store.ts';
import type { Outbox } from '../publish/outbox.ts';
import type { ObservationBuffer } from './clip-boxes.ts';
import type { CutClip, CutOrder } from './clip-cutter.ts';
import { LONGEST_EVIDENCE_SECONDS } from './disk-budget.ts';
import { clipEvent, clipEventId } from './events.ts';
import { HelperThread } from './helper-thread.ts';
import type { Ring } from './ring.ts';

const BEFORE_MS = 5000;
const AFTER_MS = 10_000;
/** How long after the window's end a clip waits for its last segment. */
const PATIENCE_MS = 12_000;
const ORDER_NAME = /^[0-7][0-9A-HJKMNP-TV-Z]{25}\.json$/;

/** Orders of an earlier version name one track. */
const withTracks = (order: unknown): unknown =>
  order !== null && typeof order === 'object' && 'track' in order
    ? { tracks: [order.track], ...order }
    : order;

const clipOrder = z.preprocess(
  withTracks,
  z.object({
    violation: ulid,
    camera: slug,
    tracks: z.array(z.string()),
    /** Milliseconds since the epoch, stream clock. */
    startedAt: z.number(),
    confirmedAt: z.number(),
    /** Of the zone, where the violation is of a zone or a machine. */
    outline: z.array(point).min(3).optional(),
  }),
);
/** A pending clip of a violation. */
export type ClipOrder = z.infer<typeof clipOrder>;

const DISK_FULL = { reason: 'disk-full', message: "the worker's disk was full" } as const;

export interface ClipQueueOptions {
  readonly folder: string;
  readonly source: string;
  readonly outbox: Outbox;
  readonly evidence: EvidenceStore;
  readonly log: Logger;
  readonly ringOf: (camera: string) => Ring | undefined;
  readonly observationsOf: (camera: string) => ObservationBuffer | undefined;
  readonly isLive: (camera: string) => boolean;
  /** False while the disk has no room for video. */
  readonly hasRoom?: () => boolean;
  readonly write?: typeof writeDurably;
  /** Timeout of a pending clip (default 22 s); for tests. */
  readonly longestWaitMs?: number;
}

interface Owed {
  readonly order: ClipOrder;
  readonly afterRestart: boolean;
  release: () => void;
  timer?: NodeJS.Timeout;
}

/**
 * The pending clips. Each order is a file until the event with the clip, or with the reason why
 * there is none, is in the outbox; so orders survive a worker restart.
 */
export class ClipQueue {
  readonly #options: ClipQueueOptions;
  readonly #owed = new Map<string, Owed>();
  /** Orders of the API that are being written. */
  readonly #asked = new Map<string, Promise<void>>();
  readonly #cutter = new HelperThread<CutOrder, CutClip>(
    new URL('./clip-thread.ts', import.meta.url),
  );
  #cutting: Promise<void> = Promise.resolve();
  #closed = false;

  private constructor(options: ClipQueueOptions) {
    this.#options = options;
  }

  /**
   * Reads the orders of an earlier run; orders that were lost in a crash are restored from the
   * outbox: a confirmed event without its clip event. Their segments in the rings, which must be
   * open, are held from here on. Call {@link resume} when the cameras are open.
   */
  static async open(options: ClipQueueOptions): Promise<ClipQueue> {
    const { folder, outbox } = options;
    await rm(join(folder, 'work'), { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    const queue = new ClipQueue(options);
    const events = outbox.entries.flatMap((entry) => entry.events);
    const done = new Set(events.filter(isClip).map((event) => event.data.violation));
    const orders = events.flatMap(orderOf);
    for (const name of await readdir(folder)) {
      // Temporary files that a crash left behind.
      if (!ORDER_NAME.test(name)) {
        await rm(join(folder, name), { force: true, recursive: true });
        continue;
      }
      try {
        orders.push(clipOrder.parse(JSON.parse(await readFile(join(folder, name), 'utf8'))));
      } catch (error) {
        options.log.error({ file: name, err: error }, 'a damaged clip order was left out');
        await rm(join(folder, name), { force: true, recursive: true });
      }
    }
    for (const order of orders) {
      if (done.has(order.violation)) await rm(queue.#file(order), { force: true });
      else queue.#owe(order, true);
    }
    return queue;
  }

  /** Resumes the orders of an earlier run. */
  resume(): void {
    for (const { order } of [...this.#owed.values()]) this.#wait(order, true);
  }

  /** Accepts an order; settles when it is durable. */
  async add(order: ClipOrder): Promise<void> {
    this.#wait(order, false);
    await this.#persist(order);
  }

  /**
   * Accepts an order of the API, which may ask again: one that waits, or whose clip is on its way, stays as it is.
   * Settles when it is durable.
   */
  ask(order: ClipOrder): Promise<void> {
    const { violation } = order;
    const asked = this.#asked.get(violation);
    if (asked) return asked;
    if (this.#owed.has(violation)) return Promise.resolve();
    const { source, outbox } = this.#options;
    for (const { event } of outbox.events()) {
      if (event.source === source && event.id === clipEventId(violation)) return Promise.resolve();
    }
    const adding = this.#addAsked(order).finally(() => this.#asked.delete(violation));
    this.#asked.set(violation, adding);
    return adding;
  }

  /** Its video may be complete: cut before the order is written, it would leave the order behind. */
  async #addAsked(order: ClipOrder): Promise<void> {
    const { from, to } = windowOf(order);
    const release = this.#options.ringOf(order.camera)?.hold(from, to + BEFORE_MS);
    try {
      await this.#persist(order);
      this.#wait(order, false);
    } finally {
      release?.();
    }
  }

  async #persist(order: ClipOrder): Promise<void> {
    for (;;) {
      try {
        await (this.#options.write ?? writeDurably)(this.#file(order), JSON.stringify(order));
        return;
      } catch (error) {
        this.#options.log.error({ err: error }, 'a clip order cannot be written, retrying');
        await new Promise((resolve) => setTimeout(resolve, 1000).unref());
        // The caller relies on durability, so the write must not be reported as done.
        if (this.#closed) throw new Error('the worker stops before a clip order could be written');
      }
    }
  }

  /** A camera's ring grew: cuts the clips that are complete now. */
  grew(camera: string): void {
    const ring = this.#options.ringOf(camera);
    if (!ring) return;
    for (const owed of this.#owed.values()) {
      if (owed.order.camera === camera && ring.end >= windowOf(owed.order, ring).to) {
        this.#cut(owed);
      }
    }
  }

  get waiting(): number {
    return this.#owed.size;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const { timer } of this.#owed.values()) clearTimeout(timer);
    await this.#cutting;
    await this.#cutter.close();
  }

  #file(order: ClipOrder): string {
    return join(this.#options.folder, `${order.violation}.json`);
  }

  #owe(order: ClipOrder, afterRestart: boolean): Owed {
    const { from, to } = windowOf(order);
    const release = this.#options.ringOf(order.camera)?.hold(from, to + BEFORE_MS) ?? (() => {});
    const owed: Owed = { order, afterRestart, release };
    this.#owed.get(order.violation)?.release();
    this.#owed.set(order.violation, owed);
    return owed;
  }

  #wait(order: ClipOrder, afterRestart: boolean): void {
    const owed = this.#owe(order, afterRestart);
    const ring = this.#options.ringOf(order.camera);
    const { to } = windowOf(order, ring);
    const longest = this.#options.longestWaitMs ?? AFTER_MS + PATIENCE_MS;
    // A new order is recent, even if the wall clock has jumped.
    const late = afterRestart ? Math.max(0, to + PATIENCE_MS - Date.now()) : longest;
    // A removed camera gets no more segments.
    owed.timer = setTimeout(() => this.#cut(owed), ring ? Math.min(late, longest) : 0);
    if (ring && ring.end >= to) this.#cut(owed);
  }

  #cut(owed: Owed): void {
    clearTimeout(owed.timer);
    this.#cutting = this.#cutting.then(async () => {
      const { order } = owed;
      if (this.#closed || this.#owed.get(order.violation) !== owed) return;
      const result = await this.#make(owed);
      const { source, outbox } = this.#options;
      const event = clipEvent(order.violation, result, source, order.camera);
      await outbox.add({ version: 1, events: [event], state: null });
      this.#owed.delete(order.violation);
      owed.release();
      await rm(this.#file(order), { force: true });
    });
    this.#cutting = this.#cutting.catch((error: unknown) => {
      this.#options.log.error({ err: error, violation: owed.order.violation }, 'clip');
    });
  }

  async #make(
    owed: Owed,
  ): Promise<
    { clip: ViolationClip } | { missing: { reason: ClipMissingReason; message: string } }
  > {
    const { order } = owed;
    const { folder, evidence, ringOf, observationsOf, log } = this.#options;
    const ring = ringOf(order.camera);
    const { from, to } = windowOf(order, ring);
    const covering = ring?.cover(from, to);
    if (!ring || !covering) return { missing: this.#whyNothing(owed) };
    try {
      const work = join(folder, 'work');
      const cut = await this.#cutter.call({
        covering,
        ringFolder: ring.folder,
        workFolder: work,
        name: order.violation,
      });
      const video = await evidence.take(cut.path, 'video/mp4');
      const end = covering.from + cut.durationSeconds * 1000;
      const drawn = observationsOf(order.camera)?.boxes(
        covering.from,
        end,
        order.tracks,
        order.outline,
      );
      // A clip without boxes is better than none.
      const boxes = drawn
        ? await evidence
            .put(Buffer.from(JSON.stringify(drawn)), 'application/json')
            .catch((err: unknown) => {
              log.warn({ err, violation: order.violation }, 'the boxes of a clip cannot be kept');
              return null;
            })
        : null;
      const clip = {
        video,
        boxes,
        from: new Date(covering.from).toISOString(),
        to: new Date(end).toISOString(),
        durationSeconds: cut.durationSeconds,
        partial: covering.partial,
      };
      log.info({ violation: order.violation, seconds: cut.durationSeconds }, 'clip cut');
      return { clip };
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      log.error({ err: error, violation: order.violation }, 'the clip cannot be cut');
      return code === 'ENOSPC'
        ? { missing: DISK_FULL }
        : { missing: { reason: 'cut-failed', message: message.slice(0, 500) } };
    }
  }

  #whyNothing({ order, afterRestart }: Owed): { reason: ClipMissingReason; message: string } {
    if (afterRestart) {
      return {
        reason: 'worker-restarted',
        message: 'the worker was restarted and the video of that time is not on its disk any more',
      };
    }
    if (this.#options.hasRoom?.() === false) return DISK_FULL;
    if (!this.#options.isLive(order.camera)) {
      return { reason: 'camera-lost', message: 'the camera gave no more video' };
    }
    return { reason: 'no-segments', message: 'no video of that time was recorded' };
  }
}

/**
 * From 5 s before to 10 s after, of evidence that lasted longer than a minute only its last one. If the ring lacks the beginning, because the camera had just
 * connected, the end is extended, so that a reviewer still gets 15 s.
 */
export function windowOf(
  order: Pick<ClipOrder, 'startedAt' | 'confirmedAt'>,
  ring?: Pick<Ring, 'cover'>,
): { from: number; to: number } {
  const started = Math.max(order.startedAt, order.confirmedAt - 1000 * LONGEST_EVIDENCE_SECONDS);
  const from = started - BEFORE_MS;
  const to = order.confirmedAt + AFTER_MS;
  const begin = ring?.cover(from, to)?.from ?? from;
  return { from, to: to + Math.min(BEFORE_MS, Math.max(0, begin - from)) };
}

function isClip(event: ViolationEvent): boolean {
  return event.type === 'cn.anshi.violation.clip-ready.v1';
}

function orderOf(event: ViolationEvent): ClipOrder[] {
  if (event.type !== 'cn.anshi.violation.confirmed.v2') return [];
  const { violation, camera, tracks, startedAt, confirmedAt } = event.data;
  return [
    {
      violation,
      camera,
      tracks,
      startedAt: Date.parse(startedAt),
      confirmedAt: Date.parse(confirmedAt),
    },
  ];
}
