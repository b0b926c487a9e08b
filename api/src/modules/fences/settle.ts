import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { keepFixes } from '../locations/repository.ts';
import type { Intrusion } from './intrusions.ts';
import { KNOWN_MS } from './presence.ts';
import type { Rights } from './rights.ts';
import {
  type DecidedRight,
  digestOf,
  isUndecided,
  lookAt,
  rightsOf,
  spellsOf,
  stateOf,
} from './state.ts';
import type { FenceTell } from './tell.ts';
import { readTerms, writeTrack } from './watch.ts';

/** Fixes around begin and end of an event are kept, ms. */
const AROUND_MS = 60_000;

type Event = Prisma.FenceEventModel;
type Fence = Prisma.AreaFenceModel;
export interface TrackKey {
  fenceId: string;
  badge: string;
}

/** Decides what is due at one fence for one badge, and makes events of it. */
export function createSettle(parts: { tenant: string; rights: Rights; tell: FenceTell }) {
  const { tenant, rights: deciding, tell } = parts;

  return async function settle(unit: Unit, key: TrackKey, now: Date): Promise<void> {
    const { tx } = unit;
    const { fenceId, badge } = key;
    // The wearer first: a withdrawal waits for this, or takes the row before it is read.
    await sqlIn(tx)(Prisma.sql`
      SELECT 1 FROM person WHERE id = (SELECT person_id FROM fence_track
        WHERE fence_id = ${fenceId} AND badge = ${badge}) FOR SHARE`);
    const held = await sqlIn(tx)(Prisma.sql`
      SELECT 1 FROM fence_track WHERE fence_id = ${fenceId} AND badge = ${badge} FOR UPDATE SKIP LOCKED`);
    if (held.length === 0) return;
    const row = await tx.fenceTrack.findFirst({ where: key });
    const fence = await tx.areaFence.findFirst({ where: { id: fenceId } });
    const terms = (await readTerms(tx, [fenceId])).get(fenceId);
    if (!row || !fence || !terms) return;
    const person = row.personId;
    await endOthers(unit, fence, key, person, now);
    const state = stateOf(row);
    const spells = spellsOf(state.track.now);
    let rights = rightsOf(row);
    const newest = spells.at(-1);
    const isAsked = row.checkAt !== null && row.checkAt <= now;
    const last = rights.at(-1);
    const isOver = newest?.until === null && last?.until != null && last.until <= now.getTime();
    if (newest && (isUndecided(spells, rights) || isAsked || isOver)) {
      const decided = await deciding.decide(tx, fence, { person, badge }, now);
      const isSame = last?.spell === newest.from && last.allowed === decided.allowed;
      const turned = isOver ? (last?.until ?? now.getTime()) : now.getTime();
      const from = last?.spell === newest.from ? (isSame ? last.from : turned) : newest.from;
      const right: DecidedRight = { ...decided, from, spell: newest.from };
      rights = isSame ? [...rights.slice(0, -1), right] : [...rights, right];
      const oldest = now.getTime() - 2 * KNOWN_MS;
      rights = rights.filter(({ spell }, i) => spell >= oldest || i === rights.length - 1);
    }
    const { intrusions } = lookAt(state, rights, terms, now.getTime());
    await sync(unit, { fence, key, person, rights, renewed: state.renewed }, intrusions, now);
    const seen = { track: state.track, seen: digestOf(intrusions), renewed: false };
    const { dueAt } = lookAt(seen, rights, terms, now.getTime());
    await writeTrack(tx, tenant, { fence: fenceId, badge, person, state: seen, rights, dueAt });
    if (row.checkAt !== null) {
      await tx.fenceTrack.updateMany({ where: key, data: { checkAt: null } });
    }
  };

  interface At {
    fence: Fence;
    key: TrackKey;
    person: string | null;
    rights: readonly DecidedRight[];
    renewed: boolean;
  }

  /** New events opened, those that moved changed, those that are no more taken back. */
  async function sync(
    unit: Unit,
    at: At,
    intrusions: readonly Intrusion[],
    now: Date,
  ): Promise<void> {
    const { tx } = unit;
    const { key, person } = at;
    const since = new Date(now.getTime() - KNOWN_MS);
    const known = await tx.fenceEvent.findMany({
      where: {
        fenceId: key.fenceId,
        badge: key.badge,
        personId: person,
        OR: [{ state: 'open' }, { state: 'ended', begunAt: { gt: since } }],
      },
      orderBy: { id: 'asc' },
    });
    const kept = new Set<string>();
    for (const intrusion of intrusions) {
      const same = known.find((one) => !kept.has(one.id) && overlaps(one, intrusion, now));
      if (same) {
        kept.add(same.id);
        await change(unit, same, intrusion, now);
      } else if (intrusion.until === null || intrusion.until > since.getTime()) {
        kept.add(await open(unit, at, intrusion, now));
      }
    }
    for (const event of known) {
      if (kept.has(event.id)) continue;
      if (at.renewed) await close(unit, event, 'inactive', now);
      // Longer ago than what is known: it ended, and nothing takes it back.
      else if (event.begunAt <= since) await close(unit, event, 'left', now);
      else await withdraw(unit, event, now);
    }
  }

  async function open(unit: Unit, at: At, intrusion: Intrusion, now: Date): Promise<string> {
    const { tx } = unit;
    const { fence, key, person, rights } = at;
    const refusal = rights.findLast(({ allowed }) => !allowed);
    const id = newId();
    await tx.fenceEvent.createMany({
      data: [
        {
          tenantId: tenant,
          id,
          fenceId: fence.id,
          areaId: fence.areaId,
          kind: fence.kind,
          severity: fence.severity,
          badge: key.badge,
          personId: person,
          begunAt: new Date(intrusion.from),
          untilAt: intrusion.until === null ? null : new Date(intrusion.until),
          openedAt: now,
          ...(intrusion.isOver ? closing(intrusion, now) : { state: 'open' }),
          certainty: intrusion.certainty,
          codes: [...(refusal?.codes ?? [])],
          reasons: (refusal?.reasons ?? []) as unknown as Prisma.InputJsonArray,
          matchId: refusal?.matchId ?? null,
        },
      ],
    });
    await keepAround(unit, key.badge, intrusion.from);
    await emit(unit, id, fence, 'opened');
    if (intrusion.isOver) await emit(unit, id, fence, 'ended');
    await tell(unit, id);
    return id;
  }

  async function change(unit: Unit, event: Event, intrusion: Intrusion, now: Date): Promise<void> {
    const begunAt = new Date(intrusion.from);
    const untilAt = intrusion.until === null ? null : new Date(intrusion.until);
    const isMoved = event.untilAt?.getTime() !== untilAt?.getTime();
    const closes = intrusion.isOver && event.state === 'open';
    if (!isMoved && !closes && event.begunAt.getTime() === begunAt.getTime()) return;
    const { tx } = unit;
    const state = intrusion.isOver
      ? event.state === 'open'
        ? closing(intrusion, now)
        : {}
      : { state: 'open', closedAt: null, closedBy: null };
    await tx.fenceEvent.updateMany({
      where: { id: event.id },
      data: { begunAt, untilAt, ...state, ...(closes ? { version: { increment: 1 } } : {}) },
    });
    if (intrusion.until !== null) await keepAround(unit, event.badge ?? '', intrusion.until);
    if (closes) await emit(unit, event.id, { id: event.fenceId, areaId: event.areaId }, 'ended');
  }

  /** Events of the badge while another person wore it. */
  async function endOthers(
    unit: Unit,
    fence: Fence,
    { badge }: TrackKey,
    person: string | null,
    now: Date,
  ): Promise<void> {
    const others = await unit.tx.fenceEvent.findMany({
      where: { fenceId: fence.id, badge, state: 'open' },
    });
    for (const event of others) {
      if (event.personId !== person) await close(unit, event, 'handed-over', now);
    }
  }

  async function withdraw(unit: Unit, event: Event, now: Date): Promise<void> {
    await unit.tx.fenceEvent.updateMany({
      where: { id: event.id },
      data: {
        state: 'withdrawn',
        closedAt: now,
        closedBy: 'late-fix',
        version: { increment: 1 },
      },
    });
    await emit(unit, event.id, { id: event.fenceId, areaId: event.areaId }, 'withdrawn');
  }
}

const overlaps = ({ begunAt, untilAt }: Event, { from, until }: Intrusion, now: Date): boolean =>
  begunAt.getTime() <= (until ?? now.getTime()) && (untilAt ?? now).getTime() >= from;

const closing = ({ byRight }: Intrusion, now: Date) => ({
  state: 'ended',
  closedAt: now,
  closedBy: byRight ? 'allowed' : 'left',
});

const keepAround = (unit: Unit, badge: string, at: number): Promise<number> =>
  keepFixes(unit.tx, [badge], new Date(at - AROUND_MS), new Date(at + AROUND_MS));

const emit = (
  unit: Unit,
  id: string,
  fence: Pick<Fence, 'id' | 'areaId'>,
  what: 'opened' | 'ended' | 'withdrawn',
): Promise<void> =>
  unit.emit({
    entity: 'fence-event',
    what,
    subject: id,
    data: { event: id, fence: fence.id, area: fence.areaId },
  });

/** Ends an open event; one that is over stays as it is. */
export async function close(
  unit: Unit,
  event: Event,
  why: 'inactive' | 'left' | 'gone' | 'handed-over',
  now: Date,
): Promise<void> {
  if (event.state !== 'open') return;
  const until = (event.untilAt ?? (why === 'gone' ? event.begunAt : now)).getTime();
  await unit.tx.fenceEvent.updateMany({
    where: { id: event.id, state: 'open' },
    data: {
      state: 'ended',
      closedAt: now,
      closedBy: why,
      untilAt: new Date(Math.max(until, event.begunAt.getTime())),
      version: { increment: 1 },
    },
  });
  await emit(unit, event.id, { id: event.fenceId, areaId: event.areaId }, 'ended');
}
