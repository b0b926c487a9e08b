import type { PeriodTruth, TruthFile } from './data.ts';

/** How the cases of the program stand against the truth. */
export interface ObligationScore {
  periods: number;
  dueEqual: number;
  /** Periods with another day, one too few or one too many. */
  dueWrong: number;
  openings: number;
  openingsEqual: number;
  /** Opened by another run, not at all, or where none is due. */
  openingsWrong: number;
  outcomesWrong: number;
  mistakes: string[];
}

/** @param found the cases of each obligation, the first period first. */
export function scoreSet(
  truth: TruthFile,
  found: ReadonlyMap<string, readonly PeriodTruth[]>,
): ObligationScore {
  const score: ObligationScore = {
    periods: 0,
    dueEqual: 0,
    dueWrong: 0,
    openings: 0,
    openingsEqual: 0,
    openingsWrong: 0,
    outcomesWrong: 0,
    mistakes: [],
  };
  for (const id of new Set([...Object.keys(truth.periods), ...found.keys()])) {
    const due = truth.periods[id] ?? [];
    const got = found.get(id) ?? [];
    for (let n = 0; n < Math.max(due.length, got.length); n++) {
      scorePeriod(score, `${id} period ${n + 1}`, due[n], got[n]);
    }
  }
  return score;
}

function scorePeriod(
  score: ObligationScore,
  name: string,
  due: PeriodTruth | undefined,
  got: PeriodTruth | undefined,
): void {
  const wrong = (what: string, expected: unknown, is: unknown) =>
    score.mistakes.push(`${name}: ${what} must be ${expected ?? 'none'}, not ${is ?? 'none'}`);
  if (due) score.periods++;
  if (!due || !got) {
    score.dueWrong++;
    wrong('the period', due ? 'there' : undefined, got ? 'there' : undefined);
  } else if (due.dueOn === got.dueOn) score.dueEqual++;
  else {
    score.dueWrong++;
    wrong('the due day', due.dueOn, got.dueOn);
  }
  const [opens, opened] = [instantOf(due), instantOf(got)];
  if (opens !== null) score.openings++;
  if (opens !== opened) {
    score.openingsWrong++;
    wrong('the opening', due?.openedAt, got?.openedAt);
  } else if (opens !== null) score.openingsEqual++;
  if ((due?.outcome ?? null) !== (got?.outcome ?? null)) {
    score.outcomesWrong++;
    wrong('the outcome', due?.outcome, got?.outcome);
  }
}

const instantOf = (one: PeriodTruth | undefined): number | null =>
  one?.openedAt == null ? null : Date.parse(one.openedAt);
