import { setImmediate } from 'node:timers/promises';
import type { Bilingual, Point, ZoneConfig } from '@anshi/contracts';
import { LRUCache } from 'lru-cache';
import type { z } from 'zod';
import type { Transaction } from '../../platform/db/database.ts';
import { areaInPicture, compareOutlines, viewOf, zoneOnFloor } from './fence-geometry.ts';
import type { fenceList } from './schema.ts';
import type { KnownCamera } from './stored.ts';

type Fences = z.infer<typeof fenceList>;
type Fence = Fences['items'][number];
type Area = NonNullable<Fence['area']>;

/** Metres up to which two outlines count as the same: a click in the picture, a tape on the floor. */
export const FENCE_TOLERANCE = 0.5;

/**
 * Each zone that names an area, beside that area: one fence for cameras and badges.
 *
 * @param removed cameras that were removed. An area that only they watched is without a camera.
 */
export async function findFences(
  tx: Transaction,
  cameras: readonly KnownCamera[],
  removed: readonly KnownCamera[] = [],
): Promise<Fences> {
  const watched = zonesOf(cameras);
  const isLost = ({ areaId }: Watched) => !watched.some((one) => one.areaId === areaId);
  const lost = zonesOf(removed).filter(isLost);
  const zones = [...watched, ...lost];
  const rows = await tx.area.findMany({ where: { id: { in: zones.map(({ areaId }) => areaId) } } });
  const areas = new Map(
    rows.map(({ tenantId: _, name, polygon, ...row }): [string, Area] => [
      row.id,
      {
        ...row,
        name: name as Bilingual,
        polygon: polygon as Point[] | null,
        dust: row.dust as Area['dust'],
      },
    ]),
  );
  const items: Fence[] = [];
  for (const { camera, zone, areaId } of zones) {
    const area = areas.get(areaId);
    items.push({
      camera: camera.id,
      cameraName: camera.name,
      zone: zone.id,
      zoneName: zone.name,
      floorPlan: camera.floorPlan ?? null,
      area: area ?? null,
      areaId,
      ...(removed.includes(camera)
        ? { state: 'without-camera' as const, ...unknown }
        : await compareOnce(camera, zone, area)),
    });
  }
  return { items, tolerance: FENCE_TOLERANCE };
}

interface Watched {
  camera: KnownCamera;
  zone: ZoneConfig;
  areaId: string;
}
const zonesOf = (cameras: readonly KnownCamera[]): Watched[] =>
  cameras.flatMap((camera) =>
    camera.zones.flatMap((zone) =>
      zone.area === undefined ? [] : [{ camera, zone, areaId: zone.area }],
    ),
  );

/** A comparison takes milliseconds, and hardly ever changes. */
const known = new LRUCache<string, Compared>({ max: 1_000 });

/** Lets other requests in before each comparison that was not made yet. */
async function compareOnce(
  camera: KnownCamera,
  zone: ZoneConfig,
  area: Area | undefined,
): Promise<Compared> {
  const { calibration, picture, floorPlan, site } = camera;
  const { polygon, site: areaSite, floorPlan: areaPlan } = area ?? {};
  const of = [calibration, picture, floorPlan, site, zone, polygon, areaSite, areaPlan, !area];
  const key = JSON.stringify(of);
  const before = known.get(key);
  if (before) return before;
  await setImmediate();
  const now = compare(camera, zone, area);
  known.set(key, now);
  return now;
}

type Compared = Pick<
  Fence,
  'state' | 'zoneOnFloor' | 'areaInPicture' | 'overlap' | 'apart' | 'apartAt'
>;

const unknown = {
  zoneOnFloor: null,
  areaInPicture: null,
  overlap: null,
  apart: null,
  apartAt: null,
};

function compare(camera: KnownCamera, zone: ZoneConfig, area: Area | undefined): Compared {
  if (!area) return { state: 'area-unknown', ...unknown };
  const view = viewOf(camera.calibration, camera.picture);
  const onFloor = view && zone.plane !== 'picture' ? zoneOnFloor(view, zone.polygon) : null;
  if (!view || !onFloor) return { state: 'not-calibrated', ...unknown };
  const found = { ...unknown, zoneOnFloor: onFloor };
  if (!area.polygon) return { ...found, state: 'area-without-outline' };
  if (area.floorPlan !== (camera.floorPlan ?? null) || area.site !== camera.site) {
    return { ...found, state: 'other-plan' };
  }
  const inPicture = areaInPicture(view, area.polygon);
  const difference = inPicture && compareOutlines(onFloor, area.polygon, view);
  if (!difference) return { ...found, state: 'out-of-sight' };
  const state = difference.apart <= FENCE_TOLERANCE ? 'same' : 'different';
  return { ...found, areaInPicture: inPicture, ...difference, state };
}
