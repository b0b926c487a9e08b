import { type Incident, reasonsFor } from '$lib/api/types.ts';
import { explainKey, refusedKey } from '$lib/features/violations/refused-keys.ts';
import { type TriageAction, triageAction } from '$lib/features/violations/triage.ts';
import { shortcutKey, takesSpace } from '$lib/keyboard/shortcuts.ts';
import type { ReviewActions } from '$lib/review/review-actions.ts';
import type { Decision } from '$lib/review/review-queue.svelte.ts';
import { confirm } from '$lib/ui/confirm.svelte.ts';
import type { IncidentQueue } from './incident-queue.svelte.ts';
import type { QueueMarks } from './queue-marks.svelte.ts';

/** The player of the open incident, as the keys use it. */
interface Player {
  toggle(): void;
  step(frames: number): void;
  move(by: 1 | -1): void;
  fullscreen(): void;
}

interface Options {
  queue: IncidentQueue;
  marks: QueueMarks;
  actions: ReviewActions;
  player: () => Player | null | undefined;
  /** The line of the claim of the open incident, where there is one. */
  claimLine: () => { toggle(): Promise<void> } | null | undefined;
  mayDecide: () => boolean;
  /** Makes a hazard of the open incident; null without the right. */
  makeHazard: () => (() => void) | null;
  /** The menu of reasons of the open incident is shown. */
  isAsking: () => boolean;
  ask: (isAsking: boolean) => void;
  decide: (decision: Decision) => void;
  toggleBoxes: () => void;
  showKeys: () => void;
}

/** What the keys do in the review of incidents: first with the marked rows, then with groups, then with the open incident. */
export function reviewKeys(of: Options): (event: KeyboardEvent) => void {
  const { queue, marks, actions } = of;

  function run(action: TriageAction): void {
    const open = queue.selected;
    const makeHazard = of.makeHazard();
    const refused = refusedKey(action, {
      open: open && { isWaiting: open.undecided > 0, isConfirmed: isConfirmed(open) },
      mayDecide: of.mayDecide(),
      mayMakeHazard: makeHazard !== null,
    });
    if (refused) explainKey(refused);
    else if (action.kind === 'next') actions.move(1);
    else if (action.kind === 'previous') actions.move(-1);
    else if (action.kind === 'confirm') of.decide({ decision: 'confirm' });
    else if (action.kind === 'ask-reason') of.ask(true);
    else if (action.kind === 'drop-reason') of.ask(false);
    else if (action.kind === 'dismiss') of.decide({ decision: 'dismiss', reason: action.reason });
    else if (action.kind === 'undo') void actions.undo();
    else if (action.kind === 'hazard') makeHazard?.();
    else if (action.kind === 'play') of.player()?.toggle();
    else if (action.kind === 'frame') of.player()?.step(action.step);
    else if (action.kind === 'finding') of.player()?.move(action.step);
    else if (action.kind === 'fullscreen') of.player()?.fullscreen();
    else if (action.kind === 'boxes') of.toggleBoxes();
    else of.showKeys();
  }

  /** @returns whether the key was for the group of the open incident, or for its claim. */
  function runAround(key: string, isShifted: boolean): boolean {
    const open = queue.selected;
    const group = key === 'g' && open ? queue.groups?.of(open) : undefined;
    const claimLine = key === 'm' ? of.claimLine() : undefined;
    if (group && isShifted) void marks.group(group);
    else if (group) queue.groups?.toggle(group);
    else if (claimLine) void claimLine.toggle();
    return Boolean(group ?? claimLine);
  }

  return (event) => {
    // A question is answered before anything else is done.
    const key = confirm.question === null ? shortcutKey(event) : null;
    if (key === null) return;
    const asking = of.isAsking();
    // The menu of reasons of the open record has the keyboard first.
    const isDone = !asking && (marks.key(key, event) || runAround(key, event.shiftKey));
    const rule = queue.selected?.main.rule ?? '';
    const action = isDone ? null : triageAction(key, asking, reasonsFor(rule));
    const isElsewhere = action?.kind === 'play' && takesSpace(event.target);
    if (!isDone && (!action || isElsewhere)) return;
    event.preventDefault();
    if (action) run(action);
  };
}

const isConfirmed = ({ main }: Incident): boolean => main.status === 'confirmed';
