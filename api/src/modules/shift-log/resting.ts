import type { z } from 'zod';
import type { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { CameraReach } from '../cameras/reach.ts';
import type { KnownCamera } from '../cameras/stored.ts';
import type { restingSnooze } from './schema.ts';

export type Resting = z.infer<typeof restingSnooze>;

interface Parts {
  cameras: () => readonly KnownCamera[];
  reach: Pick<CameraReach, 'isWithin'>;
}

async function read(
  tx: Transaction,
  { cameras, reach }: Parts,
  account: Account,
  where: Prisma.SnoozeWhereInput,
): Promise<Resting[]> {
  if (!account.permissions.has('camera:read')) return [];
  const rows = await tx.snooze.findMany({ where, orderBy: { untilAt: 'asc' }, take: 200 });
  return rows
    .filter(({ camera }) => reach.isWithin(account, 'camera:read', camera))
    .map(({ id, camera, zone, rule, reason, untilAt }) => ({
      id,
      camera,
      cameraName: cameras().find((one) => one.id === camera)?.name ?? null,
      zone,
      rule,
      reason,
      untilAt: untilAt.toISOString(),
    }));
}

/** Snoozes in force at the cameras of a site, as far as the account sees the cameras. */
export function readResting(
  tx: Transaction,
  parts: Parts,
  account: Account,
  site: string,
): Promise<Resting[]> {
  const now = new Date();
  const ofSite = parts.cameras().filter((camera) => camera.site === site);
  return read(tx, parts, account, {
    camera: { in: ofSite.map(({ id }) => id) },
    endedAt: null,
    fromAt: { lte: now },
    untilAt: { gt: now },
  });
}

/** Snoozes by id, as far as the account sees their cameras. */
export const restingOf = (
  tx: Transaction,
  parts: Parts,
  account: Account,
  ids: readonly string[],
): Promise<Resting[]> => read(tx, parts, account, { id: { in: [...ids] } });
