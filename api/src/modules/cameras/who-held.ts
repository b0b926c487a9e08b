import { Prisma } from '../../generated/prisma/client.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { LEASE_MS } from './leases.ts';

/**
 * Whether a worker may report what a camera saw at a moment:
 * `itself`: it held the camera within LEASE_MS of it, before or after, or no other worker held it then
 * (the API may have been away);
 * `unknown`: it never held the camera, or not yet;
 * else the worker that held it. `isSure`: that worker held it without a break from LEASE_MS before to
 * LEASE_MS after, so that no status that is still on its way can change the answer.
 */
export type Held = 'itself' | 'unknown' | { readonly other: string; readonly isSure: boolean };

/** Looks in the leases, which follow each other: a camera has one at a time. */
export async function whoHeld(
  tx: Transaction,
  camera: string,
  worker: string,
  at: Date,
  now: number = Date.now(),
): Promise<Held> {
  const from = new Date(at.getTime() - LEASE_MS);
  const to = new Date(at.getTime() + LEASE_MS);
  const last = { orderBy: { heldFrom: 'desc' } } as const;
  const own = await tx.cameraLease.findFirst({
    where: { camera, worker, heldFrom: { lte: to } },
    ...last,
  });
  if (own && (own.endedAt === null || own.endedAt >= from)) return 'itself';
  const ever = own ?? (await tx.cameraLease.findFirst({ where: { camera, worker }, ...last }));
  if (!ever) return 'unknown';
  const then = await tx.cameraLease.findFirst({
    where: { camera, heldFrom: { lte: at } },
    ...last,
  });
  if (!then || then.worker === worker) return 'itself';
  // A worker that stopped sending statuses holds the camera until its lease expires, even if no other worker asks for it.
  const silent = then.renewedAt.getTime() + LEASE_MS;
  const until = Math.min(then.endedAt?.getTime() ?? silent, silent);
  if (until < at.getTime()) return 'itself';
  const isSure = then.heldFrom <= from && until >= to.getTime() && now >= to.getTime();
  return { other: then.worker, isSure };
}

/** Those of the cameras that the worker holds or has held. */
export async function everHeld(
  tx: Transaction,
  worker: string,
  cameras: readonly string[],
): Promise<ReadonlySet<string>> {
  const held = await tx.cameraLease.findMany({
    where: { worker, camera: { in: [...cameras] } },
    distinct: ['camera'],
    select: { camera: true },
  });
  return new Set(held.map(({ camera }) => camera));
}

/** A subquery of the cameras that a worker holds now. */
export const heldNow = (worker: string): Prisma.Sql =>
  Prisma.sql`SELECT camera FROM camera_lease WHERE worker = ${worker} AND ended_at IS NULL`;

/** A grant of a camera, and the one that followed it. */
export interface Grant {
  readonly heldFrom: Date;
  readonly takenFrom: string | null;
  /** The next worker that got the camera; null where none did. */
  readonly next: { readonly worker: string; readonly from: Date; readonly handed: boolean } | null;
}

/** The grant under this number, where the worker had one of that camera; null for none. */
export async function findGrant(
  tx: Transaction,
  camera: string,
  worker: string,
  number: number,
): Promise<Grant | null> {
  const own = await tx.cameraLease.findFirst({ where: { camera, worker, number } });
  if (!own) return null;
  const next = await tx.cameraLease.findFirst({
    where: { camera, worker: { not: worker }, heldFrom: { gt: own.heldFrom } },
    orderBy: { heldFrom: 'asc' },
  });
  return {
    heldFrom: own.heldFrom,
    takenFrom: own.takenFrom,
    next: next && { worker: next.worker, from: next.heldFrom, handed: next.handed },
  };
}

/**
 * Whether a moment is covered by a grant: from LEASE_MS before it, since clocks differ, until another
 * worker got the camera.
 */
export function coversMoment(grant: Grant, at: Date): boolean {
  if (at.getTime() < grant.heldFrom.getTime() - LEASE_MS) return false;
  return grant.next === null || at < grant.next.from;
}
