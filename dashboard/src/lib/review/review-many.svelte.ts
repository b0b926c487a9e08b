import { toasts } from '$lib/ui/toasts.svelte.ts';
import type { Decision, Reviewed, ReviewQueue } from './review-queue.svelte.ts';
import type { Selection } from './selection.svelte.ts';

/** As many are sent at once: the bar shows how far it is. */
const AT_ONCE = 25;

/** What became of a record, as the API says. */
export type ManyRow<Item extends Reviewed> =
  | { id: string; outcome: 'done'; status: Item['status']; version: number }
  | { id: string; outcome: 'conflict'; code: string; current: Item | null }
  | { id: string; outcome: 'refused'; code: string; text: string };

/** Sends one decision for some records. */
export type SendMany<Item extends Reviewed> = (
  decision: Decision,
  rows: readonly { id: string; version: number }[],
) => Promise<readonly ManyRow<Item>[]>;

/** What became of all of them. */
export interface ManyOutcome<Item extends Reviewed> {
  decision: Decision;
  asked: number;
  done: Item[];
  /** Those that are not as they were seen, as they are now. */
  changed: (Item | null)[];
  refused: { code: string; text: string }[];
  /** Why the rest was not sent; null where all of them were. */
  error: unknown;
}

interface Options<Item extends Reviewed> {
  queue: ReviewQueue<Item>;
  selection: Selection;
  send: SendMany<Item>;
  /** Opens a record, or the list for null. */
  go: (id: string | null) => void;
  ondecided: () => void;
  isWaiting: (item: Item) => boolean;
  /** Says what became of them. */
  summary: (outcome: ManyOutcome<Item>) => string;
  undoText: () => string;
}

/** What a reviewer decides for many records of a queue at once. */
export class ManyActions<Item extends Reviewed> {
  /** How many have an answer, while a decision is on its way. */
  progress = $state.raw<{ done: number; of: number } | null>(null);
  readonly #of: Options<Item>;
  /** The message that offers the undo. */
  #toast: number | null = null;

  constructor(options: Options<Item>) {
    this.#of = options;
  }

  /** Decides on records; what was not decided stays marked. */
  async decide(items: readonly Item[], decision: Decision): Promise<ManyOutcome<Item> | null> {
    const { queue, selection, isWaiting, go } = this.#of;
    if (this.progress !== null || items.length === 0) return null;
    const outcome = await this.#send(items, decision);
    if (outcome.done.length > 0) queue.rememberMany(outcome.done);
    const gone = new Set(outcome.done.map(({ id }) => id));
    for (const one of items) {
      const now = queue.items.find(({ id }) => id === one.id);
      // What changed is looked at before it is decided: it is marked no more.
      if (!now || !isWaiting(now) || now.version !== one.version) gone.add(one.id);
    }
    selection.drop(gone);
    this.progress = null;
    const open = queue.selectedId;
    if (open !== null && gone.has(open)) go(this.#nextTo(open, gone));
    this.#tell(outcome, true);
    return outcome;
  }

  /** Reopens what the last decision on many decided, each at the version that it got. */
  async undo(): Promise<void> {
    const { queue } = this.#of;
    if (this.progress !== null) return;
    const done = queue.takeMany();
    if (this.#toast !== null) toasts.close(this.#toast);
    if (!done) return;
    const outcome = await this.#send(done, { decision: 'reopen' });
    this.progress = null;
    this.#tell(outcome, false);
  }

  async #send(items: readonly Item[], decision: Decision): Promise<ManyOutcome<Item>> {
    const { queue, send } = this.#of;
    const outcome: ManyOutcome<Item> = {
      decision,
      asked: items.length,
      done: [],
      changed: [],
      refused: [],
      error: null,
    };
    const places = new Map(queue.items.map(({ id }, n) => [id, n]));
    for (let at = 0; at < items.length; at += AT_ONCE) {
      this.progress = { done: at, of: items.length };
      const some = items.slice(at, at + AT_ONCE);
      try {
        const rows = await send(
          decision,
          some.map(({ id, version }) => ({ id, version })),
        );
        for (const row of rows) this.#take(outcome, row, some, places.get(row.id));
      } catch (error) {
        outcome.error = error;
        break;
      }
    }
    return outcome;
  }

  #take(
    outcome: ManyOutcome<Item>,
    row: ManyRow<Item>,
    sent: readonly Item[],
    place: number | undefined,
  ): void {
    const { queue } = this.#of;
    const before = sent.find(({ id }) => id === row.id);
    if (row.outcome === 'refused') outcome.refused.push(row);
    else if (row.outcome === 'conflict') {
      outcome.changed.push(row.current);
      if (row.current) queue.take(row.current, place);
    } else if (before) {
      const after = { ...queue.foresee(before, outcome.decision), version: row.version };
      outcome.done.push(queue.take(after, place));
    }
  }

  #nextTo(open: string, gone: ReadonlySet<string>): string | null {
    const { items } = this.#of.queue;
    const at = items.findIndex(({ id }) => id === open);
    const rest = [...items.slice(at + 1), ...items.slice(0, Math.max(at, 0)).reverse()];
    return rest.find(({ id }) => !gone.has(id))?.id ?? null;
  }

  #tell(outcome: ManyOutcome<Item>, canUndo: boolean): void {
    const { ondecided, summary, undoText } = this.#of;
    ondecided();
    const isWhole = outcome.changed.length + outcome.refused.length === 0 && outcome.error === null;
    const action = { text: undoText(), key: 'U', run: () => void this.undo() };
    this.#toast = toasts.show(summary(outcome), {
      tone: outcome.error !== null ? 'danger' : isWhole ? 'neutral' : 'warn',
      ms: 12_000,
      ...(canUndo && outcome.done.length > 0 ? { action } : {}),
    });
  }
}
