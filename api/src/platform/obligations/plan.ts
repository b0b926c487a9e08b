import type { Interval } from '../manifest.ts';
import { minusInterval, nextAfter, plusDays, plusInterval } from './schedule.ts';
import type { Due } from './types.ts';

/** The dates of a case, and what they rest on. Days are `YYYY-MM-DD`. */
export interface CaseDates {
  basis: string | null;
  baseOn: string | null;
  meterBase: number | null;
  meterDue: number | null;
  /** Null while it is not known. */
  plannedOn: string | null;
  opensOn: string | null;
}

/** A case that is there: those that have not ended, and the last that has. */
export interface KnownCase extends CaseDates {
  id: string;
  period: number;
  opened: boolean;
  /** Null for one that has not ended. */
  outcome: 'done' | 'closed' | null;
}

export interface PlanInput {
  due: Due;
  /** The intervals, resolved; null where the rule does not say it, or there is none. */
  every: Interval | null;
  lead: Interval | null;
  /** Today where the obligation lies. */
  today: string;
  /** Since when it is owed: a fixed schedule has no period before. */
  since: string;
  /** The last evidence that ended a case. */
  lastEvidence: string | null;
  /** In the order of their periods. */
  cases: readonly KnownCase[];
}

/** What has to change so that the cases say what the row owes. */
export interface Plan {
  ends: { id: string; doneOn: string; evidence: string }[];
  /** Cases of a condition that is over before it was done: nothing is needed any more. */
  closes: { id: string }[];
  /** Cases with other dates; `moved` where the planned day is another one. */
  changes: { id: string; dates: CaseDates; moved: boolean }[];
  creates: ({ period: number } & CaseDates)[];
}

/** A planned case, without a due date until its condition holds. */
const WAITS: CaseDates = {
  basis: 'waits',
  baseOn: null,
  meterBase: null,
  meterDue: null,
  plannedOn: null,
  opensOn: null,
};

const nothing = (): Plan => ({ ends: [], closes: [], changes: [], creates: [] });

const leadBefore = (day: string | null, lead: Interval | null): string | null =>
  day === null || lead === null ? day : minusInterval(day, lead);

/**
 * Compares what a row owes with its cases. A pure function: the same row and cases always give the
 * same plan, and once it is carried out, none.
 */
export function planCases(input: PlanInput): Plan {
  const { due } = input;
  if (due.by === 'fixed') return planFixed(input, due);
  return due.by === 'condition' && due.standing ? planStanding(input, due) : planSingle(input);
}

/** Kinds of which at most one case has not ended. */
function planSingle(input: PlanInput): Plan {
  const { due, today, cases } = input;
  const plan = nothing();
  const open = cases.find(({ outcome }) => outcome === null);
  const last = cases.at(-1);
  const evidenceOf = (basis: string | null) => due.done?.evidence ?? basis ?? `on:${today}`;
  if (isSettled(due)) {
    if (open) {
      plan.ends.push({
        id: open.id,
        doneOn: due.done?.on ?? today,
        evidence: evidenceOf(open.basis),
      });
    }
    return plan;
  }
  const wanted = wantedDates(input, open);
  const period = (last?.period ?? 0) + 1;
  if (!open) {
    // What was settled stays settled as long as the row says the same.
    if (last?.outcome === 'done' && last.basis === wanted.basis) return plan;
    plan.creates.push({ period, ...wanted });
    return plan;
  }
  if (wanted.basis !== open.basis && isLater(due, open, wanted)) {
    plan.ends.push({
      id: open.id,
      doneOn: due.done?.on ?? today,
      evidence: evidenceOf(wanted.basis),
    });
    plan.creates.push({ period, ...wanted });
    return plan;
  }
  if (!sameDates(open, wanted)) {
    plan.changes.push({
      id: open.id,
      dates: wanted,
      moved: wanted.plannedOn !== open.plannedOn,
    });
  }
  return plan;
}

/** Plans an obligation with a standing condition: one open case at all times, with a due date while the condition holds. */
function planStanding(input: PlanInput, due: Extract<Due, { by: 'condition' }>): Plan {
  const { cases, lastEvidence } = input;
  const plan = nothing();
  const open = cases.find(({ outcome }) => outcome === null);
  const wanted = due.since === null ? WAITS : wantedDates(input, open);
  const next = { period: (cases.at(-1)?.period ?? 0) + 1, ...wanted };
  if (!open) {
    plan.creates.push(next);
    return plan;
  }
  const holds = open.basis !== WAITS.basis;
  const evidence = due.done?.evidence ?? `on:${due.done?.on}`;
  if (holds && due.done && evidence !== lastEvidence) {
    plan.ends.push({ id: open.id, doneOn: due.done.on, evidence });
    plan.creates.push(next);
  } else if (holds && due.since === null) {
    plan.closes.push({ id: open.id });
    plan.creates.push(next);
  } else if (!sameDates(open, wanted)) {
    const moved = holds && wanted.plannedOn !== open.plannedOn;
    plan.changes.push({ id: open.id, dates: wanted, moved });
  }
  return plan;
}

/** The row says that it is settled, without another period. */
const isSettled = (due: Due): boolean =>
  (due.by === 'date' && due.done != null) || (due.by === 'condition' && due.since === null);

/** Whether another basis is a renewal, and not a correction. */
function isLater(due: Due, open: CaseDates, wanted: CaseDates): boolean {
  switch (due.by) {
    case 'date':
      return (
        wanted.plannedOn !== null && (open.plannedOn === null || wanted.plannedOn > open.plannedOn)
      );
    case 'done':
      return due.done != null && (open.baseOn === null || (wanted.baseOn as string) > open.baseOn);
    case 'meter':
      return (wanted.meterBase as number) > (open.meterBase ?? Number.NEGATIVE_INFINITY);
    default:
      return false;
  }
}

function wantedDates({ due, every, lead }: PlanInput, open: KnownCase | undefined): CaseDates {
  const none = { basis: null, baseOn: null, meterBase: null, meterDue: null };
  const on = (plannedOn: string | null) => ({ plannedOn, opensOn: leadBefore(plannedOn, lead) });
  switch (due.by) {
    case 'date':
      return { ...none, basis: due.basis, ...on(due.on) };
    case 'done':
    case 'fixed': {
      const baseOn = due.done?.on ?? due.from;
      const basis = due.done?.evidence ?? `on:${baseOn}`;
      return { ...none, basis, baseOn, ...on(every && plusInterval(baseOn, every)) };
    }
    case 'meter': {
      const meterDue = due.base + due.every;
      const basis = due.done?.evidence ?? `at:${due.base}`;
      const known = open?.basis === basis && open.meterDue === meterDue ? open : undefined;
      // The day on which it was reached stays, whatever is read afterwards.
      const reached = (limit: number, before: string | null | undefined) =>
        due.reading >= limit ? (before ?? due.readOn) : null;
      const plannedOn = reached(meterDue, known?.plannedOn);
      const opensOn = reached(meterDue - (due.lead ?? 0), known?.opensOn);
      return { ...none, basis, meterBase: due.base, meterDue, plannedOn, opensOn };
    }
    case 'condition': {
      const since = due.since as string;
      const plannedOn = due.within === undefined ? since : every && plusInterval(since, every);
      // It is open from the day on which it began.
      return {
        ...none,
        basis: due.basis ?? `since:${since}`,
        baseOn: since,
        plannedOn,
        opensOn: since,
      };
    }
  }
}

/** Each period is a case, and the next one waits as long as the row owes it. */
function planFixed(
  { every, lead, since, lastEvidence, cases }: PlanInput,
  due: Extract<Due, { by: 'fixed' | 'done' }>,
): Plan {
  const plan = nothing();
  let waiting = cases.filter(({ outcome }) => outcome === null);
  const done = due.done
    ? { on: due.done.on, evidence: due.done.evidence ?? `on:${due.done.on}` }
    : null;
  const oldest = waiting[0];
  if (done && oldest && done.evidence !== lastEvidence) {
    plan.ends.push({ id: oldest.id, doneOn: done.on, evidence: done.evidence });
    waiting = waiting.slice(1);
  }
  const coming = waiting.find(({ opened }) => !opened);
  const before = cases
    .filter(({ period }) => period < (coming?.period ?? Number.POSITIVE_INFINITY))
    .at(-1);
  const wanted = fixedDates(due.from, every, lead, {
    after: before && before.outcome !== 'closed' ? before.plannedOn : null,
    since,
    atFrom: due.atFrom === true,
  });
  if (!coming) {
    plan.creates.push({ period: (cases.at(-1)?.period ?? 0) + 1, ...wanted });
  } else if (!sameDates(coming, wanted)) {
    plan.changes.push({
      id: coming.id,
      dates: wanted,
      moved: wanted.plannedOn !== coming.plannedOn,
    });
  }
  return plan;
}

/**
 * The period of a fixed schedule that follows.
 *
 * @param place.after the planned day of the period before; null for the first.
 * @param place.atFrom whether `from` itself is the first day; see `Due`.
 */
export function fixedDates(
  from: string,
  every: Interval | null,
  lead: Interval | null,
  { after, since, atFrom = false }: { after: string | null; since: string; atFrom?: boolean },
): CaseDates {
  const eve = plusDays(since, -1);
  const beyond = after !== null && after > eve ? after : eve;
  const plannedOn = every && (atFrom && from > beyond ? from : nextAfter(from, every, beyond));
  return {
    basis: `from:${from}`,
    baseOn: from,
    meterBase: null,
    meterDue: null,
    plannedOn,
    opensOn: leadBefore(plannedOn, lead),
  };
}

const sameDates = (a: CaseDates, b: CaseDates): boolean =>
  a.basis === b.basis &&
  a.baseOn === b.baseOn &&
  a.meterBase === b.meterBase &&
  a.meterDue === b.meterDue &&
  a.plannedOn === b.plannedOn &&
  a.opensOn === b.opensOn;
