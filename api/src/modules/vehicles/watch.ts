import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { isNothing, type Reading } from '../fences/presence.ts';
import { readHistory, readingsOf } from '../fences/readings.ts';
import {
  advance,
  baseTime,
  isOrdered,
  newTrack,
  ROLL_MS,
  replay,
  type Track,
} from '../fences/track.ts';
import type { FixesOfBadge } from '../locations/intake.ts';
import { type AreaRule, type Driven, limitAt, readDriven, readRules } from './ground.ts';
import { drive, type SpeedState } from './speed.ts';
import {
  digestOf,
  findingsOf,
  newTagTrack,
  type PortalRead,
  rightsAt,
  type TagTrack,
} from './state.ts';

/** Reads of the same portal within this are one pass, ms. */
export const SAME_PASS_MS = 30_000;
/** Of reads that wait for the log, should it stand still. */
const MOST_READS = 200;

/**
 * Takes the fixes of tags of vehicles, in the transaction that stores them. Nothing is decided here: what is to be looked
 * at is marked as due.
 *
 * @param today by the calendar of the plant.
 */
export async function takeVehicleFixes(
  tx: Transaction,
  tenant: string,
  batch: readonly FixesOfBadge[],
  today: string,
): Promise<void> {
  const tags = batch.map(({ badge }) => badge).sort();
  const rules = await readRules(tx);
  const vehicles = await readDriven(tx, tags);
  await sqlIn(tx)(
    Prisma.sql`SELECT 1 FROM vehicle_track WHERE tag = ANY (${tags}::text[]) ORDER BY tag FOR UPDATE`,
  );
  const rows = await tx.vehicleTrack.findMany({ where: { tag: { in: tags } } });
  const known = new Map(rows.map((row) => [row.tag, row]));
  const writes: TagWrite[] = [];
  for (const fixes of batch) {
    const vehicle = vehicles.get(fixes.badge);
    if (!vehicle) continue;
    const row = known.get(fixes.badge);
    const before =
      row?.vehicleId === vehicle.id ? (row.state as unknown as TagTrack) : newTagTrack();
    const now = Date.now();
    const rights = rightsAt(before.rights, rules, vehicle, { now, today });
    const state = { ...(await stateAfter(tx, before, { fixes, vehicle, rules })), rights };
    const { findings, dueAt } = findingsOf(state, rules, now);
    const isNews =
      state.reads.length > 0 ||
      digestOf(findings) !== state.seen ||
      (state.isIn !== null && state.isIn !== vehicle.onSite) ||
      (row !== undefined && row.vehicleId !== vehicle.id);
    // What was marked as due meanwhile stays so.
    const due = isNews || (row?.dueAt && row.dueAt.getTime() <= now) ? now : dueAt;
    writes.push({ vehicle, state, dueAt: due });
  }
  await writeTagTracks(tx, tenant, writes);
}

interface Given {
  fixes: FixesOfBadge;
  vehicle: Driven;
  rules: readonly AreaRule[];
}

async function stateAfter(tx: Transaction, before: TagTrack, given: Given): Promise<TagTrack> {
  const { fixes, vehicle, rules } = given;
  const stays: Record<string, Track> = {};
  for (const rule of rules) {
    if (!rule.restricted) continue;
    const readings = readingsOf(fixes.fixes, rule.floorPlan, vehicle.since);
    const known = before.stays[rule.area];
    if (readings.length === 0 || (!known && !readings.some(({ place }) => place !== null))) {
      if (known) stays[rule.area] = known;
      continue;
    }
    const track = await stayAfter(tx, before, known ?? null, readings, { rule, vehicle });
    if (!isNothing(track.now, 'inside')) stays[rule.area] = track;
  }
  const passes = passesAfter(before.readAt ?? {}, portalReads(given));
  const last = fixes.fixes.filter(({ fix }) => fix.place && fix.at >= vehicle.since);
  return {
    at: Math.max(before.at, ...last.map(({ fix }) => fix.at)),
    isIn:
      fixes.now.place !== null && fixes.now.heardAt >= vehicle.since
        ? !fixes.now.isOut
        : before.isIn,
    stays,
    speed: speedAfter(before.speed, given),
    reads: [...before.reads, ...passes.reads].slice(-MOST_READS),
    readAt: passes.readAt,
    seen: before.seen,
  };
}

async function stayAfter(
  tx: Transaction,
  before: TagTrack,
  known: Track | null,
  readings: readonly Reading[],
  { rule, vehicle }: { rule: AreaRule; vehicle: Driven },
): Promise<Track> {
  const watched = { polygon: rule.polygon, side: 'inside' } as const;
  const track = known ?? newTrack(watched);
  const ordered = known ? isOrdered(known, readings) : readings.every(({ at }) => at > before.at);
  if (ordered) return advance(track, readings, watched);
  const newest = Math.max(...readings.map(({ at }) => at));
  const after = Math.max(baseTime(track), newest - 2 * ROLL_MS, vehicle.since - 1);
  const history = await readHistory(tx, vehicle.tag, rule.floorPlan, new Date(after));
  return replay(track, history, watched);
}

/** A fix of a reader's field says nothing of speed, and one of a clock that is ahead nothing of time. */
function speedAfter(before: SpeedState, { fixes, vehicle, rules }: Given): SpeedState {
  let state = before;
  for (const { fix, flags } of fixes.fixes) {
    const { place, at } = fix;
    if (!place || place.floorPlan === null || place.isZone || at < vehicle.since) continue;
    if (flags.some((flag) => flag !== 'late')) continue;
    const { floorPlan, x, y, radius } = place;
    const on = limitAt(rules, vehicle.maxSpeedKmh, { floorPlan, x, y, radius });
    state = drive(state, { at, source: fix.source, plan: floorPlan, x, y, radius, ...on });
  }
  return state;
}

/** A read at a way out, too: the others are inside. */
function portalReads({ fixes, vehicle }: Given): PortalRead[] {
  return fixes.fixes.flatMap(({ fix, flags, moves }): PortalRead[] => {
    const { place, at, source } = fix;
    if (!place || (!place.isPortal && !place.isOut) || at < vehicle.since) return [];
    const late = flags.includes('late');
    // Within the hold of a way out the read of another reader brings no vehicle back.
    if (fix.isDouble || (!moves && !late)) return [];
    return [{ at, source, area: place.area, isOut: place.isOut, late }];
  });
}

/** A vehicle that stands at a portal is read again and again: that is one pass, and nothing to decide. */
function passesAfter(
  known: Readonly<Record<string, number>>,
  reads: readonly PortalRead[],
): { reads: PortalRead[]; readAt: Record<string, number> } {
  const last = new Map(Object.entries(known));
  const passes = reads.filter(({ source, at }) => {
    const before = last.get(source);
    last.set(source, Math.max(before ?? 0, at));
    return before === undefined || Math.abs(at - before) > SAME_PASS_MS;
  });
  const newest = Math.max(...last.values());
  const young = [...last].filter(([, at]) => at >= newest - SAME_PASS_MS);
  return { reads: passes, readAt: Object.fromEntries(young) };
}

/** What is known of a tag, to be written. */
export interface TagWrite {
  readonly vehicle: Pick<Driven, 'id' | 'tag'>;
  readonly state: TagTrack;
  /** Ms since the epoch; null: with the next fix. */
  readonly dueAt: number | null;
}

/** Writes what is known of tags in one statement. */
export async function writeTagTracks(
  tx: Transaction,
  tenant: string,
  tracks: readonly TagWrite[],
): Promise<void> {
  if (tracks.length === 0) return;
  const rows = tracks.map(({ vehicle, state, dueAt }) => ({
    tag: vehicle.tag,
    vehicle: vehicle.id,
    state,
    due: dueAt === null ? null : new Date(dueAt).toISOString(),
  }));
  await sqlIn(tx)(Prisma.sql`
    INSERT INTO vehicle_track (tenant_id, tag, vehicle_id, state, due_at, updated_at)
    SELECT ${tenant}, g.tag, g.vehicle, g.state, g.due, now()
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS g (
      tag text, vehicle text, state jsonb, due timestamptz)
    ORDER BY g.tag
    ON CONFLICT (tenant_id, tag) DO UPDATE SET vehicle_id = EXCLUDED.vehicle_id, state = EXCLUDED.state,
      due_at = EXCLUDED.due_at, updated_at = EXCLUDED.updated_at`);
}
