import type { Incident } from '$lib/api/types.ts';
import { explainKey } from '$lib/features/violations/refused-keys.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { ManyActions, type SendMany } from '$lib/review/review-many.svelte.ts';
import type { Decision } from '$lib/review/review-queue.svelte.ts';
import { Selection } from '$lib/review/selection.svelte.ts';
import { toasts } from '$lib/ui/toasts.svelte.ts';
import { groupWords } from './group-words.ts';
import type { IncidentQueue } from './incident-queue.svelte.ts';
import { manyReasons, manySummary, sendMany } from './many.ts';
import { type ManyKey, manyKey } from './many-keys.ts';
import { manyWords } from './many-words.ts';
import { MOST_MARKED, type QueueGroup } from './queue-groups.svelte.ts';

interface Options {
  queue: IncidentQueue;
  go: (id: string | null) => void;
  ondecided: () => void;
  /** Scrolls a row into view. */
  reveal: (id: string) => void;
  mayDecide: () => boolean;
  /** Asks where others look at some of them. @returns the ids of those; null where all are to be left. */
  ask?: (incidents: readonly Incident[], decision: Decision) => Promise<ReadonlySet<string> | null>;
  send?: SendMany<Incident>;
}

/** The incident whose row, or box in it, this is. */
const rowOf = (target: EventTarget | null): string | null =>
  target instanceof Element
    ? (target.closest('[data-row]')?.getAttribute('data-row') ?? null)
    : null;
const isWaiting = ({ undecided }: Incident) => undecided > 0;

/** The marked rows of the queue, and what is done with them. */
export class QueueMarks {
  readonly selection = new Selection(
    (id) => this.#of.queue.items.find((one) => one.id === id)?.version ?? 0,
  );
  /** The reasons to dismiss are shown. */
  asking = $state(false);
  readonly actions: ManyActions<Incident>;
  readonly #of: Options;
  /** The row that the focus was moved to by the keyboard, and what was open then. */
  #focus: { id: string; open: string | null } | null = null;

  constructor(options: Options) {
    const { queue, go, ondecided, send = sendMany } = options;
    this.#of = options;
    this.actions = new ManyActions<Incident>({
      queue,
      selection: this.selection,
      send,
      go,
      ondecided,
      isWaiting,
      summary: manySummary,
      undoText: () => i18n.t.common.undo,
    });
  }

  /** The rows that can be marked, in the order of the list: those of collapsed groups are not in sight. */
  get rows(): Incident[] {
    return this.#of.mayDecide() ? this.#of.queue.shown.filter(isWaiting) : [];
  }

  /** The marked rows; those of a group that is collapsed stay marked. */
  get chosen(): Incident[] {
    return this.#waiting.filter((one) => this.#isChosen(one));
  }

  get #waiting(): Incident[] {
    return this.#of.mayDecide() ? this.#of.queue.items.filter(isWaiting) : [];
  }

  /** A verdict covers what was seen: what changed since it was marked is marked no more. */
  #isChosen({ id, version }: Incident): boolean {
    return this.selection.seen(id) === version;
  }

  /** Unmarks what changed since it was marked, which is said, and what left the list. */
  prune(): void {
    const { queue } = this.#of;
    if (queue.loading || this.actions.progress !== null) return;
    const rows = new Map(this.#waiting.map((one) => [one.id, one]));
    const gone = [...this.selection.ids].filter((id) => {
      const row = rows.get(id);
      return row === undefined || !this.#isChosen(row);
    });
    if (gone.length === 0) return;
    const changed = gone.filter((id) => rows.has(id)).length;
    this.selection.drop(gone);
    if (this.chosen.length === 0) this.asking = false;
    if (changed > 0) toasts.show(manyWords.t.unmarked(changed), { tone: 'warn' });
  }

  get #order(): string[] {
    return this.rows.map(({ id }) => id);
  }

  /** What a row needs to be marked; null for one that waits for no verdict. */
  of(one: Incident) {
    if (!isWaiting(one) || !this.#of.mayDecide()) return null;
    const { selection } = this;
    return {
      chosen: this.#isChosen(one),
      isCursor: selection.cursor === one.id && selection.isOn,
      shown: selection.isOn,
      tapping: selection.tapping,
      ontoggle: () => selection.toggle(one.id),
      onrange: () => {
        const open = this.#of.queue.selectedId;
        // From the open row, where nothing is marked yet.
        if (!selection.isOn && open !== null && this.#order.includes(open)) selection.toggle(open);
        selection.rangeTo(one.id, this.#order);
      },
      onlong: () => {
        selection.tapping = true;
        if (!selection.has(one.id)) selection.toggle(one.id);
      },
      onswipe: (to: 'left' | 'right') => {
        if (to === 'right') void this.#send([one], { decision: 'confirm' });
        else {
          this.clear();
          selection.toggle(one.id);
          this.asking = true;
        }
      },
    };
  }

  all(): void {
    this.selection.all(this.#order);
  }

  /** Whether all loaded rows of a group are marked, and there are some. */
  hasAllOf(group: QueueGroup): boolean {
    const rows = this.#waitingOf(group);
    return rows.length > 0 && rows.every((one) => this.#isChosen(one));
  }

  /** Marks all of a group, as many as can be at once; or none of it, where all of it is marked. */
  async group(group: QueueGroup): Promise<void> {
    const { groups } = this.#of.queue;
    if (!groups || !this.#of.mayDecide()) return;
    if (this.hasAllOf(group)) {
      this.selection.drop(this.#waitingOf(group).map(({ id }) => id));
      return;
    }
    group.isOpen = true;
    await groups.fill(group);
    this.selection.add(
      this.#waitingOf(group)
        .slice(0, MOST_MARKED)
        .map(({ id }) => id),
    );
    if (group.next !== null) {
      toasts.show(groupWords.t.most(MOST_MARKED, group.summary.count), { tone: 'warn' });
    }
  }

  #waitingOf(group: QueueGroup): Incident[] {
    return (this.#of.queue.groups?.rowsOf(group) ?? []).filter(isWaiting);
  }

  clear(): void {
    this.selection.clear();
    this.asking = false;
  }

  async decide(decision: Decision): Promise<void> {
    this.asking = false;
    await this.#send(this.chosen, decision);
  }

  async #send(incidents: readonly Incident[], decision: Decision): Promise<void> {
    const { ask } = this.#of;
    const despite = ask ? await ask(incidents, decision) : new Set<string>();
    if (despite) await this.actions.decide(incidents, decision, despite);
  }

  /** @returns whether the key was for the marked rows. */
  key(key: string, event: Pick<KeyboardEvent, 'shiftKey' | 'target'>): boolean {
    const { selection, asking } = this;
    const of = { shift: event.shiftKey, chosen: this.chosen.length, isOn: selection.isOn, asking };
    const action = manyKey(key, of);
    if (!action) return false;
    if (!this.#of.mayDecide()) {
      if (action.kind === 'clear') return false;
      explainKey('right');
    } else this.#run(action, event.target);
    return true;
  }

  /** The row that the focus was moved to by the keyboard, unless another record was opened since. */
  #focusedRow(target: EventTarget | null): string | null {
    const at = this.#focus;
    const isThere = at !== null && at.id === rowOf(target);
    return isThere && at.open === this.#of.queue.selectedId ? at.id : null;
  }

  /** The focus is there now. A click leaves it on its row, whichever record is opened by keys after it. */
  focused(target: EventTarget | null): void {
    const id = rowOf(target);
    const isByKeys = id !== null && (target as Element).matches(':focus-visible');
    this.#focus = isByKeys ? { id, open: this.#of.queue.selectedId } : null;
  }

  #run(action: ManyKey, target: EventTarget | null): void {
    const { queue, reveal } = this.#of;
    if (action.kind === 'range') {
      this.#focus = null;
      const end = this.selection.extend(action.step, this.#order, queue.selectedId);
      if (end === null) explainKey('none');
      else reveal(end);
      if (action.step === 1 && end === this.#order.at(-1)) void queue.loadMore();
    } else if (action.kind === 'mark') {
      const id = this.#focusedRow(target) ?? queue.selectedId ?? this.selection.cursor;
      if (id !== null && this.#order.includes(id)) this.selection.toggle(id);
      else explainKey(id === null ? 'none' : 'decided');
    } else if (action.kind === 'all') this.all();
    else if (action.kind === 'clear') this.clear();
    else if (action.kind === 'confirm') void this.decide({ decision: 'confirm' });
    else if (action.kind === 'ask') this.asking = true;
    else if (action.kind === 'drop') this.asking = false;
    else if (action.kind === 'reason') {
      const reason = manyReasons[action.index];
      if (reason) void this.decide({ decision: 'dismiss', reason });
    }
  }
}
