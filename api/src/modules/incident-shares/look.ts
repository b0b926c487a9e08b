import { LRUCache } from 'lru-cache';
import type { Account } from '../../platform/access/account.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import { Problem, type ProblemCode } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import { userNames } from '../../platform/workflow/record-view.ts';
import type { KnownCamera } from '../cameras/stored.ts';
import { showDetail } from '../incidents/detail.ts';
import type { IncidentDetail } from '../incidents/schema.ts';
import type { IncidentsService } from '../incidents/service.ts';
import { kindNames, kindOf } from '../violations/kind.ts';
import type { ViolationsService } from '../violations/service.ts';
import { isOpen, type ShareRow } from './give.ts';
import type { GiverLost, Givers, KnownGivers } from './givers.ts';
import type { SharedIncident } from './schema.ts';

/** So many links that open nothing may an account try in this time, ms; what it tries then is not looked up. */
const MOST_TRIES = 20;
const TRIES_MS = 10 * 60_000;
const MOST_KEPT = 10_000;
/** What an account opens again within so many minutes is the same visit. */
const VISIT_MINUTES = 10;
/** Of a code that opens nothing, so much stands in the audit log. */
const SHOWN_OF_CODE = 8;

type Refused = 'unknown' | 'other-account' | 'over' | GiverLost;
/** What a recipient reads of it: codes that were guessed and those of others get one answer. */
const problemOf: Readonly<Record<Refused, ProblemCode>> = {
  unknown: 'incident-share.unknown',
  'other-account': 'incident-share.unknown',
  over: 'incident-share.over',
  'giver-gone': 'incident-share.giver',
  'giver-without-right': 'incident-share.giver',
};

export type ShareLooking = ReturnType<typeof createShareLooking>;

/** Opening a link: by the accounts that it names, until its end. Each look and each refusal is in the audit log. */
export function createShareLooking({
  units,
  incidents,
  givers,
  violations,
  cameras,
}: {
  units: Units;
  incidents: Pick<IncidentsService, 'find'>;
  givers: Givers;
  violations: Pick<ViolationsService, 'evidenceOf'>;
  cameras: () => readonly KnownCamera[];
}) {
  const tries = new LRUCache<string, number>({ max: MOST_KEPT, ttl: TRIES_MS, noUpdateTTL: true });

  async function judge(
    tx: Transaction,
    account: Account,
    code: string,
    known: KnownGivers,
  ): Promise<{ row: ShareRow; why: null } | { row: ShareRow | null; why: Refused }> {
    const row = await tx.incidentShare.findFirst({ where: { code } });
    if (!row) return { row, why: 'unknown' };
    const named = await tx.incidentShareRecipient.findFirst({
      where: { shareId: row.id, userId: account.id },
    });
    if (!named) return { row, why: 'other-account' };
    if (!isOpen(row)) return { row, why: 'over' };
    const lost = await givers.lost(tx, known, row);
    return lost === null ? { row, why: null } : { row, why: lost };
  }

  /**
   * Works with a link that the account may open.
   *
   * @throws Problem `incident-share.unknown` for a code that was guessed or passed on: the answers do not tell which;
   *   `incident-share.over` for a recipient after its end; `incident-share.giver` where the account that gave it may not
   *   give it any more; `incident-share.too-many-tries`.
   */
  async function opened<Result>(
    user: User,
    code: string,
    work: (unit: Unit, row: ShareRow) => Promise<Result>,
  ): Promise<Result> {
    const { account, tenant } = user;
    const who = `${tenant} ${account.id}`;
    if ((tries.get(who) ?? 0) >= MOST_TRIES) throw new Problem('incident-share.too-many-tries');
    const known = await givers.of(account, { code });
    // The line of a refusal is committed: the problem is thrown after it.
    const done = await units.run(user, async (unit) => {
      const { row, why } = await judge(unit.tx, account, code, known);
      if (why === null) return { why, result: await work(unit, row) };
      await unit.audit({
        action: 'refuse-link',
        entity: 'incident-share',
        id: row?.id ?? null,
        after: { why, ...(row ? {} : { tried: code.slice(0, SHOWN_OF_CODE) }) },
      });
      return { why };
    });
    if (done.why === null) return done.result;
    tries.set(who, (tries.get(who) ?? 0) + 1);
    throw new Problem(problemOf[done.why]);
  }

  /** The findings that count, as all readers of violations see them. */
  async function findingsOf(tx: Transaction, row: ShareRow) {
    const incident = await showDetail(tx, await incidents.find(tx, row.incidentId));
    return { incident, findings: countedIn(incident) };
  }

  return {
    /** The incident of a link; visits are counted. */
    open: (user: User, code: string): Promise<SharedIncident> =>
      opened(user, code, async (unit, row) => {
        const { tx } = unit;
        const { account } = user;
        const { incident, findings } = await findingsOf(tx, row);
        await tx.$executeRaw`
          UPDATE incident_share_recipient SET last_at = now(), first_at = coalesce(first_at, now()),
            views = views + CASE WHEN last_at > now() - ${VISIT_MINUTES}::int * interval '1 minute' THEN 0 ELSE 1 END
          WHERE share_id = ${row.id} AND user_id = ${account.id}`;
        await unit.audit({ action: 'view', entity: 'incident-share', id: row.id });
        const names = await userNames(tx, [row.byUser]);
        const nameOf = await kindNames(tx);
        const { site, severity, status, startedAt, lastAt } = incident;
        return {
          viewer: { username: account.username, name: account.displayName },
          by: { id: row.byUser, name: names.get(row.byUser) ?? null },
          reason: row.reason,
          untilAt: row.untilAt.toISOString(),
          site,
          kinds: incident.rules.map(nameOf),
          severity,
          status,
          startedAt,
          lastAt,
          findings: findings.map((one) => ({
            id: one.id,
            name: nameOf(kindOf(one)),
            camera: cameras().find(({ id }) => id === one.camera)?.name ?? {
              zh: one.camera,
              en: one.camera,
            },
            startedAt: one.startedAt,
            hasSnapshot: one.snapshot?.rendition === 'ready',
            hasClip: one.clip?.rendition === 'ready',
          })),
        };
      }),

    /** A file of a finding, with blurred faces. @throws Problem also where the incident has no such finding. */
    async evidence(user: User, code: string, finding: string, which: 'snapshot' | 'clip') {
      const id = await opened(user, code, async ({ tx }, row) => {
        const { findings } = await findingsOf(tx, row);
        if (!findings.some((one) => one.id === finding)) throw new Problem('violation.unknown');
        return row.id;
      });
      return violations.evidenceOf(user, finding, which, { entity: 'incident-share', id });
    },
  };
}

const countedIn = ({ members }: IncidentDetail) =>
  members.filter(({ takenOut }) => takenOut === null).map(({ violation }) => violation);
