import type { Account } from '../../platform/access/account.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { chosenPerson } from '../violations/person.ts';
import type { ViolationsService } from '../violations/service.ts';
import type { Claims } from './claims.ts';
import { type Joining, regroup } from './place.ts';
import { type FindingRow, findMembers, type IncidentRow } from './rows.ts';
import type { IncidentVerdict } from './schema.ts';
import { refresh } from './write.ts';

const statusAfter = { confirm: 'confirmed', dismiss: 'dismissed', reopen: 'pending' } as const;

/** What a verdict has to hold to beside the usual rules. */
export interface VerdictRules {
  /** Looks at the findings that count. @throws Problem where this verdict may not cover them. */
  findings?(findings: readonly RuledFinding[]): void;
}
export type RuledFinding = Pick<FindingRow, 'personId' | 'status' | 'reviewedBy' | 'reviewedAt'>;

/**
 * One verdict for all findings of an incident that wait for one. What has another verdict already keeps
 * it.
 *
 * @param parts.holdAtVersion finds the incident as the reviewer saw it, and holds its site.
 */
export function createDeciding(parts: {
  violations: Pick<ViolationsService, 'decideWithin'>;
  joining: Joining;
  claims: Pick<Claims, 'requireFree'>;
  holdAtVersion(unit: Unit, account: Account, id: string, version: number): Promise<IncidentRow>;
}) {
  const { violations, joining, claims, holdAtVersion } = parts;

  /**
   * @throws Problem `incident.version-conflict` where something joined or left since the reviewer
   * looked: a verdict covers what was seen; `incident.claimed` where another reviewer looks at it, unless
   * the request says that it counts all the same.
   */
  return async function decideWithin(
    unit: Unit,
    account: Account,
    id: string,
    request: IncidentVerdict,
    rules: VerdictRules = {},
  ): Promise<void> {
    const { decision, version } = request;
    const row = await holdAtVersion(unit, account, id, version);
    const target = statusAfter[decision];
    if (row.status === target && (decision === 'reopen' || row.undecided === 0)) {
      throw new Problem('incident.already-so');
    }
    if (decision !== 'reopen' && row.status !== 'pending' && row.status !== target) {
      throw new Problem('incident.decided');
    }
    if (decision !== 'reopen' && request.despiteClaim !== true) {
      await claims.requireFree(unit.tx, id, account);
    }
    const members = await findMembers(unit.tx, [id]);
    rules.findings?.(members.filter(({ takenOutAt }) => takenOutAt === null));
    const {
      candidate,
      despiteClaim: _,
      ...verdict
    } = {
      candidate: undefined,
      despiteClaim: undefined,
      ...request,
    };
    if (candidate && !members.some((one) => one.id === candidate.finding)) {
      throw new Problem('incident.finding-unknown');
    }
    const chosen = candidate ? await chosenPerson(unit.tx, candidate.finding, candidate) : null;
    for (const { id: finding, status, takenOutAt } of members) {
      const isPending = status === 'pending';
      if (takenOutAt !== null || isPending === (decision === 'reopen')) continue;
      const now = await unit.tx.violation.findFirstOrThrow({
        where: { id: finding },
        select: {
          version: true,
          personId: true,
          status: true,
          reviewedBy: true,
          reviewedAt: true,
        },
      });
      // Who it was may have become known since the members were read.
      rules.findings?.([now]);
      const own = { ...verdict, version: now.version };
      await violations.decideWithin(unit, account, finding, own, chosen);
    }
    await unit.audit({
      action: decision,
      entity: 'incident',
      id,
      before: { status: row.status },
      after: {
        status: target,
        reason: request.decision === 'dismiss' ? request.reason : null,
        note: request.note || null,
        findings: members.map((one) => one.id),
      },
    });
    await refresh(unit, joining.events, { incidents: [id] });
    // Without a verdict, evidence that came since may join or part what the verdict kept.
    if (decision === 'reopen') {
      await regroup(
        unit,
        joining,
        row.site,
        members.map((one) => one.id),
      );
    }
  };
}
