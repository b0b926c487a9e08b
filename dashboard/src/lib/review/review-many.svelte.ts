import { ApiError } from '$lib/api/problem.ts';
import { toasts } from '$lib/ui/toasts.svelte.ts';
import type { Many } from './review-history.ts';
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
  rows: readonly { id: string; version: number; despiteClaim?: true }[],
) => Promise<readonly ManyRow<Item>[]>;

/** What became of all of them. */
export interface ManyOutcome<Item extends Reviewed> {
  decision: Decision;
  asked: number;
  done: Item[];
  /** Those that are not as they were seen, as they are now. */
  changed: (Item | null)[];
  refused: { code: string; text: string }[];
  /** Those with an answer, or read again where the answer was lost. */
  answered: Set<string>;
  /** How many may be decided or not: the answer was lost, and they could not be read. */
  lost: number;
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
  /** The message that offers the undo of a decision. */
  readonly #toasts = new WeakMap<Many<Item>, number>();

  constructor(options: Options<Item>) {
    this.#of = options;
  }

  /**
   * Decides on records; what was not decided stays marked.
   *
   * @param despite the ids of those that a colleague looks at, and that are decided all the same.
   */
  async decide(
    items: readonly Item[],
    decision: Decision,
    despite: ReadonlySet<string> = new Set(),
  ): Promise<ManyOutcome<Item> | null> {
    const { queue, selection, isWaiting, go } = this.#of;
    if (this.progress !== null || items.length === 0) return null;
    const outcome = await this.#send(items, decision, despite);
    const step = outcome.done.length > 0 ? queue.rememberMany(outcome.done) : null;
    const gone = new Set(outcome.done.map(({ id }) => id));
    for (const one of items) {
      const now = queue.items.find(({ id }) => id === one.id);
      // What changed is looked at before it is decided: it is marked no more.
      if (!now || !isWaiting(now) || now.version !== one.version) gone.add(one.id);
    }
    selection.drop(gone);
    this.progress = null;
    const open = queue.selectedId;
    if (open !== null && gone.has(open)) {
      const next = this.#nextTo(open, gone) ?? (await queue.further(1)) ?? null;
      if (queue.selectedId === open) go(next);
    }
    this.#tell(outcome, step);
    return outcome;
  }

  /**
   * Reopens what a decision on many decided, each at the version that it got.
   *
   * @param step the decision; left out for the last one.
   */
  async undo(step?: Many<Item>): Promise<void> {
    const { queue } = this.#of;
    if (this.progress !== null) return;
    const taken = queue.takeMany(step);
    if (!taken) return;
    const toast = this.#toasts.get(taken);
    if (toast !== undefined) toasts.close(toast);
    const outcome = await this.#send(taken.many, { decision: 'reopen' });
    this.progress = null;
    const rest = taken.many.filter(({ id }) => !outcome.answered.has(id));
    this.#tell(outcome, rest.length > 0 ? queue.rememberMany(rest) : null);
  }

  async #send(
    items: readonly Item[],
    decision: Decision,
    despite: ReadonlySet<string> = new Set(),
  ): Promise<ManyOutcome<Item>> {
    const { queue, send } = this.#of;
    const outcome: ManyOutcome<Item> = {
      decision,
      asked: items.length,
      done: [],
      changed: [],
      refused: [],
      answered: new Set(),
      lost: 0,
      error: null,
    };
    const places = new Map(queue.items.map(({ id }, n) => [id, n]));
    for (let at = 0; at < items.length; at += AT_ONCE) {
      this.progress = { done: at, of: items.length };
      const some = items.slice(at, at + AT_ONCE);
      try {
        const rows = await send(
          decision,
          some.map(({ id, version }) => ({
            id,
            version,
            ...(despite.has(id) ? { despiteClaim: true as const } : {}),
          })),
        );
        for (const row of rows) this.#take(outcome, row, some, places.get(row.id));
      } catch (error) {
        outcome.error = error;
        // They may be decided all the same: the answer was lost, not the request.
        const isLost = !(error instanceof ApiError) || error.status >= 500;
        if (isLost) await Promise.all(some.map((one) => this.#readAgain(outcome, one, places)));
        if (items.every(({ id }) => outcome.answered.has(id))) outcome.error = null;
        break;
      }
    }
    return outcome;
  }

  /** What became of a record without an answer. */
  async #readAgain(
    outcome: ManyOutcome<Item>,
    before: Item,
    places: ReadonlyMap<string, number>,
  ): Promise<void> {
    const { queue } = this.#of;
    const now = await queue.read(before.id).catch(() => null);
    if (now?.version === before.version) return;
    if (!now) {
      outcome.lost += 1;
      return;
    }
    outcome.answered.add(before.id);
    queue.take(now, places.get(before.id));
    const { status, verdict } = queue.foresee(before, outcome.decision);
    const isOurs = now.status === status && now.verdict?.by.id === verdict?.by.id;
    if (isOurs && this.#of.isWaiting(now) === (status === 'pending')) outcome.done.push(now);
    else outcome.changed.push(now);
  }

  #take(
    outcome: ManyOutcome<Item>,
    row: ManyRow<Item>,
    sent: readonly Item[],
    place: number | undefined,
  ): void {
    const { queue } = this.#of;
    const before = sent.find(({ id }) => id === row.id);
    outcome.answered.add(row.id);
    if (row.outcome === 'refused') outcome.refused.push(row);
    else if (row.outcome === 'conflict') {
      outcome.changed.push(row.current);
      if (row.current) queue.take(row.current, place);
    } else if (before) {
      const after = { ...queue.foresee(before, outcome.decision), version: row.version };
      queue.take(after, place);
      // Not what is known since: an undo takes back this verdict, not what others decided after it.
      outcome.done.push(after);
    }
  }

  #nextTo(open: string, gone: ReadonlySet<string>): string | null {
    const { items } = this.#of.queue;
    const at = items.findIndex(({ id }) => id === open);
    const rest = [...items.slice(at + 1), ...items.slice(0, Math.max(at, 0)).reverse()];
    return rest.find(({ id }) => !gone.has(id))?.id ?? null;
  }

  /** @param step what can be undone; null where nothing can. */
  #tell(outcome: ManyOutcome<Item>, step: Many<Item> | null): void {
    const { ondecided, summary, undoText } = this.#of;
    ondecided();
    const isWhole = outcome.changed.length + outcome.refused.length === 0 && outcome.error === null;
    const toast = toasts.show(summary(outcome), {
      tone: outcome.error !== null ? 'danger' : isWhole ? 'neutral' : 'warn',
      ms: 12_000,
      ...(step && { action: { text: undoText(), key: 'U', run: () => void this.undo(step) } }),
    });
    if (step) this.#toasts.set(step, toast);
  }
}
