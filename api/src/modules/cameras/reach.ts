import type { Account } from '../../platform/access/account.ts';
import type { Permission } from '../../platform/access/permissions.ts';
import { type Belonging, isWithin, reachOf } from '../../platform/access/scope.ts';
import type { KnownCamera } from './stored.ts';

/** The departments of areas by the id of the area; null for an area without one. */
export type AreaDepartments = ReadonlyMap<string, string | null>;

type Placed = Pick<KnownCamera, 'area' | 'zones'>;

/**
 * The area that a camera is in: the one that it names, else the first of its zones, where those are all
 * of one department. A camera that looks at two departments and names no area is in neither. Null where
 * it is not known.
 */
export function areaOfCamera({ area, zones }: Placed, departments: AreaDepartments): string | null {
  if (area !== undefined) return area;
  const areas = zones.flatMap((zone) => zone.area ?? []);
  const found = new Set(areas.map((one) => departments.get(one) ?? null));
  return found.size === 1 ? (areas[0] ?? null) : null;
}

/** The area of what a camera saw: that of the zone, else the camera's own. */
export const areaOfFinding = (
  camera: Placed,
  zone: string | null,
  departments: AreaDepartments,
): string | null =>
  camera.zones.find(({ id }) => id === zone)?.area ?? areaOfCamera(camera, departments);

/** Which cameras an account reaches by a permission. */
export interface CameraReach {
  /** Where a camera belongs; null for an unknown one. No camera is of a person. */
  placeOf(camera: string): Belonging | null;
  /** The area of what a camera saw in a zone, or beside all; null where it is not known. */
  areaOf(camera: string, zone: string | null): string | null;
  /**
   * Whether a camera is within the reach; false without the permission. What reaches all of them also
   * reaches one that is not configured any more.
   */
  isWithin(account: Account, permission: Permission, camera: string): boolean;
}

export function createCameraReach(configuration: {
  readonly file: { readonly cameras: readonly KnownCamera[] };
  /** Records of these are where they were. */
  readonly removed?: readonly KnownCamera[];
  readonly areas: AreaDepartments;
}): CameraReach {
  const find = (camera: string) => {
    const is = ({ id }: KnownCamera) => id === camera;
    return configuration.file.cameras.find(is) ?? configuration.removed?.find(is);
  };
  const placeOf = (camera: string): Belonging | null => {
    const known = find(camera);
    if (!known) return null;
    const area = areaOfCamera(known, configuration.areas);
    return { site: known.site, department: configuration.areas.get(area ?? '') ?? null };
  };
  return {
    placeOf,
    areaOf(camera, zone) {
      const known = find(camera);
      return known ? areaOfFinding(known, zone, configuration.areas) : null;
    },
    isWithin(account, permission, camera) {
      if (!account.permissions.has(permission)) return false;
      // A camera may have moved to another site since the group was made.
      const { screen } = account;
      const isOfScreen = !screen || placeOf(camera)?.site === screen.site;
      if (!isOfScreen || (screen && !screen.cameras.includes(camera))) return false;
      const reach = reachOf(account, permission);
      if (reach.scope === 'all') return true;
      const place = placeOf(camera);
      return place !== null && isWithin(account, reach, place);
    },
  };
}
