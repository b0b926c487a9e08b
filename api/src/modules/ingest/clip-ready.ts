import type { ViolationClipReady } from '@anshi/contracts';
import type { Transaction } from '../../platform/db/database.ts';
import type { EvidenceStore } from '../../platform/store/content.ts';
import type { ClipOrders } from '../clip-orders/open.ts';
import { attachSceneClip, findSceneClip } from '../scene-clips/rows.ts';
import type { ViolationRow } from '../violations/repository.ts';
import { Never } from './not-taken.ts';
import { attachClip } from './repository.ts';
import { requireEvidence, requireOwn } from './requirements.ts';

/** Of a clip that was asked for, and what it is attached to. */
export interface TakenClip {
  row: ViolationRow;
  /** The clip of the scene, where it is one. */
  sceneClip: string | null;
}

/**
 * Attaches a clip, or the reason why there is none: to a violation of this worker, or to what the worker was asked for.
 *
 * @returns null where another worker was asked since, and may have it.
 * @throws Never where it is of another time, or not of this worker.
 */
export async function takeClip(
  tx: Transaction,
  {
    clipOrders,
    files,
  }: {
    clipOrders: Omit<ClipOrders, 'want'>;
    files: { store: Pick<EvidenceStore, 'size'>; tenant: string };
  },
  worker: string,
  event: ViolationClipReady,
): Promise<TakenClip | null> {
  const { clip, violation } = event.data;
  const order = await clipOrders.orderOf(tx, violation, worker);
  const scene = await findSceneClip(tx, violation);
  if (!order) {
    if (scene) throw new Never('the clip was not asked of this worker', 'sender');
    await requireOwn(tx, event.source, violation);
  } else if (clip && !clipOrders.isOfOrder(order, clip)) {
    throw new Never('the clip is of another time than was ordered');
  }
  await requireEvidence(tx, files, event.source, [
    ['video/mp4', clip?.video ?? null],
    ['application/json', clip?.boxes ?? null],
  ]);
  if (order && clip) await clipOrders.removeOrder(tx, violation);
  else if (order) {
    if (!order.isLast) return null;
    await clipOrders.closeOrder(tx, violation, new Date());
  }
  return {
    row: await (scene ? attachSceneClip(tx, scene, event) : attachClip(tx, event)),
    sceneClip: scene?.id ?? null,
  };
}
