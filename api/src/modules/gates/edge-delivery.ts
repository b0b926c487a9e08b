import { createHash } from 'node:crypto';
import { AHEAD_MS, type EdgeDecision } from '@anshi/contracts';
import { ulid } from 'ulid';
import { Prisma } from '../../generated/prisma/client.ts';
import { systemCaller } from '../../platform/access/caller.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { isRefusedByDatabase } from '../../platform/db/database-errors.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { Platform } from '../../platform/module.ts';
import type { EdgeTell } from './edge-tell.ts';
import { type Matching, matchAt } from './matching.ts';
import { type Outcome, outcomeOf, refusedCard, refusedVehicle, wayOut } from './outcome.ts';
import { edgeKeyOf, voidSessions } from './superseded.ts';
import {
  outcomeOfVehicle,
  type ShownVehicle,
  vehicleEntry,
  vehicleShown,
  vehicleUse,
} from './vehicle-use.ts';
import type { DecisionKind } from './words.ts';

/** A gateway that was away for longer has its decisions looked at by a person, days. */
const OLDEST_DAYS = 30;

export interface Delivered {
  id: string;
  lateDecision: 'hold' | 'deny' | null;
}

interface Point {
  id: string;
  machineId: string | null;
  areaId: string | null;
  direction: string;
}
/** Who wore the card then, or which vehicle had the tag. */
interface Shown {
  person: string | null;
  vehicle: ShownVehicle | null;
}

export type EdgeDelivery = ReturnType<typeof createEdgeDelivery>;

/** Takes what gateways decided while the API was away, each once. */
export function createEdgeDelivery(
  platform: Pick<Platform, 'units' | 'settings' | 'features'> & {
    matching: Matching;
    tell: EdgeTell;
  },
) {
  const { units, settings, features, matching, tell } = platform;
  const { tenant, timeZone } = settings;
  const caller = systemCaller(tenant);

  /** What the API would have answered then, by the facts that are known now. */
  async function outcomeThen(
    tx: Transaction,
    { person, vehicle }: Shown,
    kind: DecisionKind,
    given: EdgeDecision,
  ): Promise<Outcome> {
    const at = new Date(given.decidedAt);
    const { target } = given;
    const fault = given.card === null ? 'code-unknown' : 'card-free';
    if (kind === 'exit') return wayOut(person === null && vehicle === null ? fault : null, at);
    if (vehicle && kind === 'entry') {
      return outcomeOfVehicle(await vehicleEntry(tx, vehicle, target, { timeZone, at }), at);
    }
    if (person === null) return refusedCard(fault, at);
    const match = await matchAt(matching, tx, { person, kind, target }, at);
    const override = await tx.gateOverride.findFirst({
      where: {
        personId: person,
        kind,
        target,
        fromAt: { lte: at },
        untilAt: { gt: at },
        OR: [{ endedAt: null }, { endedAt: { gt: at } }],
      },
      orderBy: { untilAt: 'desc' },
    });
    const outcome = outcomeOf(match, override && { id: override.id, until: override.untilAt }, at);
    if (kind !== 'start' || !features.isOn('vehicles')) return outcome;
    const use = await vehicleUse(tx, target, { timeZone, at });
    return use?.fault ? refusedVehicle(outcome, use.fault, at) : outcome;
  }

  async function write(unit: Unit, point: Point, key: string, given: EdgeDecision) {
    const { tx } = unit;
    const decidedAt = new Date(given.decidedAt);
    const person = given.card === null ? null : await wearerAt(tx, given.card, decidedAt);
    const isEntry = given.kind !== 'start';
    const vehicle =
      isEntry && person === null && features.isOn('vehicles')
        ? await vehicleShown(tx, { card: given.card, plate: given.plate ?? null }, decidedAt)
        : null;
    // A gateway that takes an entry for an exit lets everyone in: notify those in charge.
    const counts = given.kind === 'exit' && point.direction !== 'exit' ? 'entry' : given.kind;
    const then = await outcomeThen(tx, { person, vehicle }, counts, given);
    const isAllowed = given.decision === 'allow';
    const lateDecision =
      isAllowed && then.decision !== 'allow' ? (then.decision as 'hold' | 'deny') : null;
    const kept: Outcome = isAllowed
      ? then
      : {
          ...then,
          final: false,
          codes: ['ask-supervisor'],
          reasons: [{ code: 'edge-no-permit', about: null }],
          overrideId: null,
        };
    // Its place in the order of decisions is that of the instant at which it was made.
    const id = ulid(decidedAt.getTime());
    await sqlIn(tx)(Prisma.sql`
      INSERT INTO gate_decision (tenant_id, id, point_id, key, digest, kind, target, card, plate, vehicle_id,
        person_id, asked_at, decided_at, decision, final, codes, reasons, valid_until, match_id, override_id, source, delivered_at,
        late_decision)
      VALUES (${tenant}, ${id}, ${point.id}, ${key}, ${digestOf(given)}, ${given.kind}, ${given.target},
        ${given.card}, ${vehicle?.plate ?? given.plate ?? null}, ${vehicle?.id ?? null}, ${person}, ${new Date(given.at)}, ${decidedAt}, ${given.decision}, ${kept.final},
        ${kept.codes}, ${JSON.stringify(kept.reasons)}::jsonb, ${new Date(given.validUntil)}, ${kept.matchId},
        ${kept.final ? null : kept.overrideId}, 'edge', ${new Date()}, ${lateDecision})`);
    await unit.emit({
      entity: 'gate-decision',
      what: isAllowed ? 'allowed' : 'denied',
      subject: id,
      data: {
        decision: id,
        kind: given.kind,
        target: given.target,
        point: point.id,
        person,
        vehicle: vehicle?.id ?? null,
        device: given.point,
        at: given.decidedAt,
        overridden: kept.overrideId !== null,
      },
    });
    if (lateDecision !== null) {
      const { kind, target, card } = given;
      await tell.late(unit, { id, kind, target, card, person }, kept.codes);
    }
    return { id, lateDecision };
  }

  return {
    /**
     * Writes a decision; the same one again is answered as before.
     *
     * @param key the idempotency key of the request at the point.
     * @param refuseTarget called where the target is not that of the point; throws.
     * @throws Problem `gate.point-unknown`, `gate.clock`, `gate.edge-old`, `gate.key-taken`.
     */
    async take(
      key: string,
      given: EdgeDecision,
      refuseTarget: () => Promise<never>,
    ): Promise<Delivered> {
      const now = Date.now();
      const age = now - Date.parse(given.decidedAt);
      if (age < -AHEAD_MS) throw new Problem('gate.clock');
      if (age > OLDEST_DAYS * 86_400_000) throw new Problem('gate.edge-old');
      let isForeign = false;
      const run = () =>
        units.run(caller, async (unit) => {
          const { tx } = unit;
          const point = await tx.gatePoint.findFirst({ where: { device: given.point } });
          if (!point) throw new Problem('gate.point-unknown');
          const own = given.kind === 'start' ? point.machineId : point.areaId;
          isForeign = own !== given.target;
          if (isForeign) return null;
          const known = await decided(tx, point.id, [key, edgeKeyOf(key)]);
          const mine = known.find(({ source }) => source === 'edge');
          if (mine) {
            if (mine.digest !== digestOf(given)) throw new Problem('gate.key-taken');
            return { id: mine.id, lateDecision: mine.lateDecision as Delivered['lateDecision'] };
          }
          const before = known[0];
          // The API decided it too, and its answer was lost on the way.
          if (before && before.decision === given.decision) {
            return { id: before.id, lateDecision: null };
          }
          if (!before) return write(unit, point, key, given);
          // The answer of the API came too late: what it allowed never happened.
          await voidSessions(unit, Prisma.sql`d.id = ${before.id}`);
          return write(unit, point, edgeKeyOf(key), given);
        });
      const done = await run().catch((error: unknown) => {
        // The same one came twice at once, and the other one was first.
        if (!isRefusedByDatabase(error)) throw error;
        return run();
      });
      return isForeign || done === null ? refuseTarget() : done;
    },
  };
}

const decided = (tx: Transaction, pointId: string, keys: readonly string[]) =>
  tx.gateDecision.findMany({
    where: { pointId, key: { in: [...keys] } },
    select: { id: true, source: true, digest: true, decision: true, lateDecision: true },
  });

/** The person who wore a card then; null where it had no wearer, or two. */
async function wearerAt(tx: Transaction, card: string, at: Date): Promise<string | null> {
  const rows = await sqlIn(tx)<{ person: string }>(Prisma.sql`
    SELECT DISTINCT person_id AS person FROM badge
    WHERE badge IN (${card}, lower(${card})) AND since <= ${at} AND (until IS NULL OR until > ${at})`);
  return rows.length === 1 ? (rows[0]?.person ?? null) : null;
}

const digestOf = ({
  point,
  kind,
  target,
  card,
  plate,
  at,
  decidedAt,
  decision,
}: EdgeDecision): string =>
  createHash('sha256')
    .update(
      JSON.stringify([
        point,
        kind,
        target,
        card,
        at,
        decidedAt,
        decision,
        ...(plate === undefined ? [] : [plate]),
      ]),
    )
    .digest('hex');
