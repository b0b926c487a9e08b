import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import { type Account, actorOf } from '../../platform/access/account.ts';
import { readHolders, within } from '../../platform/access/holders.ts';
import { type Database, sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import { noticeLink } from '../../platform/notices/kinds.ts';
import type { Notices } from '../../platform/notices/types.ts';
import { requireOtherThan } from '../violations/person.ts';
import { actsWithin, type Reader } from '../violations/reach.ts';
import type { Claim, ClaimRequest, claimList, reviewerList } from './claims-schema.ts';
import type { IncidentEvents } from './events.ts';
import { findIncident } from './find.ts';
import { holdSite, type IncidentRow } from './rows.ts';

/** A claim ends by itself; it is renewed while the incident is open on a screen. */
const CLAIM_MS = 600_000;
/** An assignment is for a shift. */
const ASSIGNMENT_MS = 8 * 3_600_000;
/** Those in force that a list has at most. */
const MOST = 1_000;

export type Claims = ReturnType<typeof createClaims>;

/**
 * Who looks at an incident that waits for a verdict, or is to. A claim is a lease: it keeps no other
 * reviewer from deciding, who says so first.
 It ends with the last verdict, see `refresh`.
 */
export function createClaims(options: {
  database: Database;
  units: Units;
  notices: Notices;
  events: Pick<IncidentEvents, 'claimChanged'>;
}) {
  const { database, units, notices, events } = options;
  const reviewing = (account: Account): Reader => ({ account, right: 'violation:review' });

  /** The incident, with its site held: verdicts and claims of it follow each other. */
  async function hold(unit: Unit, account: Account, id: string): Promise<IncidentRow> {
    const { site } = await findIncident(unit.tx, id, reviewing(account));
    await holdSite(unit.tx, unit.caller.tenant, site);
    return findIncident(unit.tx, id, reviewing(account));
  }

  /**
   * The reviewers of the place of an incident. Also those whom it may concern: who is left out of a list
   * would be known by it. They are stopped when they claim or decide it.
   */
  async function reviewersOf(tx: Transaction, row: IncidentRow): Promise<string[]> {
    const holders = await readHolders(tx, 'violation:review');
    const areas = await tx.area.findMany({
      where: { id: { in: row.areas } },
      select: { departmentId: true },
    });
    const departments = [...new Set(areas.flatMap(({ departmentId }) => departmentId ?? []))];
    const places = departments.length === 0 ? [null] : departments;
    const found = places.flatMap((department) =>
      within(holders, 'violation:review', { site: row.site, department }),
    );
    return [...new Set(found)];
  }

  /** @throws Problem `incident.claimed` where another account has it. */
  async function requireFree(tx: Transaction, id: string, account: Account): Promise<void> {
    const [claim] = await inForce(tx, Prisma.sql`c.incident_id = ${id}`);
    if (claim && claim.by.id !== account.id) {
      throw new Problem('incident.claimed', undefined, { claim });
    }
  }

  async function notify(unit: Unit, account: Account, row: IncidentRow, to: string): Promise<void> {
    const { zh, en } = account.displayName;
    await notices.notify(unit, {
      to: [to],
      kind: 'incident.assigned',
      severity: 'info',
      title: { zh: `${zh}请你复核一件违章事件`, en: `${en} asks you to review an incident` },
      body: {
        zh: '八小时内有效，作出结论后结束。',
        en: 'It is yours for eight hours, or until it is decided.',
      },
      link: noticeLink('incident.assigned', row.id),
      subject: { entity: 'incident', id: row.id },
    });
  }

  return {
    requireFree,

    /** Those in force of incidents that the account may review. */
    list: (account: Account): Promise<z.infer<typeof claimList>> =>
      database.transaction(actorOf(account), async (tx) => ({
        items: await inForce(tx, actsWithin(reviewing(account))),
      })),

    /** The accounts that may review an incident. */
    reviewers: (account: Account, id: string): Promise<z.infer<typeof reviewerList>> =>
      database.transaction(actorOf(account), async (tx) => {
        const row = await findIncident(tx, id, reviewing(account));
        const users = await tx.appUser.findMany({
          where: { id: { in: await reviewersOf(tx, row) } },
          select: { id: true, displayName: true },
          orderBy: { id: 'asc' },
        });
        return { items: users as z.infer<typeof reviewerList>['items'] };
      }),

    /**
     * Claims an incident for the account, or renews its claim, or assigns it to a colleague.
     *
     * @throws Problem `incident.claimed`, `incident.not-waiting`, `incident.not-reviewer`,
     *   `violation.own-case`.
     */
    claim: (user: User, id: string, { assignee, despiteClaim }: ClaimRequest): Promise<Claim> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const { account } = user;
        const row = await hold(unit, account, id);
        if (row.undecided === 0) throw new Problem('incident.not-waiting');
        await requireOtherThan(tx, account, [row.mainId]);
        const to = assignee ?? account.id;
        const isOwn = to === account.id;
        const [before] = await inForce(tx, Prisma.sql`c.incident_id = ${row.id}`);
        // Its holder looks at what was assigned: it stays so for the rest of the shift.
        if (isOwn && before?.by.id === to && before.kind === 'assignment') return before;
        if (despiteClaim !== true) await requireFree(tx, row.id, account);
        if (!isOwn && !(await reviewersOf(tx, row)).includes(to)) {
          throw new Problem('incident.not-reviewer');
        }
        const isRenewed = isOwn && before?.by.id === to;
        await write(tx, user, row.id, {
          to,
          kind: isOwn ? 'claim' : 'assignment',
          ms: isOwn ? CLAIM_MS : ASSIGNMENT_MS,
          isRenewed,
        });
        const [now] = await inForce(tx, Prisma.sql`c.incident_id = ${row.id}`);
        if (!now) throw new Problem('incident.unknown');
        if (isRenewed) return now;
        await unit.audit({
          action: isOwn ? 'claim' : 'assign',
          entity: 'incident',
          id: row.id,
          before: { claimedBy: before?.by.id ?? null },
          after: { claimedBy: to },
        });
        if (!isOwn) await notify(unit, account, row, to);
        await events.claimChanged(unit, row.id);
        return now;
      }),

    /**
     * Gives an incident back: its holder, or who assigned it. One that is free stays free.
     *
     * @throws Problem `incident.claimed` for others.
     */
    release: (user: User, id: string): Promise<void> =>
      units.run(user, async (unit) => {
        const row = await hold(unit, user.account, id);
        const [claim] = await inForce(unit.tx, Prisma.sql`c.incident_id = ${row.id}`);
        if (!claim) return;
        if (claim.by.id !== user.account.id && claim.from?.id !== user.account.id) {
          throw new Problem('incident.claimed', undefined, { claim });
        }
        await unit.tx.incidentClaim.deleteMany({ where: { incidentId: row.id } });
        await unit.audit({
          action: 'give-back',
          entity: 'incident',
          id: row.id,
          before: { claimedBy: claim.by.id },
          after: { claimedBy: null },
        });
        await events.claimChanged(unit, row.id);
      }),
  };
}

/** Writes a claim over what was there, and removes those that ended. */
async function write(
  tx: Transaction,
  { tenant, account }: User,
  incident: string,
  claim: { to: string; kind: Claim['kind']; ms: number; isRenewed: boolean },
): Promise<void> {
  const { to, kind, ms, isRenewed } = claim;
  await sqlIn(tx)(Prisma.sql`DELETE FROM incident_claim WHERE until <= now()`);
  await sqlIn(tx)(Prisma.sql`
    INSERT INTO incident_claim AS c (tenant_id, incident_id, user_id, by_user, kind, until)
    VALUES (${tenant}, ${incident}, ${to}, ${account.id}, ${kind}, now() + ${ms}::int * interval '1 ms')
    ON CONFLICT (tenant_id, incident_id) DO UPDATE SET user_id = EXCLUDED.user_id,
      by_user = EXCLUDED.by_user, kind = EXCLUDED.kind, until = EXCLUDED.until,
      since = CASE WHEN ${isRenewed} THEN c.since ELSE CURRENT_TIMESTAMP END`);
}

/**
 * The claims in force, of incidents that wait.
 *
 * @param which a condition on `incident_claim c` and `incident i`.
 */
async function inForce(tx: Transaction, which: Prisma.Sql): Promise<Claim[]> {
  const rows = await sqlIn(tx)<{
    incident: string;
    kind: Claim['kind'];
    since: Date;
    until: Date;
    by: Claim['by'];
    from: Claim['by'];
  }>(Prisma.sql`
    SELECT c.incident_id AS incident, c.kind, c.since, c.until,
      jsonb_build_object('id', u.id, 'displayName', u.display_name) AS by,
      jsonb_build_object('id', g.id, 'displayName', g.display_name) AS from
    FROM incident_claim c
    JOIN incident i ON i.tenant_id = c.tenant_id AND i.id = c.incident_id
    JOIN app_user u ON u.tenant_id = c.tenant_id AND u.id = c.user_id
    JOIN app_user g ON g.tenant_id = c.tenant_id AND g.id = c.by_user
    WHERE c.until > now() AND i.undecided > 0 AND i.merged_into IS NULL AND ${which}
    ORDER BY c.until DESC, c.incident_id LIMIT ${MOST}`);
  return rows.map(({ since, until, from, ...row }) => ({
    ...row,
    from: row.kind === 'assignment' ? from : null,
    since: since.toISOString(),
    until: until.toISOString(),
  }));
}
