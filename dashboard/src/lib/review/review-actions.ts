import { explain } from '$lib/api/problem.ts';
import type { Filters } from '$lib/features/violations/filters.ts';
import { explainKey } from '$lib/features/violations/refused-keys.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { toasts } from '$lib/ui/toasts.svelte.ts';
import type { Decision, Outcome, Reviewed, ReviewQueue } from './review-queue.svelte.ts';

interface Options<Item extends Reviewed> {
  queue: ReviewQueue<Item>;
  filters: () => Filters;
  /** Opens a record, or the list for null. */
  go: (id: string | null) => void;
  ondecided: () => void;
  /** Takes a decision on many back; left out where there is none. */
  undoMany?: () => Promise<void>;
  /** Asks whether a decision that was refused is to be sent in another form; undefined: it was not asked. */
  again?: (error: unknown, item: Item, decision: Decision) => Promise<Decision | null | undefined>;
  /** Whether a verdict can be given on it. */
  isWaiting: (item: Item) => boolean;
  /** A short name of a record, for messages. */
  nameOf: (item: Item) => string;
  words: {
    confirmed(name: string): string;
    dismissed(name: string): string;
    reopened(name: string): string;
    /** Why the decision was not taken: the record was changed by another reviewer. */
    conflict(item: Item): string;
  };
}

export interface ReviewActions {
  /** Opens the next or the previous record. */
  move(step: 1 | -1): void;
  /**
   * Decides on the open record, and opens the next one as soon as the decision is shown.
   *
   * @param seen the record that the reviewer was asked about: where another one, or another version of it,
   *   is open by now, nothing is decided.
   */
  decide(decision: Decision, seen?: Reviewed): void;
  /** Takes the last decision back and opens its record, unless another one was opened before the answer came. */
  undo(): Promise<void>;
}

/** What a reviewer does in a queue, with the messages about it. */
export function createReviewActions<Item extends Reviewed>(options: Options<Item>): ReviewActions {
  const { queue, filters, go, ondecided, isWaiting, nameOf, words } = options;

  function report(outcome: Outcome<Item>): void {
    ondecided();
    if (outcome.kind === 'saved') return;
    const isFailure = outcome.kind === 'failed';
    const text = isFailure
      ? i18n.t.violations.toastFailed(explain(outcome.error, i18n.t))
      : words.conflict(outcome.item);
    toasts.show(text, {
      tone: isFailure ? 'danger' : 'warn',
      ms: 12_000,
      action: { text: i18n.t.common.open, run: () => go(outcome.item.id) },
    });
  }

  /** @param of the record of the message whose Undo it is; left out for the last decision. */
  async function undo(of?: Item): Promise<void> {
    if (!of && queue.wasMany && options.undoMany) return options.undoMany();
    const from = queue.selectedId;
    const outcome = await queue.undo(of);
    if (!outcome) {
      explainKey('undo');
      return;
    }
    if (outcome.kind === 'saved') {
      const { id } = outcome.item;
      const isStillThere = queue.selectedId === from;
      toasts.show(
        words.reopened(nameOf(outcome.item)),
        isStillThere ? {} : { action: { text: i18n.t.common.open, run: () => go(id) } },
      );
      // One who went on meanwhile looks at another record by now, and the next key is for that.
      if (isStillThere) go(id);
    }
    report(outcome);
  }

  /** Opens the record that is next in what has to be opened first. @returns whether there is one; null for no further group. */
  function goFurther(step: 1 | -1): Promise<boolean> | null {
    const from = queue.selectedId;
    const reached = queue.further(step);
    return (
      reached &&
      reached.then((id) => {
        // One who went on meanwhile looks at another record by now.
        if (id && queue.selectedId === from) go(id);
        return id !== null;
      })
    );
  }
  /** Nothing is left to go on to. */
  function leave({ id }: Item): void {
    if (filters().status === 'pending' && queue.selectedId === id) go(null);
  }

  return {
    undo: () => undo(),
    move(step) {
      const id = queue.neighbour(step);
      if (id) go(id);
      else void goFurther(step);
    },
    decide(decision, seen) {
      const item = queue.selected;
      if (seen && (item?.id !== seen.id || item.version !== seen.version)) {
        const now = item?.id === seen.id ? item : queue.items.find(({ id }) => id === seen.id);
        if (now) report({ kind: 'conflict', item: now });
        return;
      }
      const isReopened = decision.decision === 'reopen';
      if (!item || (!isReopened && !isWaiting(item))) return;
      const following = isReopened ? null : queue.neighbour(1);
      const isFurther = !isReopened && !following && goFurther(1);
      const previous = isReopened || following || isFurther ? null : queue.neighbour(-1);
      const outcome = queue.decide(item, decision);
      if (isReopened) {
        void outcome.then(report);
        return;
      }
      const name = nameOf(item);
      const text = decision.decision === 'confirm' ? words.confirmed(name) : words.dismissed(name);
      const toast = toasts.show(text, {
        action: { text: i18n.t.common.undo, key: 'U', run: () => void undo(item) },
      });
      const other = following ?? previous;
      if (other) go(other);
      else if (isFurther) void isFurther.then((isThere) => isThere || leave(item));
      else leave(item);
      void outcome.then(async (result) => {
        if (result.kind !== 'saved') toasts.close(toast);
        const again =
          result.kind === 'failed'
            ? await options.again?.(result.error, result.item, decision)
            : undefined;
        // Null: the reviewer leaves it, and knows why.
        if (again) report(await queue.decide(result.item, again));
        else if (again === undefined) report(result);
      });
    },
  };
}
