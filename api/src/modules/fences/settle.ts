import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { BADGE_TRACKING, type ConsentGate } from '../consent/gate.ts';
import { withDecision } from './decided.ts';
import type { EventRecord, TrackKey } from './record.ts';
import type { Rights } from './rights.ts';
import { digestOf, isUndecided, lookAt, rightsOf, soonest, spellsOf, stateOf } from './state.ts';
import { readTerms, writeTracks } from './tracks.ts';
import { isOfWearer, wearerOf } from './wearer.ts';

/** Decides what is due at one fence for one badge, and makes events of it. */
export function createSettle(parts: {
  tenant: string;
  rights: Rights;
  record: EventRecord;
  consent: Pick<ConsentGate, 'allowed'>;
}) {
  const { tenant, rights: deciding, record, consent } = parts;

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
    const wearer = await wearerOf(tx, badge);
    await record.endOfOthers(unit, key, wearer, now);
    // What a badge did while another person wore it does not count any more.
    if (!isOfWearer(row, wearer)) return void (await tx.fenceTrack.deleteMany({ where: key }));
    if (person !== null && !(await consent.allowed(tx, person, BADGE_TRACKING))) {
      await record.endAll(unit, key, 'consent', now);
      return void (await tx.fenceTrack.deleteMany({ where: key }));
    }
    const state = stateOf(row);
    const spells = spellsOf(state.track.now);
    let rights = rightsOf(row);
    const [newest, last] = [spells.at(-1), rights.at(-1)];
    const isAsked = row.checkAt !== null && row.checkAt <= now;
    const isOver = newest?.until === null && last?.until != null && last.until <= now.getTime();
    if (newest && (isUndecided(spells, rights) || isAsked || isOver)) {
      const decided = await deciding.decide(tx, fence, { person, badge }, now);
      rights = withDecision(rights, decided, newest, now.getTime());
    }
    const { intrusions } = lookAt(state, rights, terms, now.getTime());
    const at = { fence, key, person, boundSince: wearer.since, rights, state };
    const since = await record.sync(unit, at, intrusions, now);
    const known = { ...state, since, seen: digestOf(intrusions) };
    const next = lookAt(known, rights, terms, now.getTime()).dueAt;
    const dueAt = soonest(next, isAsked ? null : (row.checkAt?.getTime() ?? null));
    const track = { fence: fenceId, badge, person, state: known, rights, dueAt };
    await writeTracks(tx, tenant, [track]);
    if (isAsked) await tx.fenceTrack.updateMany({ where: key, data: { checkAt: null } });
  };
}
