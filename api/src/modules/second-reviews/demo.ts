import { ulid } from 'ulid';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { keepPastIncidents } from '../incidents/demo.ts';
import { keepPastViolations, type PastViolation } from '../violations/demo.ts';
import { blindId } from './draw.ts';

const DAY_MS = 86_400_000;
/** So many incidents with two verdicts, of the last days before today. */
const PAIRS = 24;
/** Those of which the two verdicts differ; the last one is still to be settled. */
const DIFFERING = [5, 13, 20];

/** A reviewer of the past. */
interface PastReviewer {
  id: string;
  name: { zh: string; en: string };
}

/** Reviewers whose accounts are closed: with the open ones there are enough of them for figures to be shown. */
const closedReviewers: readonly PastReviewer[] = [1, 2, 3, 4].map((n) => ({
  id: `01DEM0REV1EWER${String(n).padStart(12, '0')}`,
  name: { zh: `原值班员 ${n}`, en: `Former operator ${n}` },
}));

/** What the incident of the demonstration is, and when. */
interface Like {
  incident: string;
  violation: string;
  site: string;
  rule: string;
  at: Date;
}

/**
 * Second reviews of the last days like the incident of the demonstration, so that its agreement can be looked at on the
 * first day: given by as many reviewers as the least size of a group asks for by default.
 *
 * @param open reviewers with an account, of whom each gave first and second verdicts.
 */
export async function keepPastReviews(
  { tx, caller }: Pick<Unit, 'tx' | 'caller'>,
  like: Like,
  open: readonly PastReviewer[],
): Promise<void> {
  const reviewers = [...open, ...closedReviewers];
  const made = Array.from({ length: PAIRS }, (_, n) => {
    const startedAt = new Date(like.at.getTime() - (2 + n * 0.75) * DAY_MS);
    const first = reviewers[n % reviewers.length]!;
    const second = reviewers[(n + 1 + (n % (reviewers.length - 1))) % reviewers.length]!;
    const status = n % 3 === 2 ? ('dismissed' as const) : ('confirmed' as const);
    const past: PastViolation = {
      id: ulid(startedAt.getTime()),
      startedAt,
      status,
      reason: reasonOf(status),
      by: first.id,
      byName: first.name,
      at: new Date(startedAt.getTime() + 600_000),
    };
    const other = status === 'confirmed' ? ('dismissed' as const) : ('confirmed' as const);
    const secondStatus = DIFFERING.includes(n) ? other : status;
    return { n, past, second, secondStatus };
  });
  const past = made.map((one) => one.past);
  await keepPastViolations(tx, like.violation, past);
  await keepPastIncidents(tx, like.incident, past);
  await tx.secondReview.createMany({
    data: made.map(({ n, past: one, second, secondStatus }) => {
      const secondAt = new Date(one.at.getTime() + 0.5 * DAY_MS);
      const settledAt = new Date(secondAt.getTime() + 3_600_000);
      const isSettled = secondStatus !== one.status && n !== DIFFERING.at(-1);
      return {
        tenantId: caller.tenant,
        id: blindId(),
        incidentId: one.id,
        site: like.site,
        rule: like.rule,
        startedAt: one.startedAt,
        firstStatus: one.status,
        firstReason: one.reason,
        firstBy: one.by,
        firstAt: one.at,
        secondStatus,
        secondReason: reasonOf(secondStatus),
        secondBy: second.id,
        secondAt,
        isBlind: true,
        seconds: 12 + ((n * 7) % 20),
        ...(isSettled && {
          settledHow: 'kept',
          settledNote: '演示数据 / Demonstration',
          settledBy: one.by,
          settledAt,
        }),
      };
    }),
  });
}

const reasonOf = (status: 'confirmed' | 'dismissed'): string | null =>
  status === 'dismissed' ? 'false-detection' : null;
