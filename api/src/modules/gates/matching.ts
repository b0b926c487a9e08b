import type { Transaction } from '../../platform/db/database.ts';
import type { MatchJob } from '../match/input.ts';
import type { Decision, Reason } from '../match/reasons.ts';
import type { GateKind } from './words.ts';

/** What gates ask of the matcher. */
export interface Matching {
  jobOfMachine(tx: Transaction, id: string): Promise<MatchJob>;
  jobOfArea(tx: Transaction, id: string): Promise<MatchJob>;
  decideFor(
    tx: Transaction,
    asked: { person: string; job: MatchJob },
    at: Date,
  ): Promise<{
    id: string;
    decision: Decision;
    final: boolean;
    reasons: readonly Reason[];
    validUntil: Date | null;
  }>;
}

/** Asks the matcher for a person at a machine or an area; the decision is kept with its facts. */
export async function matchAt(
  matching: Matching,
  tx: Transaction,
  { person, kind, target }: { person: string; kind: GateKind; target: string },
  now: Date,
) {
  const job =
    kind === 'start'
      ? await matching.jobOfMachine(tx, target)
      : await matching.jobOfArea(tx, target);
  return matching.decideFor(tx, { person, job }, now);
}
