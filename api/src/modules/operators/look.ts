import type { ViolationIdentity } from '@anshi/contracts';
import { systemCaller } from '../../platform/access/caller.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import type { Platform } from '../../platform/module.ts';
import { camerasAt } from '../gates/coverage.ts';
import { lookAt, type Matching, matchAt } from '../gates/matching.ts';
import { type Outcome, outcomeOf } from '../gates/outcome.ts';
import { type Alone, aloneInAreas } from '../locations/alone.ts';
import { dayAt, wearersOf } from '../positions/handles.ts';
import type { UnqualifiedOperator } from '../violations/operator-schema.ts';
import { endRaised, OWN_SOURCE, raiseViolation } from '../violations/raise.ts';
import { showViolation } from '../violations/view.ts';
import { begin, type Due, end, findDue } from './due.ts';
import { byPosition, identityReasons } from './words.ts';

/** A badge has to be in the area of the machine so long, ms: people pass by. */
const DWELL_MS = 60_000;
/** A person who may operate it is looked at again after so long; facts change, ms. */
const AGAIN_MS = 60_000;
/** By a position alone nothing is more probable than this. */
const BY_POSITION = 0.5;

/** Who is known to be at a machine, and why that person may not operate it. */
interface Found {
  reason: UnqualifiedOperator['reason'];
  person: string | null;
  alone: Alone | null;
}

/** Finds machines that run under a person without the right, and records each once while it lasts. */
export function createLook(
  platform: Pick<Platform, 'units' | 'database' | 'settings' | 'services' | 'log'> & {
    matching: Matching;
  },
) {
  const { units, database, settings, services, log, matching } = platform;
  const { tenant, timeZone } = settings;
  const caller = systemCaller(tenant);
  const { configuration, states } = services.get('cameras');
  const clipOrders = services.get('clipOrders');
  const { events } = services.get('violations');
  const incidents = services.get('incidents').service;

  async function matchOf(tx: Transaction, person: string, machine: string, now: Date) {
    const override = await tx.gateOverride.findFirst({
      where: {
        personId: person,
        kind: 'start',
        target: machine,
        fromAt: { lte: now },
        untilAt: { gt: now },
        endedAt: null,
      },
    });
    const given = override && { id: override.id, until: override.untilAt };
    const match = await lookAt(matching, tx, { person, machine }, now);
    return { given, outcome: outcomeOf(match, given, now) };
  }

  /** A hold is no violation, unless the person holds none of the posts that work there. */
  const isUnqualified = ({ decision, reasons }: Outcome): boolean =>
    decision === 'deny' ||
    (decision === 'hold' && reasons.some(({ code }) => code === 'no-post-here'));

  const putOff = (tx: Transaction, machine: string, checkAt: Date, checked: string | null) =>
    tx.operatorEpisode.updateMany({ where: { machine }, data: { checkAt, checked } });

  /** Who is there without the right; null where that is not so, or not known. */
  async function find(tx: Transaction, due: Due, now: Date): Promise<Found | null> {
    const { machine, areaId } = due;
    if (due.sessionId !== null) {
      const { outcome } = await matchOf(tx, due.person as string, machine, now);
      if (isUnqualified(outcome)) {
        return { reason: 'right-ended', person: due.person, alone: null };
      }
      await putOff(tx, machine, new Date(now.getTime() + AGAIN_MS), null);
      return null;
    }
    const dwelt = new Date(now.getTime() - DWELL_MS);
    const alone =
      areaId === null || !due.isOnly
        ? null
        : ((await aloneInAreas(tx, [areaId], dwelt)).get(areaId) ?? null);
    if (alone === null) {
      return due.hasPoint ? { reason: 'no-sign-on', person: null, alone: null } : null;
    }
    const { outcome } = await matchOf(tx, alone.person, machine, now);
    if (isUnqualified(outcome)) {
      const reason = due.hasPoint ? 'no-sign-on' : 'not-matched';
      return { reason, person: alone.person, alone };
    }
    await putOff(tx, machine, new Date(now.getTime() + AGAIN_MS), alone.badge);
    return null;
  }

  /** Whom the record names, as far as the person agreed to be named by a badge. */
  async function identityOf(tx: Transaction, due: Due, { reason, alone }: Found, now: Date) {
    const reasons = [identityReasons[reason]];
    if (due.sessionFrom !== null && !due.isSure) return { identity: null, candidates: [] };
    if (due.sessionFrom !== null) {
      const since = due.sessionFrom.toISOString();
      const identity: ViolationIdentity = {
        state: 'confirmed',
        handle: null,
        since,
        reasons,
        candidates: [],
      };
      return { identity, candidates: [] };
    }
    if (alone === null) return { identity: null, candidates: [] };
    const day = dayAt(timeZone, now);
    const wearer = (await wearersOf(tx, tenant, day, [alone.badge])).get(alone.badge);
    if (!wearer || wearer.since > alone.since) return null;
    const { handle } = wearer;
    const identity: ViolationIdentity = {
      state: 'ambiguous',
      handle: null,
      since: alone.since.toISOString(),
      reasons,
      candidates: [{ handle, posterior: BY_POSITION, explanation: byPosition }],
    };
    return { identity, candidates: [{ handle, person: alone.person }] };
  }

  /** Which cameras see the machine, and which of them films it best: one that gives a picture now, where there is one. */
  function placeOf({ machine, areaId, site }: Due) {
    const { cameras } = configuration.file;
    const siteOf = (camera: string) => cameras.find(({ id }) => id === camera)?.site;
    const seen = camerasAt(cameras, machine, areaId).filter(
      ({ camera }) => site === null || siteOf(camera) === site,
    );
    const isLive = ({ camera }: (typeof seen)[number]) => states.health(camera)?.state === 'live';
    const best = seen.find(isLive) ?? seen[0] ?? null;
    return { seen, best, site: site ?? (best && siteOf(best.camera)) ?? null };
  }

  async function raise(unit: Unit, due: Due, found: Found, now: Date): Promise<void> {
    const { tx } = unit;
    const { machine, areaId } = due;
    let named = await identityOf(tx, due, found, now);
    if (named === null) {
      // The wearer does not agree to be named: the machine is recorded where it has a point, the person never.
      if (!due.hasPoint) {
        await putOff(tx, machine, new Date(now.getTime() + AGAIN_MS), found.alone?.badge ?? null);
        return;
      }
      named = { identity: null, candidates: [] };
    }
    const isNamed = named.identity !== null && found.person !== null;
    const { seen, best, site } = placeOf(due);
    if (site === null) {
      await putOff(tx, machine, new Date(now.getTime() + AGAIN_MS), null);
      log.warn({ machine }, 'an unqualified operator is not recorded: the machine has no site');
      return;
    }
    const match = isNamed
      ? await matchAt(
          matching,
          tx,
          { person: found.person as string, kind: 'start', target: machine },
          now,
        )
      : null;
    const codes = match ? outcomeOf(match, null, now).codes : [];
    const startedAt = due.lostAt ?? due.since;
    await incidents.hold(unit, site);
    const row = await raiseViolation(
      tx,
      tenant,
      {
        site,
        areaId,
        seen: best,
        startedAt,
        machineAt: due.machineAt,
        severity: 'high',
        operator: {
          machine,
          machineName: due.machineName,
          reason: found.reason,
          codes,
          match: match?.id ?? null,
          cameras: seen.map((one) => one.camera),
        },
        ...named,
        person: isNamed && due.sessionId !== null ? found.person : null,
        binding: due.binding,
      },
      now,
    );
    if (best) {
      const { camera, zone } = best;
      const clip = { violation: row.id, camera, site, zone, from: startedAt, to: now };
      await clipOrders.want(unit, clip);
    }
    await tx.operatorEpisode.updateMany({ where: { machine }, data: { violationId: row.id } });
    await unit.audit({
      action: 'create',
      entity: 'violation',
      id: row.id,
      after: {
        source: OWN_SOURCE,
        rule: row.rule,
        machine,
        reason: found.reason,
        ...(best && { clipOf: best.camera }),
      },
    });
    await events.emit(unit, 'recorded', showViolation(row));
    await incidents.place(unit, row);
  }

  const lookOne = (machine: string, now: Date): Promise<void> =>
    units.run(caller, async (unit) => {
      const [due] = await findDue(unit.tx, now, machine);
      const found = due ? await find(unit.tx, due, now) : null;
      if (due && found) await raise(unit, due, found, now);
    });

  /** The machines of which something may be recorded now; the others cost one query for all of them. */
  const toLookAt = (now: Date): Promise<string[]> =>
    database.transaction({ tenant, user: null }, async (tx) => {
      const due = await findDue(tx, now);
      const areas = [...new Set(due.flatMap(({ areaId }) => areaId ?? []))];
      const alone = await aloneInAreas(tx, areas, new Date(now.getTime() - DWELL_MS));
      const isToLook = ({ sessionId, areaId, isOnly, hasPoint, checked, checkAt }: Due) => {
        const badge = areaId !== null && isOnly ? alone.get(areaId)?.badge : undefined;
        if (sessionId === null && badge !== undefined && badge !== checked) return true;
        return (sessionId !== null || hasPoint || badge !== undefined) && checkAt <= now;
      };
      return due.filter(isToLook).map(({ machine }) => machine);
    });

  /** Ends one record in a unit of its own, as it holds the site first. */
  const endOne = async (unit: Unit, violation: string, at: Date): Promise<void> => {
    await incidents.holdOf(unit, violation);
    const row = await endRaised(unit.tx, violation, at);
    if (!row) return;
    await events.emit(unit, 'updated', showViolation(row));
    await incidents.place(unit, row);
  };

  return {
    /** One pass: what began, what is over, and what is to be recorded. */
    async pass(now = new Date()): Promise<boolean> {
      await units.run(caller, async (unit) => {
        for (const { violation, at } of await end(unit.tx, now)) await endOne(unit, violation, at);
        await begin(unit.tx, now);
      });
      for (const machine of await toLookAt(now)) {
        try {
          await lookOne(machine, now);
        } catch (error) {
          log.error({ err: error, machine }, 'the operator of a machine could not be looked at');
        }
      }
      return false;
    },
  };
}
