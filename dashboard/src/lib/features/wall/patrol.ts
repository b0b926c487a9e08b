/** What a patrol looks at. */
export interface PatrolView {
  on: boolean;
  /** How long a page is shown, ms. */
  every: number;
  pages: number;
  /** The page of each camera whose alarm rings, in the order of the wall. */
  ringing: ReadonlyMap<string, number>;
  /** A tile is enlarged, or tiles are being arranged: what is shown stays. */
  held: boolean;
  /** The wall is being used, or the tab is hidden: no page is turned. */
  resting: boolean;
}

export interface PatrolState {
  /** The page that is shown, from 0. */
  page: number;
  /** When its time began, ms. */
  since: number;
  /** The camera whose alarm the patrol stays at. */
  alarm: string | null;
}

export type PatrolPhase = 'off' | 'held' | 'alarm' | 'resting' | 'turning';

/** What the patrol does now; an alarm comes before the use of the wall. */
export function phaseOf({ on, held, resting }: PatrolView, { alarm }: PatrolState): PatrolPhase {
  if (!on) return 'off';
  if (held) return 'held';
  if (alarm !== null) return 'alarm';
  return resting ? 'resting' : 'turning';
}

/**
 * The state at a moment. An alarm takes the wall to its page once, so that the person may turn pages
 * meanwhile, and no page is turned until it no longer rings. Then the next alarm has its turn. After each
 * rest a page has its whole time.
 *
 * @param now ms, of a clock that does not jump.
 */
export function advance(state: PatrolState, view: PatrolView, now: number): PatrolState {
  const page = Math.min(state.page, Math.max(0, view.pages - 1));
  if (!view.on || view.held) return { page, since: now, alarm: null };
  const { ringing } = view;
  if (state.alarm !== null && ringing.has(state.alarm)) return { ...state, page, since: now };
  const next = nextAlarm(ringing, page);
  if (next) return { page: next[1], since: now, alarm: next[0] };
  if (view.resting || view.pages <= 1 || state.alarm !== null) {
    return { page, since: now, alarm: null };
  }
  if (now - state.since < view.every) return { ...state, page };
  return { page: (page + 1) % view.pages, since: now, alarm: null };
}

/** One on the page that is shown comes first: the wall need not change for it. */
function nextAlarm(
  ringing: ReadonlyMap<string, number>,
  page: number,
): [camera: string, page: number] | undefined {
  const all = [...ringing];
  return all.find(([, at]) => at === page) ?? all[0];
}
