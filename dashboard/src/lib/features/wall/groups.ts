import type { Camera, Site } from '$lib/api/types.ts';
import type { OwnGroup } from './wall-value.ts';

interface Named {
  zh: string;
  en: string;
}

/** Cameras that the wall can be limited to. */
export interface WallGroup {
  /** In the address: the kind and the id, such as `site.plant-1`. */
  token: string;
  kind: 'own' | 'shared' | 'site' | 'plan' | 'area';
  name: Named;
  cameras: ReadonlySet<string>;
}

interface Sources {
  cameras: readonly Camera[];
  sites: readonly Site[];
  own: readonly OwnGroup[];
  /** For all who see their cameras. */
  shared?: readonly { id: string; name: Named; cameras: readonly string[] }[];
  /** The register's names of areas; null where one is not known. */
  areaName: (id: string) => Named | null;
}

/**
 * The person's own groups, the shared ones, then sites, floor plans and areas, each with the cameras that see it. A camera sees
 * the areas that its zones watch.
 */
export function groupsOf({ cameras, sites, own, shared = [], areaName }: Sources): WallGroup[] {
  const places = new Map<string, WallGroup & { cameras: Set<string> }>();
  const add = (kind: WallGroup['kind'], id: string, camera: Camera, name: Named | undefined) => {
    const token = tokenOf(kind, id);
    const group = places.get(token) ?? {
      token,
      kind,
      name: name ?? { zh: id, en: id },
      cameras: new Set<string>(),
    };
    group.cameras.add(camera.id);
    places.set(token, group);
  };
  const plans = sites.flatMap(({ floorPlans }) => floorPlans);
  for (const camera of cameras) {
    add('site', camera.site, camera, sites.find(({ id }) => id === camera.site)?.name);
    const { floorPlan } = camera;
    if (floorPlan) add('plan', floorPlan, camera, plans.find(({ id }) => id === floorPlan)?.name);
    for (const { area, name } of camera.zones) {
      if (area) add('area', area, camera, areaName(area) ?? name);
    }
  }
  const kinds = ['site', 'plan', 'area'];
  const sorted = [...places.values()].sort(
    (a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || a.token.localeCompare(b.token),
  );
  const ofAll = shared.map((one) => ({
    token: tokenOf('shared', one.id),
    kind: 'shared' as const,
    name: one.name,
    cameras: new Set(one.cameras),
  }));
  return [...own.map(ownGroup), ...ofAll, ...sorted];
}

const ownGroup = ({ id, name, cameras }: OwnGroup): WallGroup => ({
  token: tokenOf('own', id),
  kind: 'own',
  name: { zh: name, en: name },
  cameras: new Set(cameras),
});

export const tokenOf = (kind: WallGroup['kind'], id: string): string => `${kind}.${id}`;

/** The groups to choose from, without places that all cameras see: those would not limit the wall. */
export const offered = (groups: readonly WallGroup[], cameras: number): WallGroup[] =>
  groups.filter(
    ({ kind, cameras: { size } }) => kind === 'own' || kind === 'shared' || size < cameras,
  );

/** An id for a new group, also where the page is served without TLS. */
export const newGroupId = (): string =>
  `g${[...crypto.getRandomValues(new Uint32Array(2))].map((n) => n.toString(36)).join('')}`;
