import { severity as severities } from '@anshi/contracts';
import { kindOf } from '../violations/kind.ts';

/** What an incident needs to know of a finding. */
export interface SummarisedFinding {
  id: string;
  subject: string;
  rule: string;
  item: string | null;
  severity: string;
  camera: string;
  /** Where it was; null where that is not known. */
  areaId: string | null;
  status: string;
  startedAt: Date;
  confirmedAt: Date;
  endedAt: Date | null;
  takenOutAt: Date | null;
  reviewedBy: string | null;
  reviewedByName: unknown;
  reviewedAt: Date | null;
  reviewReason: string | null;
  reviewNote: string | null;
}

export interface Summary {
  subject: string;
  status: string;
  severity: string;
  /** Kinds: a rule, or a missing item. */
  rules: string[];
  cameras: string[];
  /**
   * The areas of all findings, also of those that were taken out: who may see it follows them. Empty text
   * for a finding whose area is not known.
   */
  areas: string[];
  mainId: string;
  startedAt: Date;
  lastAt: Date;
  findings: number;
  undecided: number;
  takenOut: number;
  reviewedBy: string | null;
  reviewedByName: unknown;
  reviewedAt: Date | null;
  reviewReason: string | null;
  reviewNote: string | null;
}

const rankOf = (severity: string) => (severities.options as readonly string[]).indexOf(severity);

/**
 * What an incident is by its findings. Those that were taken out are only counted.
 *
 * @param statusNow that it has so far: a verdict stays while something that joined after it waits.
 */
export function summarise(
  findings: readonly [SummarisedFinding, ...SummarisedFinding[]],
  statusNow: string,
): Summary {
  const counted = findings.filter(({ takenOutAt }) => takenOutAt === null);
  const shown = counted.length > 0 ? counted : findings;
  const inOrder = [...shown].sort((a, b) => +a.startedAt - +b.startedAt || (a.id < b.id ? -1 : 1));
  const main = inOrder.reduce((best, one) =>
    rankOf(one.severity) > rankOf(best.severity) ? one : best,
  );
  const decided = shown.filter(({ status }) => status !== 'pending');
  // An incident of nothing but what was taken out is dismissed: it would wait for ever.
  const undecided = counted.filter(({ status }) => status === 'pending').length;
  const status = statusOf(decided, undecided, statusNow);
  const verdict = decided
    .filter((one) => one.status === status)
    .reduce<SummarisedFinding | null>(
      (last, one) => (last && +(last.reviewedAt ?? 0) >= +(one.reviewedAt ?? 0) ? last : one),
      null,
    );
  return {
    subject: main.subject,
    status: verdict ? status : 'pending',
    severity: main.severity,
    rules: [...new Set(inOrder.map(kindOf))],
    cameras: [...new Set(inOrder.map(({ camera }) => camera))],
    areas: [...new Set(findings.map(({ areaId }) => areaId ?? ''))].sort(),
    mainId: main.id,
    startedAt: inOrder[0]!.startedAt,
    lastAt: new Date(
      Math.max(
        ...inOrder.map(({ confirmedAt, endedAt }) => Math.max(+confirmedAt, +(endedAt ?? 0))),
      ),
    ),
    findings: findings.length,
    undecided,
    takenOut: findings.length - counted.length,
    reviewedBy: verdict?.reviewedBy ?? null,
    reviewedByName: verdict?.reviewedByName ?? null,
    reviewedAt: verdict?.reviewedAt ?? null,
    reviewReason: verdict?.reviewReason ?? null,
    reviewNote: verdict?.reviewNote ?? null,
  };
}

function statusOf(
  decided: readonly SummarisedFinding[],
  undecided: number,
  statusNow: string,
): string {
  if (decided.length === 0) return 'pending';
  if (undecided > 0) return statusNow;
  return decided.some(({ status }) => status === 'confirmed') ? 'confirmed' : 'dismissed';
}
