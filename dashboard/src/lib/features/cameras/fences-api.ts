import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';
import { drawFence, readConfiguration } from './configurations-api.ts';

export type FenceList = Answer<'/api/v1/fences', 'get'>;
export type Fence = FenceList['items'][number];

const read = operation.GET('/api/v1/fences');
const saveArea = operation.PUT('/api/v1/areas/{id}');

export const listFences = (): Promise<FenceList> => read();

/** Gives the area the outline of its zone. */
export async function drawArea({ area, zoneOnFloor, floorPlan }: Fence): Promise<void> {
  if (!area || !zoneOnFloor) return;
  const { id, ...rest } = area;
  // The description of a point has no length: the API gives two numbers.
  const polygon = zoneOnFloor as [number, number][];
  await saveArea({ id }, { ...rest, floorPlan: rest.floorPlan ?? floorPlan, polygon });
}

/** Gives the zone the outline of its area, as the next version of the camera. */
export async function drawZone({ camera, zone }: Fence): Promise<void> {
  const { version } = await readConfiguration({ camera });
  await drawFence({ camera }, { version, zone });
}

/** The outline of the area in the picture, as cameras.yaml has it. */
export const polygonText = (points: readonly (readonly number[])[]): string =>
  `polygon: [${points.map((point) => `[${point.join(', ')}]`).join(', ')}]`;
