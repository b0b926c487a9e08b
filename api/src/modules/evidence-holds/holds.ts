import { DateTime } from 'luxon';
import { ulid as makeId } from 'ulid';
import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { actorOf } from '../../platform/access/account.ts';
import { type Database, sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import type { User } from '../../platform/kit/routes.ts';
import { saveAtVersion } from '../../platform/kit/save.ts';
import { dayDate, dayText } from '../../platform/kit/schemas.ts';
import { allOf } from '../../platform/kit/sql.ts';
import { withMerged } from '../incidents/rows.ts';
import type { IncidentsService } from '../incidents/service.ts';
import { isWithinReach, readIncidentsFor } from '../incidents/view.ts';
import { alongReading, asReader, seesAll, wholeActs } from '../violations/reach.ts';
import type {
  EvidenceHold,
  HoldQuery,
  holdChange,
  holdPage,
  holdRequest,
  liftRequest,
} from './schema.ts';

type Row = Prisma.EvidenceHoldModel;

const columns = { reviewOn: Prisma.sql`h.review_on`, id: Prisma.sql`h.id` };
const byReview = listOrder('holds by review', 'asc', { reviewOn: 'time', id: 'id' });
const MOST_YEARS = 5;

export type EvidenceHolds = ReturnType<typeof createEvidenceHolds>;

/** Holds on the evidence of incidents: set and lifted by people, with a reason and a review date. */
export function createEvidenceHolds(options: {
  database: Database;
  units: Units;
  incidents: Pick<IncidentsService, 'findWhole'>;
  timeZone: string;
}) {
  const { database, units, incidents, timeZone } = options;
  const today = () => DateTime.now().setZone(timeZone).toISODate() ?? '';

  /** @throws Problem `evidence-hold.review-past` */
  function requireReview(reviewOn: string): void {
    const last = DateTime.now().setZone(timeZone).plus({ years: MOST_YEARS }).toISODate() ?? '';
    if (reviewOn <= today() || reviewOn > last) throw new Problem('evidence-hold.review-past');
  }

  const show = (row: Row): EvidenceHold => {
    const reviewOn = dayText(row.reviewOn);
    return {
      id: row.id,
      incident: row.incidentId,
      reason: row.reason,
      reviewOn,
      isDue: row.liftedAt === null && reviewOn <= today(),
      findings: row.findings.length,
      setBy: person(row.setBy, row.setByName),
      setAt: row.setAt.toISOString(),
      lifted: row.liftedAt && {
        by: person(row.liftedBy ?? '', row.liftedByName),
        at: row.liftedAt.toISOString(),
        reason: row.liftedReason ?? '',
      },
      version: row.version,
    };
  };

  /** @throws Problem where there is none of an incident that the account sees whole. */
  async function find(tx: Transaction, account: Account, id: string): Promise<Row> {
    const row = await tx.evidenceHold.findFirst({ where: { id } });
    const reader = alongReading(account);
    if (!row || !(await isWithinReach(tx, row.incidentId, reader, 'whole'))) {
      throw new Problem('evidence-hold.unknown');
    }
    return row;
  }

  /** The hold of an incident, also of one that became part of it. */
  async function holdOf(tx: Transaction, incident: string): Promise<Row | null> {
    return tx.evidenceHold.findFirst({
      where: { incidentId: { in: await withMerged(tx, incident) }, liftedAt: null },
      orderBy: { id: 'asc' },
    });
  }

  return {
    ofIncident: (account: Account, id: string): Promise<{ hold: EvidenceHold | null }> =>
      database.transaction(actorOf(account), async (tx) => {
        const incident = await incidents.findWhole(tx, id, asReader(account));
        const row = await holdOf(tx, incident.id);
        return { hold: row && show(row) };
      }),

    async list(account: Account, query: HoldQuery): Promise<z.infer<typeof holdPage>> {
      const day = Prisma.sql`${today()}::date`;
      const states = {
        holding: Prisma.sql`h.lifted_at IS NULL`,
        due: Prisma.sql`(h.lifted_at IS NULL AND h.review_on <= ${day})`,
        lifted: Prisma.sql`h.lifted_at IS NOT NULL`,
      };
      return database.transaction(actorOf(account), async (tx) => {
        const reader = asReader(account);
        const seen = seesAll(reader)
          ? Prisma.sql`TRUE`
          : Prisma.sql`h.incident_id IN (SELECT i.id FROM incident i WHERE ${wholeActs(reader)})`;
        const where = allOf([
          seen,
          ...(query.state ? [states[query.state]] : []),
          ...(query.hold ? [Prisma.sql`h.id = ${query.hold}`] : []),
          byReview.beyondSql(byReview.after(query.cursor), columns),
        ]);
        const found = await sqlIn(tx)<{ id: string; reviewOn: Date }>(Prisma.sql`
          SELECT h.id, h.review_on AS "reviewOn" FROM evidence_hold h WHERE ${where}
          ORDER BY ${byReview.bySql(columns)} LIMIT ${query.limit + 1}`);
        const page = byReview.page(found, query.limit);
        const ids = page.rows.map(({ id }) => id);
        const rows = await tx.evidenceHold.findMany({ where: { id: { in: ids } } });
        const byId = new Map(rows.map((row) => [row.id, row]));
        const shown = await readIncidentsFor(tx, reader, [
          ...new Set(rows.map((row) => row.incidentId)),
        ]);
        const [counts] = await sqlIn(tx)<{ holding: number; due: number }>(Prisma.sql`
          SELECT count(*) FILTER (WHERE ${states.holding})::int AS holding,
                 count(*) FILTER (WHERE ${states.due})::int AS due FROM evidence_hold h WHERE ${seen}`);
        return {
          items: ids.flatMap((id) => {
            const row = byId.get(id);
            const of = shown.find((one) => one.id === row?.incidentId) ?? null;
            return row ? [{ ...show(row), of }] : [];
          }),
          next: page.next,
          counts: counts ?? { holding: 0, due: 0 },
        };
      });
    },

    /** @throws Problem `evidence-hold.held-before` */
    set: (user: User, id: string, wanted: z.infer<typeof holdRequest>): Promise<EvidenceHold> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const { reason, reviewOn } = wanted;
        requireReview(reviewOn);
        const incident = await incidents.findWhole(tx, id, alongReading(user.account));
        if (await holdOf(tx, incident.id)) throw new Problem('evidence-hold.held-before');
        const members = await tx.incidentFinding.findMany({ where: { incidentId: incident.id } });
        const hold = makeId();
        const { count } = await tx.evidenceHold.createMany({
          data: [
            {
              tenantId: user.tenant,
              id: hold,
              incidentId: incident.id,
              findings: members.map(({ findingId }) => findingId),
              reason,
              reviewOn: dayDate(reviewOn),
              setBy: user.account.id,
              setByName: user.account.displayName,
            },
          ],
          // Two people at once: one of the two.
          skipDuplicates: true,
        });
        if (count === 0) throw new Problem('evidence-hold.held-before');
        await noteOnIncident(unit, incident.id, 'hold', reason, { reviewOn });
        const after = { incident: incident.id, reviewOn };
        await unit.audit({ action: 'hold', entity: 'evidence-hold', id: hold, after, reason });
        return show(await find(tx, user.account, hold));
      }),

    /** Moves the review, with another reason or the same. */
    change: (user: User, id: string, change: z.infer<typeof holdChange>): Promise<EvidenceHold> =>
      units.run(user, async (unit) => {
        const { version, reviewOn, reason } = change;
        requireReview(reviewOn);
        if ((await find(unit.tx, user.account, id)).liftedAt)
          throw new Problem('evidence-hold.lifted');
        return saveAtVersion(unit, {
          entity: 'evidence-hold',
          id,
          version,
          conflict: 'evidence-hold.version-conflict',
          find: () => find(unit.tx, user.account, id),
          write: (next) =>
            unit.tx.evidenceHold.updateMany({
              where: { id, version, liftedAt: null },
              data: {
                reviewOn: dayDate(reviewOn),
                ...(reason === undefined ? {} : { reason }),
                version: next,
              },
            }),
          show,
          log: (row) => ({ reviewOn: dayText(row.reviewOn), reason: row.reason }),
        });
      }),

    /** From now on purges go by the term of the evidence again. */
    lift: (user: User, id: string, lift: z.infer<typeof liftRequest>): Promise<EvidenceHold> =>
      units.run(user, async (unit) => {
        const { version, reason } = lift;
        const row = await find(unit.tx, user.account, id);
        if (row.liftedAt) throw new Problem('evidence-hold.lifted');
        const lifted = await saveAtVersion(unit, {
          entity: 'evidence-hold',
          id,
          version,
          conflict: 'evidence-hold.version-conflict',
          find: () => find(unit.tx, user.account, id),
          write: (next) =>
            unit.tx.evidenceHold.updateMany({
              where: { id, version, liftedAt: null },
              data: {
                liftedAt: new Date(),
                liftedBy: user.account.id,
                liftedByName: user.account.displayName,
                liftedReason: reason,
                version: next,
              },
            }),
          show,
          log: () => ({}),
        });
        await noteOnIncident(unit, row.incidentId, 'lift', reason, {});
        const after = { incident: row.incidentId };
        await unit.audit({ action: 'lift', entity: 'evidence-hold', id, after, reason });
        return lifted;
      }),
  };
}

/** Also at the incident: its lines go into its pack. */
const noteOnIncident = (
  unit: Unit,
  id: string,
  action: 'hold' | 'lift',
  reason: string,
  after: Record<string, unknown>,
) => unit.audit({ action, entity: 'incident', id, after, reason });

const person = (id: string, name: unknown): EvidenceHold['setBy'] => ({
  id,
  displayName: name as EvidenceHold['setBy']['displayName'],
});
