import type { BlurOrder, DetectedBox } from '@anshi/contracts';
import type { Transaction } from '../../platform/db/database.ts';
import { findSceneClip, type SceneClipRow, violationOf } from '../scene-clips/rows.ts';
import type { ViolationRow } from '../violations/repository.ts';

/** Evidence that has a rendition: of a violation, or a clip of its scene. */
export interface Key {
  violation: string;
  of: BlurOrder['of'];
}

/** What a rendition is made of. */
interface Subject {
  original: string | null;
  /** The file of observations. */
  boxes: string | null;
  order: Omit<BlurOrder, 'original' | 'bytes'>;
}

/** The clip of a scene that a key names; null where it names evidence of a violation. */
export const sceneOf = async (
  tx: Transaction,
  { violation, of }: Key,
): Promise<SceneClipRow | null> => (of === 'clip' ? findSceneClip(tx, violation) : null);

export const originalOf = (row: ViolationRow, of: Key['of']): string | null =>
  of === 'snapshot' ? row.snapshotSha256 : row.clipSha256;

/** @throws Error where the key names nothing. */
export async function subjectOf(tx: Transaction, key: Key): Promise<Subject> {
  const { violation, of } = key;
  const scene = await sceneOf(tx, key);
  const row = scene
    ? await violationOf(tx, scene)
    : await tx.violation.findFirstOrThrow({ where: { id: violation } });
  const boxes = (scene ?? row).clipBoxesSha256;
  return {
    original: scene ? scene.clipSha256 : originalOf(row, of),
    boxes,
    order: {
      violation,
      of,
      camera: (scene ?? row).camera,
      model: row.modelName,
      boxes: of === 'snapshot' ? ((row.snapshotBoxes ?? []) as unknown as DetectedBox[]) : [],
      hasBoxesFile: of === 'clip' && boxes !== null,
    },
  };
}
