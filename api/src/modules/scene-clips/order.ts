import { LONGEST_RING_MS, type Point } from '@anshi/contracts';
import { ulid } from 'ulid';
import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { type KnownCamera, lookingAt } from '../cameras/looking-at.ts';
import type { ClipOrders } from '../clip-orders/open.ts';
import type { ViolationRow } from '../violations/repository.ts';
import { nearestFirst } from './nearest.ts';

/** Most cameras asked for clips of one violation, over all requests. */
const MOST_CAMERAS = 8;
/** Time that the worker adds before and after an ordered clip, ms (decision 119). */
const MARGIN_MS = { before: 5_000, after: 10_000 };

export interface SceneOrders {
  cameras: () => readonly KnownCamera[];
  clipOrders: Pick<ClipOrders, 'want'>;
}

/**
 * Orders the clips of the other cameras at the place of a violation, of its time: of each camera once, the nearest first. A
 * camera that has a clip of that time already, of another finding of the incident, is left out.
 *
 * @param by the account that asked for them and waits; null where they are only to be kept.
 * @returns ids of the cameras that were asked now.
 */
export async function orderScene(
  unit: Unit,
  { cameras, clipOrders }: SceneOrders,
  violation: ViolationRow,
  by: string | null,
): Promise<string[]> {
  const { tx } = unit;
  // Two people press at once: of each camera one clip.
  await sqlIn(tx)(Prisma.sql`SELECT id FROM violation WHERE id = ${violation.id} FOR UPDATE`);
  const now = new Date();
  if (by !== null) {
    await tx.sceneClip.updateMany({
      where: { violationId: violation.id, wantedAt: null },
      data: { wantedAt: now },
    });
  }
  const { known, ordered } = await knownCameras(tx, violation, by === null ? null : now);
  const all = cameras();
  const there = lookingAt(all, {
    areas: violation.areaId === null ? [] : [violation.areaId],
    own: new Set([violation.camera]),
  }).filter(({ id, site }) => site === violation.site && !known.has(id));
  const plan = all.find(({ id }) => id === violation.camera)?.floorPlan;
  const others = nearestFirst(there, violation.floor as Point | null, plan).slice(
    0,
    Math.max(0, MOST_CAMERAS - ordered),
  );
  for (const camera of others) await orderOne(unit, clipOrders, violation, camera, by, now);
  if (others.length > 0) {
    await unit.audit({
      action: 'order-clips',
      entity: 'violation',
      id: violation.id,
      after: { cameras: others.map(({ id }) => id), ...(by === null && { kept: true }) },
    });
  }
  return others.map(({ id }) => id);
}

async function orderOne(
  unit: Unit,
  clipOrders: SceneOrders['clipOrders'],
  violation: ViolationRow,
  { id: camera, name, enabled }: KnownCamera,
  by: string | null,
  now: Date,
): Promise<void> {
  const id = ulid();
  const isOver = now.getTime() - violation.confirmedAt.getTime() > LONGEST_RING_MS;
  const missing = !enabled
    ? { missingReason: 'camera-off', missingMessage: `the camera "${camera}" is switched off` }
    : isOver
      ? { missingReason: 'no-segments', missingMessage: 'no worker holds video of that time' }
      : null;
  await unit.tx.sceneClip.create({
    data: {
      tenantId: unit.caller.tenant,
      id,
      violationId: violation.id,
      camera,
      cameraName: name,
      orderedAt: now,
      orderedBy: by,
      wantedAt: by === null ? null : now,
      ...missing,
    },
  });
  if (missing) return;
  const { site, startedAt: from, confirmedAt: to } = violation;
  await clipOrders.want(unit, { violation: id, camera, site, zone: null, from, to });
}

/**
 * The cameras whose video of the time is on record, or was asked for, in the incident of a violation, and how many of them were
 * ordered for the violation itself.
 */
async function knownCameras(
  tx: Transaction,
  violation: ViolationRow,
  wantedAt: Date | null,
): Promise<{ known: Set<string>; ordered: number }> {
  const from = new Date(violation.startedAt.getTime() - MARGIN_MS.before);
  const to = new Date(violation.confirmedAt.getTime() + MARGIN_MS.after);
  const own = await tx.incidentFinding.findFirst({ where: { findingId: violation.id } });
  const members = own
    ? await tx.incidentFinding.findMany({
        where: { incidentId: own.incidentId },
        include: { violation: { include: { sceneClips: true } } },
      })
    : [];
  const near = members
    .map((member) => member.violation)
    .filter((one) => one.startedAt <= to && one.confirmedAt >= from);
  if (wantedAt !== null) {
    const ids = near.flatMap(({ sceneClips }) => sceneClips.map(({ id }) => id));
    await tx.sceneClip.updateMany({
      where: { id: { in: ids }, wantedAt: null },
      data: { wantedAt },
    });
  }
  const ordered = await tx.sceneClip.findMany({
    where: { violationId: violation.id },
    select: { camera: true },
  });
  const known = new Set([
    violation.camera,
    ...ordered.map(({ camera }) => camera),
    ...near.flatMap(({ camera, sceneClips }) => [camera, ...sceneClips.map((one) => one.camera)]),
  ]);
  return { known, ordered: ordered.length };
}
