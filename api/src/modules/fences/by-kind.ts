import type { Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';

/** Kinds of areas that have a fence from the first day on, with what it is usually. */
const kinds = {
  'chemical-storage': { zh: '化工原料存储区围栏', en: 'Fence of the chemical store' },
  'high-risk-machining': { zh: '机械加工高危作业区围栏', en: 'Fence of high-risk machining' },
} as const;
const isFenced = (kind: string): kind is keyof typeof kinds => kind in kinds;

const DWELL_SECONDS = 3;
const HOLD_SECONDS = 30;

/**
 * Puts the fence of its kind on each area that has none yet: the requirements of the area say who may be there. One that was
 * switched off stays so.
 *
 * @param only the area; null for all.
 */
export async function fenceByKind(
  tx: Transaction,
  tenantId: string,
  only: string | null = null,
): Promise<void> {
  const areas = await tx.area.findMany({
    where: {
      active: true,
      kind: { in: Object.keys(kinds) },
      floorPlan: { not: null },
      ...(only === null ? {} : { id: only }),
    },
    orderBy: { id: 'asc' },
  });
  const now = new Date();
  await tx.areaFence.createMany({
    data: areas.flatMap(({ id, kind, polygon }) =>
      polygon === null || !isFenced(kind)
        ? []
        : [
            {
              tenantId,
              id: newId(),
              areaId: id,
              name: { ...kinds[kind] },
              kind: 'entry',
              severity: 'critical',
              dwellSeconds: DWELL_SECONDS,
              holdSeconds: HOLD_SECONDS,
              matched: true,
              posts: [],
              permit: null,
              assigned: false,
              activeSince: now,
              renewAt: now,
              byKind: true,
            },
          ],
    ),
    skipDuplicates: true,
  });
}
