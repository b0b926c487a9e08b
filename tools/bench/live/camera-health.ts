import type { Plant } from '../../plant/plant.ts';
import { readerOf } from '../clip-plant.ts';

interface Listed {
  readonly items: readonly {
    readonly id: string;
    readonly health: { readonly droppedShare: number } | null;
  }[];
}

/** The health of a camera, as the API has it; null where there is none. */
export async function cameraHealthOf(
  plant: Plant,
  camera: string,
): Promise<{ readonly droppedShare: number } | null> {
  const { items } = await (await readerOf(plant))<Listed>('/api/v1/cameras');
  return items.find(({ id }) => id === camera)?.health ?? null;
}
