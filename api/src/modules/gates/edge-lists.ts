import { EDGE_MOST_ENTRIES, type EdgeEntry } from '@anshi/contracts';
import { edgeCardDigest } from '@anshi/contracts/edge-signature';
import { Prisma } from '../../generated/prisma/client.ts';
import { systemCaller } from '../../platform/access/caller.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import type { Platform } from '../../platform/module.ts';
import { decide } from '../match/decide.ts';
import type { MatchJob } from '../match/input.ts';
import { type Candidate, candidatesAt, cardsOf, vehiclesAt } from './edge-candidates.ts';
import { newHashKey, openHashKey, signingKey } from './edge-key.ts';
import type { Matching } from './matching.ts';
import { vehicleEntry, vehicleUse } from './vehicle-use.ts';
import type { GateKind } from './words.ts';

/** People whose facts are read at a time. */
const AT_ONCE = 200;
/** A list is made again when this part of its time is over. */
const RENEW = 1 / 3;
/** One that could not be made is put off for so long, ms. */
const PUT_OFF_MS = 60_000;

/** A list with what its point is. */
interface ListRow {
  pointId: string;
  device: string;
  machineId: string | null;
  areaId: string | null;
  /** entry, exit: the way out is open to all, and needs no permit. */
  direction: string;
  minutes: number;
  hashKeySealed: string;
  /** As text: bigint. */
  sequence: string;
  entries: EdgeEntry[];
  isCut: boolean;
  expiresAt: Date | null;
}

/** Makes the lists of permits: who may start or enter by the matcher, of those who plausibly work at the point. */
export function createEdgeLists(
  platform: Pick<Platform, 'units' | 'database' | 'settings' | 'features' | 'sealed' | 'log'> & {
    matching: Pick<Matching, 'jobOfMachine' | 'jobOfArea' | 'bookIn' | 'factsOf'>;
    /** A list changed; called after the commit. */
    onIssued: (device: string) => void;
  },
) {
  const { units, database, settings, features, sealed, log, matching, onIssued } = platform;
  const { tenant, timeZone } = settings;
  const caller = systemCaller(tenant);

  /** Locks lists, so that what was taken off one is not put on it again by a pass that read older facts. */
  const lists = (tx: Transaction, where: Prisma.Sql, lock: Prisma.Sql) =>
    sqlIn(tx)<ListRow>(Prisma.sql`
      SELECT l.point_id AS "pointId", p.device, p.machine_id AS "machineId", p.area_id AS "areaId",
        p.direction, p.edge_minutes AS minutes, l.hash_key_sealed AS "hashKeySealed", l.sequence::text AS sequence, l.entries,
        l.is_cut AS "isCut", l.expires_at AS "expiresAt"
      FROM gate_edge_list l JOIN gate_point p ON p.id = l.point_id
      WHERE p.edge AND p.active AND ${where} ORDER BY l.point_id FOR UPDATE OF l ${lock}`);

  async function jobsOf(
    tx: Transaction,
    { machineId, areaId, direction }: ListRow,
  ): Promise<{ kind: GateKind; target: string; job: MatchJob }[]> {
    return [
      ...(machineId === null
        ? []
        : [
            {
              kind: 'start' as const,
              target: machineId,
              job: await matching.jobOfMachine(tx, machineId),
            },
          ]),
      ...(areaId === null || direction === 'exit'
        ? []
        : [{ kind: 'entry' as const, target: areaId, job: await matching.jobOfArea(tx, areaId) }]),
    ];
  }

  /** What the candidates may do now: only what the matcher allows, never what an override does. */
  async function permits(
    tx: Transaction,
    row: ListRow,
    candidates: readonly Candidate[],
    now: Date,
    expiresAt: Date,
  ): Promise<EdgeEntry[]> {
    const use =
      row.machineId !== null && features.isOn('vehicles')
        ? await vehicleUse(tx, row.machineId, { timeZone, at: now })
        : null;
    const jobs = (await jobsOf(tx, row)).filter(({ kind }) => kind !== 'start' || !use?.fault);
    const book = await matching.bookIn(tx);
    const hashKey = await openHashKey(tx, sealed, tenant, row);
    const entries: EdgeEntry[] = [];
    for (let n = 0; n < candidates.length; n += AT_ONCE) {
      const part = candidates.slice(n, n + AT_ONCE);
      const people = [...new Set(part.map(({ person }) => person))];
      const facts = await matching.factsOf(
        tx,
        people,
        jobs.map(({ job }) => job),
        now,
        book,
      );
      for (const { person, card } of part) {
        const known = facts.get(person);
        if (!known) continue;
        for (const { kind, target, job } of jobs) {
          const { decision, validUntil } = decide(known, job, now, book);
          const ends = Math.min(
            expiresAt.getTime(),
            validUntil === null ? Number.POSITIVE_INFINITY : Date.parse(validUntil),
            kind === 'start' && use?.until ? use.until.getTime() : Number.POSITIVE_INFINITY,
          );
          if (decision !== 'allow' || ends <= now.getTime()) continue;
          entries.push({
            card: edgeCardDigest(hashKey, card),
            kind,
            target,
            notBefore: now.toISOString(),
            validUntil: new Date(ends).toISOString(),
          });
        }
      }
    }
    return entries.slice(0, EDGE_MOST_ENTRIES);
  }

  /** Tags of the vehicles that may enter the area now. */
  async function vehiclePermits(
    tx: Transaction,
    row: ListRow,
    now: Date,
    expiresAt: Date,
  ): Promise<EdgeEntry[]> {
    const { areaId: area, direction } = row;
    if (area === null || direction === 'exit' || !features.isOn('vehicles')) return [];
    const hashKey = await openHashKey(tx, sealed, tenant, row);
    const entries: EdgeEntry[] = [];
    for (const { tag, vehicle } of await vehiclesAt(tx, row.pointId, area, now)) {
      const { fault, until } = await vehicleEntry(tx, vehicle, area, { timeZone, at: now });
      if (fault !== null) continue;
      const ends = Math.min(expiresAt.getTime(), until?.getTime() ?? Number.POSITIVE_INFINITY);
      entries.push({
        card: edgeCardDigest(hashKey, tag),
        kind: 'entry',
        target: area,
        notBefore: now.toISOString(),
        validUntil: new Date(ends).toISOString(),
      });
    }
    return entries;
  }

  async function issue(
    unit: Unit,
    row: ListRow,
    next: { entries: EdgeEntry[]; isCut: boolean; expiresAt: Date; checkAt: Date | null },
    now: Date,
  ): Promise<void> {
    // The lowest of a restored database is above what gateways have seen.
    const sequence = Math.max(Number(row.sequence) + 1, now.getTime());
    const { entries, isCut, expiresAt, checkAt } = next;
    await sqlIn(unit.tx)(Prisma.sql`
      UPDATE gate_edge_list SET sequence = ${sequence}, entries = ${JSON.stringify(entries)}::jsonb,
        is_cut = ${isCut}, issued_at = ${now}, expires_at = ${expiresAt}, check_at = coalesce(${checkAt}, check_at)
      WHERE point_id = ${row.pointId}`);
    const data = { point: row.pointId, device: row.device, sequence, entries: entries.length };
    await unit.emit({ entity: 'gate-edge-list', what: 'issued', subject: row.pointId, data });
    unit.afterCommit(() => onIssued(row.device));
  }

  async function renew(unit: Unit, row: ListRow, now: Date): Promise<void> {
    const { tx } = unit;
    // Shown at the point before the first gateway asks.
    await signingKey(tx, sealed, tenant);
    const lasts = row.minutes * 60_000;
    const expiresAt = new Date(now.getTime() + lasts);
    const found = await candidatesAt(tx, row, now);
    const people = await permits(tx, row, found, now, expiresAt);
    const all = [...people, ...(await vehiclePermits(tx, row, now, expiresAt))];
    const isCut = found.length > EDGE_MOST_ENTRIES || all.length > EDGE_MOST_ENTRIES;
    const entries = all.slice(0, EDGE_MOST_ENTRIES);
    const checkAt = new Date(now.getTime() + lasts * RENEW);
    await issue(unit, row, { entries, isCut, expiresAt, checkAt }, now);
  }

  const renewOne = (id: string) =>
    units.run(caller, async (unit) => {
      const now = new Date();
      const due = Prisma.sql`l.point_id = ${id} AND l.check_at <= ${now}`;
      const [row] = await lists(unit.tx, due, Prisma.sql`SKIP LOCKED`);
      if (row) await renew(unit, row, now);
    });

  /** Points whose switch is on get a list, others lose theirs. */
  async function follow(now: Date): Promise<string[]> {
    return database.transaction({ tenant, user: null }, async (tx) => {
      await tx.gateEdgeList.deleteMany({
        where: { point: { OR: [{ edge: false }, { active: false }] } },
      });
      const missing = await tx.gatePoint.findMany({
        where: { edge: true, active: true, edgeList: null },
        select: { id: true },
      });
      for (const { id } of missing) {
        const hashKeySealed = await newHashKey(tx, sealed, tenant, id);
        await tx.gateEdgeList.createMany({
          data: [{ tenantId: tenant, pointId: id, hashKeySealed, checkAt: now }],
          skipDuplicates: true,
        });
      }
      const due = await tx.gateEdgeList.findMany({
        where: { checkAt: { lte: now } },
        select: { pointId: true },
        orderBy: { checkAt: 'asc' },
      });
      return due.map(({ pointId }) => pointId);
    });
  }

  return {
    /** One pass: lists that are due. @returns false: the next pass is by time. */
    async pass(now = new Date()): Promise<boolean> {
      for (const id of await follow(now)) {
        try {
          await renewOne(id);
        } catch (error) {
          // The list that there is ends by itself.
          log.error({ err: error, point: id }, 'a list of permits could not be made');
          const checkAt = new Date(now.getTime() + PUT_OFF_MS);
          await database.transaction({ tenant, user: null }, (tx) =>
            tx.gateEdgeList.updateMany({ where: { pointId: id }, data: { checkAt } }),
          );
        }
      }
      return false;
    },

    /** A fact of many people changed: all lists are due. */
    due: (tx: Transaction): Promise<unknown> =>
      tx.gateEdgeList.updateMany({ data: { checkAt: new Date() } }),

    /** A fact of one person changed: the cards of that person are looked at again in each list, in this unit. */
    async recheck(unit: Unit, person: string): Promise<void> {
      const { tx } = unit;
      const now = new Date();
      const rows = await lists(tx, Prisma.sql`l.expires_at > ${now}`, Prisma.empty);
      if (rows.length === 0) return;
      const cards = await cardsOf(tx, person);
      for (const row of rows) {
        const hashKey = await openHashKey(tx, sealed, tenant, row);
        const own = new Set(cards.map((card) => edgeCardDigest(hashKey, card)));
        const before = row.entries.filter(({ card }) => own.has(card));
        const expiresAt = row.expiresAt as Date;
        const found = await candidatesAt(tx, row, now, person);
        const after = found.length > 0 ? await permits(tx, row, found, now, expiresAt) : [];
        if (sameRights(before, after)) continue;
        const others = row.entries.filter(({ card }) => !own.has(card));
        const entries = [...others, ...after].slice(0, EDGE_MOST_ENTRIES);
        await issue(unit, row, { entries, isCut: row.isCut, expiresAt, checkAt: null }, now);
      }
    },
  };
}

/** The same permits with the same ends. */
function sameRights(one: readonly EdgeEntry[], other: readonly EdgeEntry[]): boolean {
  const textOf = (all: readonly EdgeEntry[]) =>
    all
      .map(({ card, kind, target, validUntil }) => `${card} ${kind} ${target} ${validUntil}`)
      .sort()
      .join('\n');
  return textOf(one) === textOf(other);
}
