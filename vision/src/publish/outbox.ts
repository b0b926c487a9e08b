import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { receivedViolationEvent, type ViolationEvent } from '@anshi/contracts';
import type { Logger } from 'pino';
import type { CameraStates } from './camera-states.ts';
import { writeDurably } from './durable-file.ts';
import { type OutboxEntry, outboxEntry, withoutHandles } from './outbox-entry.ts';

const RETRY_MS = 1000;

/** One event that waits for the API's word. */
export interface WaitingEvent {
  readonly event: ViolationEvent;
  readonly file: string;
}

interface Waiting {
  entry: OutboxEntry;
  /** Ids that have no final word yet. */
  readonly open: Set<string>;
  /** What must be safe on disk before the file may go. */
  readonly heldBy: Promise<unknown>[];
  /** Its file is being written again. */
  writing?: Promise<void>;
  /** Its last event is settled. */
  isGoing?: boolean;
}

export interface OutboxOptions {
  readonly folder: string;
  readonly states: CameraStates;
  readonly log: Logger;
  /** An event was added and is durable. */
  readonly onAdded?: () => void;
  /** Nothing in the outbox names these events' evidence any more. */
  readonly onGone?: (events: readonly ViolationEvent[]) => void;
  readonly write?: typeof writeDurably;
  /** Signs an event before it is made durable; left out, events go unsigned. */
  readonly sign?: (event: ViolationEvent) => ViolationEvent;
}

/**
 * The events that the API has not committed yet, one file each in the order of their names.
 *
 * ## Why kill -9 at any moment loses no confirmed violation and records none twice
 *
 * Two facts must never part: "this episode is on its way to the API" and "this episode is open, do
 * not record it again". They are therefore one write: an entry holds the event AND the camera's
 * open episodes after it, in one file that appears by rename. Commits of a camera run one after
 * another (the recorder's lane), so that a state never speaks of an episode whose event is not yet
 * durable. At the start, a camera's state is the newest of its state file and all entries.
 *
 * A kill can fall
 * 1. before the rename: neither event nor episode exists. The evidence in the picture goes on, so
 *    the rule confirms it again, under a new id, once. (What was confirmed less than the time of a
 *    JPEG and an fsync before the kill, and is over when the worker is back, is not seen: it was
 *    never confirmed as far as anyone outside of the process could tell.)
 * 2. after it, before the API's word: the entry is sent again with the same id, which the API
 *    recognises; the imported state keeps the episode open, so it is not confirmed again.
 * 3. after the API's word, before the file is gone: as 2; the API acknowledges a duplicate.
 * 4. after the file is gone: it goes only when the state file holds this state or a newer one, and
 *    when the work order for the clip is durable.
 *
 * The end of an episode is the same with the roles changed: event `<id>-ended` and a state without
 * the episode are one write; a kill before it leaves the episode open, and the imported state ends
 * it again with the same event id.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #write: typeof writeDurably;
  readonly #waiting = new Map<string, Waiting>();
  /** By event id. */
  readonly #rejected: Map<string, ViolationEvent>;
  /** Ids of the rejected ones that went without their evidence: the API has them. */
  readonly #substituted: Set<string>;
  #next: number;
  #unsaved = 0;
  #damaged: string | null = null;
  #problem: string | null = null;

  private constructor(options: OutboxOptions, next: number, kept: Kept) {
    this.#options = options;
    this.#write = options.write ?? writeDurably;
    this.#next = next;
    this.#rejected = kept.rejected;
    this.#substituted = kept.substituted;
  }

  /** Reads what an earlier run left. A file that cannot be read is moved to `damaged/`, not fatal. */
  static async open(options: OutboxOptions): Promise<Outbox> {
    const { folder, log } = options;
    for (const name of ['', 'damaged', 'rejected']) {
      await mkdir(join(folder, name), { recursive: true });
    }
    const names = (await readdir(folder)).filter((name) => /^\d{12}\.json$/.test(name)).sort();
    const last = Number.parseInt(names.at(-1) ?? '0', 10);
    const outbox = new Outbox(options, last + 1, await readRejected(join(folder, 'rejected')));
    for (const name of names) {
      const text = await readFile(join(folder, name), 'utf8');
      const read = parse(text);
      if (!read.ok) {
        log.error({ file: name, reason: read.reason }, 'a damaged outbox entry was set aside');
        await rename(join(folder, name), join(folder, 'damaged', `${Date.now()}-${name}`));
        continue;
      }
      const { entry } = read;
      outbox.#waiting.set(name, { entry, open: idsOf(entry), heldBy: [] });
    }
    const damaged = (await readdir(join(folder, 'damaged'))).length;
    if (damaged > 0) {
      outbox.#damaged = `${damaged} damaged entries lie in ${join(folder, 'damaged')} and were not delivered; look at them, then take them away and start the worker again`;
    }
    return outbox;
  }

  /**
   * Makes events and state durable as one. Where the disk is full it keeps them in memory and tries
   * again until it succeeds.
   *
   * @param hold settles when something that belongs to the events is durable too; the entry's file
   *   does not go before.
   */
  async add(given: OutboxEntry, hold?: (entry: OutboxEntry) => Promise<unknown>): Promise<void> {
    const entry = { ...given, events: given.events.map((event) => this.#signed(event)) };
    const name = `${String(this.#next++).padStart(12, '0')}.json`;
    this.#unsaved += entry.events.length;
    for (;;) {
      try {
        await this.#write(join(this.#options.folder, name), JSON.stringify(entry));
        break;
      } catch (error) {
        this.#problem = `violations cannot be written to ${this.#options.folder}: ${(error as Error).message}; free space or correct the permissions, they are kept in memory until then`;
        this.#options.log.error({ err: error }, this.#problem);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    this.#problem = null;
    this.#unsaved -= entry.events.length;
    const heldBy = hold ? [hold(entry)] : [];
    // Checked when the entry is removed; until then, it stays.
    for (const held of heldBy) held.catch(() => {});
    this.#waiting.set(name, { entry, open: idsOf(entry), heldBy });
    this.#options.onAdded?.();
  }

  /** In the order in which they were added. */
  *events(): Generator<WaitingEvent> {
    for (const [file, { entry, open }] of [...this.#waiting].sort(byName)) {
      for (const event of entry.events) if (open.has(event.id)) yield { event, file };
    }
  }

  /** The API's final word on one event. A rejected one is kept in `rejected/` with the reason. */
  async settle({ event, file }: WaitingEvent, rejectedBecause?: string): Promise<void> {
    const waiting = this.#waiting.get(file);
    if (!waiting?.open.has(event.id)) return;
    const { folder, log } = this.#options;
    if (rejectedBecause !== undefined) {
      log.error({ event: event.id, reason: rejectedBecause }, 'the API can not take an event');
      this.#substituted.delete(event.id);
      await this.#keepRejected(event, rejectedBecause);
    }
    if (waiting.open.size === 1) {
      await Promise.all(waiting.heldBy);
      waiting.isGoing = true;
      await waiting.writing?.catch(() => {});
      if (waiting.entry.state) await this.#options.states.ensure(waiting.entry.state);
      await rm(join(folder, file), { force: true });
      this.#waiting.delete(file);
    }
    waiting.open.delete(event.id);
    if (waiting.open.size === 0) {
      const gone = waiting.entry.events.filter(({ id }) => !this.#rejected.has(id));
      this.#options.onGone?.(gone);
    }
  }

  /**
   * Puts another event of the same id in the place of one that can never be taken. The old one is
   * kept in `rejected/` with the reason, and its evidence with it.
   */
  async substitute({ event, file }: WaitingEvent, by: ViolationEvent, reason: string) {
    const waiting = this.#waiting.get(file);
    if (!waiting?.open.has(event.id)) return;
    const { folder, log } = this.#options;
    log.error({ event: event.id, reason }, 'an event goes without its evidence');
    this.#substituted.add(event.id);
    await this.#keepRejected(event, reason);
    const signed = this.#signed(by);
    const events = waiting.entry.events.map((one) => (one.id === event.id ? signed : one));
    const entry = { ...waiting.entry, events };
    await this.#write(join(folder, file), JSON.stringify(entry));
    waiting.entry = entry;
  }

  /**
   * Puts other events of the same ids in the place of what waits, for what a worker may no longer keep.
   *
   * @param change gives the same event where it stays.
   */
  async rewrite(change: (event: ViolationEvent) => ViolationEvent): Promise<void> {
    for (const [file, waiting] of this.#waiting) {
      const changed = waiting.entry.events.map((event) => {
        const by = change(event);
        return by === event ? event : this.#signed(by);
      });
      if (changed.every((event, i) => event === waiting.entry.events[i])) continue;
      waiting.entry = { ...waiting.entry, events: changed };
      const { entry } = waiting;
      waiting.writing = (waiting.writing ?? Promise.resolve())
        .catch(() => {})
        .then(async () => {
          // A file that goes must not come back.
          if (waiting.isGoing) return;
          await this.#write(join(this.#options.folder, file), JSON.stringify(entry));
        });
      await waiting.writing;
    }
  }

  #signed(event: ViolationEvent): ViolationEvent {
    return this.#options.sign?.(event) ?? event;
  }

  async #keepRejected(event: ViolationEvent, reason: string): Promise<void> {
    const substituted = this.#substituted.has(event.id);
    const kept = JSON.stringify({ reason, substituted, event: withoutHandles(event) }, null, 2);
    await this.#write(join(this.#options.folder, 'rejected', `${event.id}.json`), kept);
    this.#rejected.set(event.id, event);
  }

  /** Whether the API has refused this violation, so that what follows it has nowhere to go. */
  isRejected(violation: string): boolean {
    return this.#rejected.has(violation) && !this.#substituted.has(violation);
  }

  /** Everything whose evidence must stay: what waits and what was rejected. */
  get kept(): ViolationEvent[] {
    return [...this.entries.flatMap((entry) => entry.events), ...this.#rejected.values()];
  }

  /** All entries, for what must be found again after a restart. */
  get entries(): readonly OutboxEntry[] {
    return [...this.#waiting].sort(byName).map(([, { entry }]) => entry);
  }

  get count(): { waiting: number; rejected: number } {
    let waiting = this.#unsaved;
    for (const { open } of this.#waiting.values()) waiting += open.size;
    return { waiting, rejected: this.#rejected.size };
  }

  /** Why violations are not stored, or that some could not be read; null where all is well. */
  get problem(): string | null {
    return this.#problem ?? this.#damaged;
  }
}

function parse(text: string): { ok: true; entry: OutboxEntry } | { ok: false; reason: string } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { ok: false, reason: (error as Error).message };
  }
  const result = outboxEntry.safeParse(json);
  return result.success
    ? { ok: true, entry: result.data }
    : { ok: false, reason: result.error.issues[0]?.message ?? 'not an entry' };
}

interface Kept {
  rejected: Map<string, ViolationEvent>;
  substituted: Set<string>;
}

async function readRejected(folder: string): Promise<Kept> {
  const rejected = new Map<string, ViolationEvent>();
  const substituted = new Set<string>();
  for (const name of await readdir(folder)) {
    const text = await readFile(join(folder, name), 'utf8');
    try {
      const kept = JSON.parse(text);
      const event = receivedViolationEvent.parse(kept.event);
      rejected.set(event.id, event);
      if (kept.substituted === true) substituted.add(event.id);
    } catch {
      // Kept for a person to look at; nothing can be read from it here.
    }
  }
  return { rejected, substituted };
}

function idsOf(entry: OutboxEntry): Set<string> {
  return new Set(entry.events.map((event) => event.id));
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}
