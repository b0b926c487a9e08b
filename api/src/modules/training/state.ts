export const results = ['passed', 'failed'] as const;

export const states = [
  'passed',
  'over',
  'replaced',
  'failed',
  'due',
  'overdue',
  'done',
  'withdrawn',
] as const;
export type TrainingState = (typeof states)[number];

/** The fields that decide the state of a record. Days are `YYYY-MM-DD`. */
export interface TrainingFact {
  id: string;
  course: string;
  result: string;
  heldOn: string;
  until: string | null;
  isWithdrawn: boolean;
}

/** Records of one day are in the order in which they were entered: ids sort by time. */
const isAfter = (a: TrainingFact, b: TrainingFact): boolean =>
  a.heldOn > b.heldOn || (a.heldOn === b.heldOn && a.id > b.id);

/** The first of these results in the same course after a record, of all records of its person; withdrawn ones do not count. */
export function nextOf<Fact extends TrainingFact>(
  fact: TrainingFact,
  all: readonly Fact[],
  result: 'passed' | 'failed',
): Fact | undefined {
  return all
    .filter((one) => one.course === fact.course && one.result === result && !one.isWithdrawn)
    .filter((one) => isAfter(one, fact))
    .sort((a, b) => (isAfter(a, b) ? 1 : -1))[0];
}

/**
 * What a record says on a day. A pass counts until its last day, or until the course is failed; a retraining is due until the
 * course is passed.
 */
export function stateOf(
  fact: TrainingFact,
  all: readonly TrainingFact[],
  today: string,
): TrainingState {
  if (fact.isWithdrawn) return 'withdrawn';
  if (fact.result === 'failed') return 'failed';
  const isPast = fact.until !== null && fact.until < today;
  if (fact.result === 'due') {
    if (nextOf(fact, all, 'passed')) return 'done';
    return isPast ? 'overdue' : 'due';
  }
  if (nextOf(fact, all, 'failed')) return 'replaced';
  return isPast ? 'over' : 'passed';
}
