import { createHash } from 'node:crypto';
import { AHEAD_MS } from '@anshi/contracts';
import { Prisma } from '../../generated/prisma/client.ts';
import { systemCaller } from '../../platform/access/caller.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { isRefusedByDatabase } from '../../platform/db/database-errors.ts';
import { newId } from '../../platform/db/ids.ts';
import { queryOf, readTogether } from '../../platform/db/readings.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { Platform } from '../../platform/module.ts';
import type { BookRows } from '../../platform/rules/service.ts';
import { placeReads } from '../match/decisions.ts';
import type { PlaceRows } from '../match/jobs.ts';
import { isSpecial } from '../match/special.ts';
import type { Matching } from './matching.ts';
import {
  heldAsSeen,
  type Outcome,
  outcomeOf,
  refusedCard,
  refusedVehicle,
  SIGN_ON_MS,
  wayOut,
} from './outcome.ts';
import { overrideInForce, useUp } from './override-in-force.ts';
import type { GateAnswer } from './schema.ts';
import type { SeenAlone } from './seen-alone.ts';
import { takeCode } from './sign-on.ts';
import {
  outcomeOfVehicle,
  type ShownVehicle,
  useOfMachine,
  vehicleEntry,
  vehicleOfMachine,
  vehicleShown,
} from './vehicle-use.ts';
import {
  type CardReason,
  type DecisionKind,
  type GateKind,
  type gateDirections,
  type PublicCode,
  publicTexts,
} from './words.ts';

/** A request that comes later than this is of no use: what it asks for is over. */
export const LATE_MS = 120_000;

/** What a point asks. */
export interface Asked {
  key: string;
  point: string;
  kind: GateKind;
  target: string;
  card: string | null;
  code: string | null;
  plate: string | null;
  /** RFC 3339, by the clock of the point. */
  at: string;
}

/** A row that says what the point is and who wears the card. */
interface Found {
  pointId: string;
  active: boolean;
  machineId: string | null;
  areaId: string | null;
  direction: (typeof gateDirections)[number];
  /** The decision that the key has already. */
  before: string | null;
  person: string | null;
  status: string | null;
  /** The card was bound at some time. */
  known: boolean;
  /** Two people wear cards that differ by case only, and the reader says both. */
  ambiguous: boolean;
  /** What the machine or the area asks for, the rules, and the vehicle of the machine, of the same moment. */
  read: BookRows & PlaceRows & { readonly vehicle: Parameters<typeof useOfMachine>[0] };
}

export type Ask = ReturnType<typeof createAsk>;

/** Decides whether a person may start a machine or enter, for the point that asks. */
export function createAsk(
  platform: Pick<Platform, 'units' | 'database' | 'settings' | 'features'> & {
    matching: Matching;
    seen: SeenAlone;
  },
) {
  const { units, database, settings, features, matching, seen } = platform;
  const { tenant, timeZone } = settings;
  const caller = systemCaller(tenant);

  /**
   * One statement for all that does not depend on the person: each adds to the time that a person waits at the machine. Nothing of it
   * is remembered, so that a change by any process counts for the next start.
   */
  async function find(tx: Transaction, asked: Asked): Promise<Found | undefined> {
    const card = asked.card ?? '';
    const { kind, target } = asked;
    const isStart = kind === 'start';
    const read = await readTogether(tx, {
      found: queryOf<Omit<Found, 'ambiguous' | 'read'>>(Prisma.sql`
      SELECT p.id AS "pointId", p.active, p.machine_id AS "machineId", p.area_id AS "areaId",
        p.direction, d.id AS before, b.person_id AS person, s.status,
        b.id IS NOT NULL OR EXISTS (SELECT 1 FROM badge o WHERE o.badge IN (${card}, lower(${card}))) AS known
      FROM gate_point p
      LEFT JOIN gate_decision d ON d.point_id = p.id AND d.key = ${asked.key}
      LEFT JOIN badge b ON b.badge IN (${card}, lower(${card})) AND b.until IS NULL
      LEFT JOIN person s ON s.id = b.person_id
      WHERE p.device = ${asked.point}`),
      ...placeReads(isStart ? 'machine' : 'area', target),
      vehicle: isStart && features.isOn('vehicles') ? vehicleOfMachine(target) : null,
    });
    const [found] = read.found;
    if (!found) return undefined;
    const ambiguous = read.found.some(({ person }) => person !== found.person);
    return { ...found, ambiguous, read };
  }

  async function decideIn(unit: Unit, asked: Asked, found: Found, now: Date): Promise<Decided> {
    const { tx } = unit;
    const person = asked.code === null ? found.person : await takeCode(tx, tenant, asked.code, now);
    const kind = kindOf(asked, found);
    const fault = cardFault(asked, found, person);
    const vehicle =
      kind !== 'start' && person === null && features.isOn('vehicles')
        ? await vehicleShown(tx, asked, now)
        : null;
    let outcome: Outcome;
    if (kind === 'exit') outcome = wayOut(vehicle ? null : fault, now);
    else if (vehicle) {
      const use = await vehicleEntry(tx, vehicle, asked.target, { timeZone, at: now });
      outcome = outcomeOfVehicle(use, now);
    } else if (fault) outcome = refusedCard(fault, now);
    else outcome = await outcomeFor(unit, person as string, asked, found, now);
    if (kind === 'start') outcome = withinSignOn(outcome, now);
    // The leaver is named, so that the record says whose card was shown.
    const whom = fault && fault !== 'person-left' ? null : person;
    const id = newId();
    const who = { kind, person: whom, vehicle };
    unit.later(insertion(tenant, id, asked, found.pointId, who, outcome, now));
    await unit.emit({
      entity: 'gate-decision',
      what: { allow: 'allowed', hold: 'held', deny: 'denied' }[outcome.decision],
      subject: id,
      data: {
        decision: id,
        kind,
        target: asked.target,
        point: found.pointId,
        person: whom,
        vehicle: vehicle?.id ?? null,
        device: asked.point,
        at: now.toISOString(),
        overridden: outcome.overrideId !== null,
      },
    });
    return { id, ...outcome };
  }

  async function outcomeFor(
    { tx, later }: Unit,
    person: string,
    { kind, target }: Asked,
    { read }: Found,
    now: Date,
  ) {
    const { job, book } = matching.placeFrom(kind === 'start' ? 'machine' : 'area', target, read);
    const match = await matching.decideFor(tx, { person, job }, now, { book, later });
    const override =
      match.decision === 'allow' || match.final
        ? null
        : await overrideInForce(tx, { person, kind, target }, now);
    const outcome = outcomeOf(match, override, now);
    const use = useOfMachine(read.vehicle, { timeZone, at: now });
    if (use?.fault) return refusedVehicle(outcome, use.fault, now);
    if (kind !== 'start' || outcome.decision !== 'allow') return outcome;
    const isOther = () => seen.isOther(tx, { person, machine: target }, now);
    if (!override && !(await isOther())) return outcome;
    const looked = override ?? (await overrideInForce(tx, { person, kind, target }, now));
    if (!looked) return heldAsSeen(outcome, null, now);
    // Special work: a look at the person counts for one start, and for no later one.
    const isOnce = isSpecial([job]);
    const counts = !isOnce || (await useUp(tx, looked.id, now));
    // Who was let start against the reasons was looked at by a person.
    if (override) return counts ? outcome : outcomeOf(match, null, now);
    return heldAsSeen(outcome, counts ? looked : null, now);
  }

  /** The answer that a key got. @throws Problem `gate.key-taken` where it was for something else. */
  const again = (id: string, asked: Asked): Promise<GateAnswer> =>
    database.transaction({ tenant, user: null }, async (tx) => {
      const row = await tx.gateDecision.findFirstOrThrow({ where: { id } });
      // A point at a way out is refused nothing, not even where it makes one key twice.
      if (row.digest !== digestOf(asked) && row.kind !== 'exit')
        throw new Problem('gate.key-taken');
      return answerOf({
        id,
        decision: row.decision as Outcome['decision'],
        codes: row.codes as PublicCode[],
        validUntil: row.validUntil,
        overrideId: row.overrideId,
      });
    });

  return {
    /**
     * Answers a request once: sent again with its key, the answer is the same.
     *
     * @param refuseTarget called where the target is not that of the point; throws.
     * @throws Problem `gate.clock`, `gate.late`, `gate.point-unknown`, `gate.out-of-use`, `gate.key-taken`.
     */
    async ask(asked: Asked, refuseTarget: () => Promise<never>): Promise<GateAnswer> {
      const now = new Date();
      const late = now.getTime() - Date.parse(asked.at);
      const refused = { foreign: false, before: null as string | null };
      const decide = () =>
        units.run(caller, async (unit) => {
          const found = await find(unit.tx, asked);
          if (!found) throw new Problem('gate.point-unknown');
          if (kindOf(asked, found) !== 'exit') {
            if (late < -AHEAD_MS) throw new Problem('gate.clock');
            if (late > LATE_MS) throw new Problem('gate.late');
          }
          const own = asked.kind === 'start' ? found.machineId : found.areaId;
          refused.foreign = own !== asked.target;
          refused.before = found.before;
          if (refused.foreign || found.before !== null) return null;
          if (!found.active && kindOf(asked, found) !== 'exit')
            throw new Problem('gate.out-of-use');
          return decideIn(unit, asked, found, now);
        });
      let decided = await decide().catch((error: unknown) => {
        // The same request came twice at once, and the other one was first.
        if (!isRefusedByDatabase(error)) throw error;
        return decide();
      });
      if (refused.foreign) return refuseTarget();
      if (refused.before !== null) return again(refused.before, asked);
      decided = decided as Decided;
      return answerOf(decided);
    },
  };
}

type Decided = Outcome & { id: string };

/** What is on record: a request for an area at a point of its way out is no entry. */
const kindOf = ({ kind }: Asked, { direction }: Found): DecisionKind =>
  kind === 'entry' && direction === 'exit' ? 'exit' : kind;

function cardFault(asked: Asked, found: Found, person: string | null): CardReason | null {
  if (asked.plate !== null) return 'plate-unknown';
  if (asked.code !== null) return person === null ? 'code-unknown' : null;
  if (found.ambiguous) return 'card-ambiguous';
  if (person === null) return found.known ? 'card-free' : 'card-unknown';
  return found.status === 'active' ? null : 'person-left';
}

/** A start after the sign-on has no session: the point asks again. */
const withinSignOn = (outcome: Outcome, now: Date): Outcome => ({
  ...outcome,
  validUntil: new Date(Math.min(outcome.validUntil.getTime(), now.getTime() + SIGN_ON_MS)),
});

const digestOf = ({ kind, point, target, card, code, plate, at }: Asked): string =>
  createHash('sha256')
    .update(
      JSON.stringify([kind, point, target, card, code, at, ...(plate === null ? [] : [plate])]),
    )
    .digest('hex');

const insertion = (
  tenant: string,
  id: string,
  asked: Asked,
  point: string,
  {
    kind,
    person,
    vehicle,
  }: { kind: DecisionKind; person: string | null; vehicle: ShownVehicle | null },
  outcome: Outcome,
  now: Date,
): Prisma.Sql => Prisma.sql`
  INSERT INTO gate_decision (tenant_id, id, point_id, key, digest, kind, target, card, plate, vehicle_id, person_id,
    asked_at, decided_at, decision, final, codes, reasons, valid_until, match_id, override_id)
  VALUES (${tenant}, ${id}, ${point}, ${asked.key}, ${digestOf(asked)}, ${kind}, ${asked.target},
    ${asked.card}, ${vehicle?.plate ?? asked.plate}, ${vehicle?.id ?? null}, ${person}, ${new Date(asked.at)}, ${now}, ${outcome.decision}, ${outcome.final},
    ${outcome.codes}, ${JSON.stringify(outcome.reasons)}::jsonb, ${outcome.validUntil}, ${outcome.matchId},
    ${outcome.overrideId})`;

const answerOf = ({
  id,
  decision,
  codes,
  validUntil,
  overrideId,
}: Pick<Decided, 'id' | 'decision' | 'codes' | 'validUntil' | 'overrideId'>): GateAnswer => ({
  id,
  decision,
  reasons: codes.map((code) => ({ code, text: publicTexts[code] })),
  validUntil: validUntil.toISOString(),
  overridden: overrideId !== null,
});
