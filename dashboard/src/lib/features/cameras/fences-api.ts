import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';

export type FenceList = Answer<'/api/v1/fences', 'get'>;
export type Fence = FenceList['items'][number];

const read = operation.GET('/api/v1/fences');
const saveArea = operation.PUT('/api/v1/areas/{id}');

export const listFences = (): Promise<FenceList> => read();

/** Gives the area the outline of its zone. */
export async function drawArea({ area, zoneOnFloor, floorPlan }: Fence): Promise<void> {
  if (!area || !zoneOnFloor) return;
  const { id, ...rest } = area;
  await saveArea({ id }, { ...rest, floorPlan: rest.floorPlan ?? floorPlan, polygon: zoneOnFloor });
}

/** The outline of the area in the picture, as cameras.yaml has it. */
export const polygonText = (points: readonly (readonly number[])[]): string =>
  `polygon: [${points.map((point) => `[${point.join(', ')}]`).join(', ')}]`;
