import { type ClipMissingReason, LONGEST_RING_MS } from '@anshi/contracts';
import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { endSceneClip } from '../scene-clips/rows.ts';
import type { OwnClipMissingReason } from '../violations/operator-schema.ts';
import type { ViolationRow } from '../violations/repository.ts';

/** An order that was claimed is asked by another process after this, ms: longer than an answer may take. */
const CLAIMED_MS = 10_000;
/** So many are asked for at once. */
const AT_ONCE = 20;
/** After a failure it is asked again: each time later by the first, up to the second, ms. */
const AGAIN_MS = { step: 3_000, most: 15_000 };
/** A clip may come so long after it was given up, ms: a worker that was away sends what it has. */
const LATE_MS = 30 * 86_400_000;

/** What is asked of a worker. */
export interface ClipWanted {
  /** Of the violation, or of the clip of its scene. */
  violation: string;
  camera: string;
  site: string;
  zone: string | null;
  from: Date;
  to: Date;
}

export interface ClaimedOrder extends ClipWanted {
  attempts: number;
}

/** Why no clip will come. */
export interface Ended {
  violation: string;
  reason: ClipMissingReason | OwnClipMissingReason;
  message: string;
}

/** The worker adds so much before and after what is ordered, ms: decision 119. */
const MARGIN_MS = { before: 5_000, after: 15_000 };
/** A clip begins at a key frame, and the clock of a camera may differ from that of the API, ms. */
const TOLERANCE_MS = 15_000;

/** Notes that a clip is wanted; a second note for one violation changes nothing. */
export async function addOrder(
  tx: Transaction,
  tenantId: string,
  { violation, from, to, ...wanted }: ClipWanted,
  now: Date,
): Promise<void> {
  // The clock may have been set back since it began.
  const times = { fromAt: from < to ? from : to, toAt: to, nextAt: now };
  await tx.clipOrder.createMany({
    data: [{ tenantId, violationId: violation, ...wanted, ...times }],
    skipDuplicates: true,
  });
}

/** Takes the orders that are due, so that no other process asks for them meanwhile. */
export const claimOrders = (tx: Transaction, now: Date): Promise<ClaimedOrder[]> =>
  sqlIn(tx)<ClaimedOrder>(Prisma.sql`
    UPDATE clip_order SET next_at = ${new Date(now.getTime() + CLAIMED_MS)}, attempts = attempts + 1
    WHERE violation_id IN (SELECT violation_id FROM clip_order
      WHERE ended_at IS NULL AND taken_at IS NULL AND next_at <= ${now}
      ORDER BY next_at LIMIT ${AT_ONCE}::int FOR UPDATE SKIP LOCKED)
    RETURNING violation_id AS violation, camera, site, zone, from_at AS "from", to_at AS "to", attempts`);

/**
 * Notes which worker is asked, before it is: its clip may be here before its answer is noted, or where this process is
 * gone by then. The worker that was asked last stands last.
 */
export async function noteAsked(tx: Transaction, violation: string, worker: string): Promise<void> {
  await sqlIn(tx)(Prisma.sql`
    UPDATE clip_order SET asked = array_append(array_remove(asked, ${worker}), ${worker})
    WHERE violation_id = ${violation}`);
}

export async function noteTaken(tx: Transaction, violation: string, now: Date): Promise<void> {
  await tx.clipOrder.updateMany({
    where: { violationId: violation, takenAt: null },
    data: { takenAt: now },
  });
}

/** @param refusal what the worker said against it for now; null where none answered: the last word stays. */
export async function askAgain(
  tx: Transaction,
  { violation, attempts }: Pick<ClaimedOrder, 'violation' | 'attempts'>,
  refusal: string | null,
  now: Date,
): Promise<void> {
  const wait = Math.min(AGAIN_MS.most, attempts * AGAIN_MS.step);
  await tx.clipOrder.updateMany({
    where: { violationId: violation, takenAt: null, endedAt: null },
    data: {
      nextAt: new Date(now.getTime() + wait),
      ...(refusal !== null && { refusal: refusal.slice(0, 500) }),
    },
  });
}

/** The orders whose time no worker can hold any more: they are given up. */
export async function overdueOrders(tx: Transaction, now: Date): Promise<Ended[]> {
  const rows = await tx.clipOrder.findMany({
    where: { endedAt: null, toAt: { lt: new Date(now.getTime() - LONGEST_RING_MS) } },
    take: AT_ONCE,
  });
  return rows.map(({ violationId: violation, takenAt, refusal }) => {
    if (takenAt === null && refusal !== null) {
      return { violation, reason: 'refused', message: refusal };
    }
    const message =
      takenAt === null
        ? 'the camera worker was away for as long as it may hold the video'
        : 'the camera worker took the order and did not deliver';
    return { violation, reason: 'worker-away', message };
  });
}

/**
 * Gives an order up; the violation, or the clip of its scene, says why.
 *
 * @returns the violation; null where its clip, or the reason why there is none, came before, and where it was a clip of a scene.
 */
export async function endOrder(
  tx: Transaction,
  { violation, reason, message }: Ended,
  now: Date,
): Promise<ViolationRow | null> {
  await tx.clipOrder.updateMany({ where: { violationId: violation }, data: { endedAt: now } });
  const { count } = await tx.violation.updateMany({
    where: { id: violation, clipSha256: null, clipMissingReason: null },
    data: { clipMissingReason: reason, clipMissingMessage: message.slice(0, 500) },
  });
  if (count > 0) return tx.violation.findFirst({ where: { id: violation } });
  await endSceneClip(tx, violation, { reason, message });
  return null;
}

/** Removes orders that were given up long ago. */
export async function forgetOrders(tx: Transaction, now: Date): Promise<void> {
  await tx.clipOrder.deleteMany({ where: { endedAt: { lt: new Date(now.getTime() - LATE_MS) } } });
}

/** An order for the clip of a violation that the API found itself, as one of the workers has it. */
export interface OrderOfWorker {
  from: Date;
  to: Date;
  /** No other worker was asked later. */
  isLast: boolean;
}

/** Null where this worker was not asked for the clip of the violation. */
export async function orderOf(
  tx: Transaction,
  violation: string,
  worker: string,
): Promise<OrderOfWorker | null> {
  const row = await tx.clipOrder.findFirst({
    where: { violationId: violation, asked: { has: worker } },
  });
  return row && { from: row.fromAt, to: row.toAt, isLast: row.asked.at(-1) === worker };
}

/** Whether a clip is of the time that was ordered, with the margins that the worker adds. */
export function isOfOrder(
  { from, to }: Pick<OrderOfWorker, 'from' | 'to'>,
  clip: { from: string; to: string },
): boolean {
  const [begin, end] = [Date.parse(clip.from), Date.parse(clip.to)];
  return (
    begin < end &&
    begin >= from.getTime() - MARGIN_MS.before - TOLERANCE_MS &&
    end <= to.getTime() + MARGIN_MS.after + TOLERANCE_MS
  );
}

/** The worker that was asked has no clip. The order stays for a while: another may have one. */
export async function closeOrder(tx: Transaction, violation: string, now: Date): Promise<void> {
  await tx.clipOrder.updateMany({
    where: { violationId: violation, endedAt: null },
    data: { endedAt: now },
  });
}

/** The clip came. */
export async function removeOrder(tx: Transaction, violation: string): Promise<void> {
  await tx.clipOrder.deleteMany({ where: { violationId: violation } });
}
