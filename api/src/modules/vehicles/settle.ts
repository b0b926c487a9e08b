import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { blankNotices } from '../../platform/notices/blank.ts';
import { operatorAt } from '../gates/signed-on.ts';
import { areasOfBadge } from '../locations/of-badge.ts';
import { keepFixes } from '../locations/repository.ts';
import { type AreaRule, type Driven, readDriven, readRules, refusalsOf } from './ground.ts';
import { logReads } from './passes-log.ts';
import { KNOWN_MS } from './speed.ts';
import { digestOf, type Finding, findingsOf, rightsAt, type TagTrack } from './state.ts';
import type { VehicleTell } from './tell.ts';
import { writeTagTracks } from './watch.ts';
import { todayAt } from './words.ts';

/** Fixes around begin and end of an event are kept, ms. */
const AROUND_MS = 60_000;

type Event = Prisma.VehicleEventModel;
type Why = 'left' | 'slowed' | 'allowed' | 'gone' | 'handed-over' | 'late-fix';

/** Makes events, and lines of the gate log, of what is due for one tag. */
export function createSettle({
  tenant,
  timeZone,
  tell,
}: {
  tenant: string;
  timeZone: string;
  tell: VehicleTell;
}) {
  return async function settle(unit: Unit, tag: string, now: Date): Promise<void> {
    const { tx } = unit;
    const held = await sqlIn(tx)(
      Prisma.sql`SELECT 1 FROM vehicle_track WHERE tag = ${tag} FOR UPDATE SKIP LOCKED`,
    );
    if (held.length === 0) return;
    const row = await tx.vehicleTrack.findFirst({ where: { tag } });
    const vehicle = (await readDriven(tx, [tag])).get(tag);
    await endOthers(unit, tag, vehicle?.id ?? null, now);
    if (!row || vehicle?.id !== row.vehicleId) {
      await tx.vehicleTrack.deleteMany({ where: { tag } });
      return;
    }
    const known = row.state as unknown as TagTrack;
    const rules = await readRules(tx);
    const today = todayAt(timeZone, now);
    const clock = { now: now.getTime(), today };
    const state = { ...known, rights: rightsAt(known.rights, rules, vehicle, clock) };
    const { findings, dueAt } = findingsOf(state, rules, clock.now);
    const by = { tenant, vehicle, rights: state.rights, timeZone };
    for (const pass of await logReads(unit, by, state.reads)) {
      await openPass(unit, vehicle, pass);
    }
    if (state.isIn !== null && state.isIn !== vehicle.onSite) {
      const at = new Date(Math.min(state.at, now.getTime()));
      await tx.vehicle.updateMany({
        where: { id: vehicle.id },
        data: { onSite: state.isIn, onSiteAt: at },
      });
    }
    // An event of before a longer time was asked for was one: it is not taken back.
    const without = rules.map((rule) => ({ ...rule, dwellMs: 0 }));
    const stays = findingsOf(state, without, clock.now).findings;
    await sync(unit, { vehicle, rules, today, stays }, findings, now);
    const next = { ...state, reads: [], seen: digestOf(findings) };
    await writeTagTracks(tx, tenant, [{ vehicle, state: next, dueAt }]);
  };

  interface At {
    vehicle: Driven;
    rules: readonly AreaRule[];
    today: string;
    /** Stays without the right, however short. */
    stays: readonly Finding[];
  }

  /** New events opened, those that moved changed, those that are no more ended or taken back. */
  async function sync(unit: Unit, at: At, findings: readonly Finding[], now: Date): Promise<void> {
    const { vehicle } = at;
    const since = new Date(now.getTime() - KNOWN_MS);
    const known = await unit.tx.vehicleEvent.findMany({
      where: {
        tag: vehicle.tag,
        vehicleId: vehicle.id,
        kind: { in: ['area', 'speed'] },
        OR: [
          { state: 'open' },
          {
            state: 'ended',
            untilAt: { gt: since },
            begunAt: { gte: new Date(vehicle.since) },
            closedBy: { notIn: ['gone', 'handed-over'] },
          },
        ],
      },
      orderBy: { id: 'asc' },
    });
    const kept = new Set<string>();
    for (const finding of findings) {
      const same = known.find((one) => !kept.has(one.id) && isSame(one, finding, now));
      if (same) {
        kept.add(same.id);
        await change(unit, vehicle, same, finding, now);
      } else if (finding.until === null || finding.until > since.getTime()) {
        kept.add(await open(unit, at, finding, now));
      }
    }
    for (const event of known) {
      if (kept.has(event.id)) continue;
      if (event.kind === 'speed') await closeEvent(unit, event, 'slowed', now);
      else if (isAllowed(at, event) || at.stays.some((one) => isSame(event, one, now))) {
        await closeEvent(unit, event, 'allowed', now);
      } else if (event.begunAt <= since) await closeEvent(unit, event, 'left', now);
      else await withdraw(unit, event, now);
    }
  }

  async function open(unit: Unit, at: At, finding: Finding, now: Date): Promise<string> {
    const { vehicle, rules, today } = at;
    const { kind, area, from, until, isOver, topKmh, limitKmh } = finding;
    const place = area ?? (await areasOfBadge(unit.tx, vehicle.tag))[0] ?? null;
    const rule = rules.find((one) => one.area === place);
    const id = await write(unit, {
      vehicle,
      kind,
      area: place,
      severity: rule?.severity ?? 'warning',
      codes: kind === 'area' ? refusalsOf(vehicle, area, today) : [],
      speedKmh: topKmh,
      limitKmh,
      begunAt: new Date(from),
      untilAt: until === null ? null : new Date(until),
      closedBy: isOver ? whyOver(finding) : null,
      now,
    });
    await keepAround(unit, vehicle, from);
    return id;
  }

  /** A pass of a vehicle that may not be used is an event, and over at once. */
  async function openPass(
    unit: Unit,
    vehicle: Driven,
    pass: { at: Date; area: string | null; codes: string[] },
  ): Promise<void> {
    await write(unit, {
      vehicle,
      kind: 'pass',
      area: pass.area,
      severity: 'warning',
      codes: pass.codes,
      speedKmh: null,
      limitKmh: null,
      begunAt: pass.at,
      untilAt: pass.at,
      closedBy: 'left',
      now: new Date(),
    });
  }

  interface New {
    vehicle: Driven;
    kind: string;
    area: string | null;
    severity: string;
    codes: string[];
    speedKmh: number | null;
    limitKmh: number | null;
    begunAt: Date;
    untilAt: Date | null;
    /** Null while it lasts. */
    closedBy: Why | null;
    now: Date;
  }

  async function write(
    unit: Unit,
    { vehicle, area, closedBy, now, ...given }: New,
  ): Promise<string> {
    const { tx } = unit;
    const { machineId } = vehicle;
    const id = newId();
    const isOver = closedBy !== null;
    await tx.vehicleEvent.createMany({
      data: [
        {
          tenantId: tenant,
          id,
          vehicleId: vehicle.id,
          plate: vehicle.plate,
          tag: vehicle.tag,
          ...given,
          areaId: area,
          machineId,
          driverId: machineId === null ? null : await operatorAt(tx, machineId, given.begunAt),
          openedAt: now,
          state: isOver ? 'ended' : 'open',
          closedAt: isOver ? now : null,
          closedBy,
        },
      ],
    });
    await emit(unit, id, vehicle.id, 'opened');
    await tell(unit, id);
    return id;
  }

  async function change(
    unit: Unit,
    vehicle: Driven,
    event: Event,
    finding: Finding,
    now: Date,
  ): Promise<void> {
    const { from, until, isOver, topKmh } = finding;
    const closes = isOver && event.state === 'open';
    const reopens = !isOver && event.state !== 'open';
    const why = whyOver(finding);
    const { machineId } = event;
    const moves = from !== event.begunAt.getTime() && machineId !== null;
    await unit.tx.vehicleEvent.updateMany({
      where: { id: event.id },
      data: {
        begunAt: new Date(from),
        untilAt: until === null ? null : new Date(until),
        ...(moves ? { driverId: await operatorAt(unit.tx, machineId, new Date(from)) } : {}),
        ...(topKmh === null ? {} : { speedKmh: topKmh }),
        ...(closes
          ? { state: 'ended', closedAt: now, closedBy: why, version: { increment: 1 } }
          : {}),
        ...(reopens ? { state: 'open', closedAt: null, closedBy: null } : {}),
      },
    });
    if (until !== null) await keepAround(unit, vehicle, until);
    if (closes) await emit(unit, event.id, event.vehicleId, 'ended');
  }

  /** Events of the tag while it was on another vehicle. */
  async function endOthers(
    unit: Unit,
    tag: string,
    vehicle: string | null,
    now: Date,
  ): Promise<void> {
    const others = await unit.tx.vehicleEvent.findMany({ where: { tag, state: 'open' } });
    for (const event of others) {
      if (event.vehicleId !== vehicle) await closeEvent(unit, event, 'handed-over', now);
    }
  }

  async function withdraw(unit: Unit, event: Event, now: Date): Promise<void> {
    await unit.tx.vehicleEvent.updateMany({
      where: { id: event.id },
      data: { state: 'withdrawn', closedAt: now, closedBy: 'late-fix', version: { increment: 1 } },
    });
    await blankNotices(unit.tx, 'vehicle-event', [event.id], takenBack);
    await emit(unit, event.id, event.vehicleId, 'withdrawn');
  }
}

const takenBack: Bilingual = {
  zh: '后到的位置表明并非如此，内容已删除。',
  en: 'A late position shows that it was not so; what it said was removed.',
};

const whyOver = ({ kind, byRight }: Finding): Why =>
  kind === 'speed' ? 'slowed' : byRight ? 'allowed' : 'left';

const isSame = (event: Event, { kind, area, from, until }: Finding, now: Date): boolean =>
  event.kind === kind &&
  (kind === 'speed' || event.areaId === area) &&
  event.begunAt.getTime() <= (until ?? now.getTime()) &&
  (event.untilAt ?? now).getTime() >= from;

/** Whether the vehicle may be there by now, or the area is restricted no more. */
const isAllowed = (
  { vehicle, rules, today }: { vehicle: Driven; rules: readonly AreaRule[]; today: string },
  { areaId }: Event,
): boolean =>
  !rules.some(({ area, restricted }) => area === areaId && restricted) ||
  refusalsOf(vehicle, areaId, today).length === 0;

/** What was heard before the tag was on the vehicle is not the vehicle's. */
const keepAround = (unit: Unit, { tag, since }: Driven, at: number): Promise<number> => {
  const from = new Date(Math.max(at - AROUND_MS, since));
  return keepFixes(unit.tx, [tag], from, new Date(at + AROUND_MS));
};

const emit = (
  unit: Unit,
  id: string,
  vehicle: string,
  what: 'opened' | 'ended' | 'withdrawn',
): Promise<void> =>
  unit.emit({ entity: 'vehicle-event', what, subject: id, data: { event: id, vehicle } });

/** Ends an open event; one that is over stays as it is. */
export async function closeEvent(unit: Unit, event: Event, why: Why, now: Date): Promise<void> {
  if (event.state !== 'open') return;
  const until = (event.untilAt ?? now).getTime();
  await unit.tx.vehicleEvent.updateMany({
    where: { id: event.id, state: 'open' },
    data: {
      state: 'ended',
      closedAt: now,
      closedBy: why,
      untilAt: new Date(Math.max(until, event.begunAt.getTime())),
      version: { increment: 1 },
    },
  });
  await emit(unit, event.id, event.vehicleId, 'ended');
}
