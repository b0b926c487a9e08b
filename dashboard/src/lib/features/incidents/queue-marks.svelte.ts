import type { Incident } from '$lib/api/types.ts';
import { explainKey } from '$lib/features/violations/refused-keys.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { ManyActions, type SendMany } from '$lib/review/review-many.svelte.ts';
import type { Decision } from '$lib/review/review-queue.svelte.ts';
import { Selection } from '$lib/review/selection.svelte.ts';
import type { IncidentQueue } from './incident-queue.svelte.ts';
import { manyReasons, manySummary, sendMany } from './many.ts';
import { type ManyKey, manyKey } from './many-keys.ts';

interface Options {
  queue: IncidentQueue;
  go: (id: string | null) => void;
  ondecided: () => void;
  /** Scrolls a row into view. */
  reveal: (id: string) => void;
  mayDecide: () => boolean;
  /** Asks where others look at some of them. @returns null where they are to be left. */
  ask?: (incidents: readonly Incident[], decision: Decision) => Promise<Decision | null>;
  send?: SendMany<Incident>;
}

const isWaiting = ({ undecided }: Incident) => undecided > 0;

/** The marked rows of the queue, and what is done with them. */
export class QueueMarks {
  readonly selection = new Selection();
  /** The reasons to dismiss are shown. */
  asking = $state(false);
  readonly actions: ManyActions<Incident>;
  readonly #of: Options;

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

  /** The rows that can be marked, in the order of the list. */
  get rows(): Incident[] {
    return this.#of.mayDecide() ? this.#of.queue.items.filter(isWaiting) : [];
  }

  get chosen(): Incident[] {
    return this.rows.filter(({ id }) => this.selection.has(id));
  }

  get #order(): string[] {
    return this.rows.map(({ id }) => id);
  }

  /** What a row needs to be marked; null for one that waits for no verdict. */
  of(one: Incident) {
    if (!isWaiting(one) || !this.#of.mayDecide()) return null;
    const { selection } = this;
    return {
      chosen: selection.has(one.id),
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
    const asked = ask ? await ask(incidents, decision) : decision;
    if (asked) await this.actions.decide(incidents, asked);
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

  #run(action: ManyKey, target: EventTarget | null): void {
    const { queue, reveal } = this.#of;
    if (action.kind === 'range') {
      const end = this.selection.extend(action.step, this.#order, queue.selectedId);
      if (end === null) explainKey('none');
      else reveal(end);
      if (action.step === 1 && end === this.#order.at(-1)) void queue.loadMore();
    } else if (action.kind === 'mark') {
      const row = target instanceof Element ? target.closest('[data-testid=incident-row]') : null;
      const id = row?.getAttribute('data-id') ?? queue.selectedId;
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
