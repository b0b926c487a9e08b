import type { Area } from '$lib/features/hazards/reference.svelte.ts';
import type { HazardLevel, HazardReport, HazardType } from '$lib/features/hazards/types.ts';

export interface Place {
  site: string;
  areaId: string | null;
  floorPlan: string | null;
  /** Metres on the floor plan. */
  position: [number, number] | null;
}

/** The form's state. */
export interface Draft {
  description: string;
  type: string | null;
  /** Null: the type's default. */
  level: HazardLevel | null;
  place: Place | null;
  /** Null: now, at the moment of sending. */
  foundAt: string | null;
}

export const emptyDraft: Draft = {
  description: '',
  type: null,
  level: null,
  place: null,
  foundAt: null,
};

/** What is missing before a report can be sent. */
export type DraftProblem = 'empty' | 'type' | 'place' | 'future' | null;

/** Tolerance for a watch that is a little ahead. */
const clockSlack = 5 * 60_000;

export function problemOf(draft: Draft, files: number, now: number): DraftProblem {
  if (draft.description.trim() === '' && files === 0) return 'empty';
  if (draft.type === null) return 'type';
  if (draft.place === null) return 'place';
  return draft.foundAt !== null && Date.parse(draft.foundAt) > now + clockSlack ? 'future' : null;
}

/** The level of the report: the user's, else the type's. */
export function levelOf(draft: Draft, types: readonly HazardType[]): HazardLevel {
  return draft.level ?? types.find((type) => type.id === draft.type)?.defaultLevel ?? 'general';
}

/** The request body. @param now the moment of sending. */
export function reportOf(
  draft: Draft,
  types: readonly HazardType[],
  now: Date,
  source: 'phone' | 'desk',
): HazardReport {
  const { place, type } = draft;
  if (place === null || type === null) throw new Error('the draft is not complete');
  return {
    description: draft.description.trim(),
    type,
    suggestedLevel: levelOf(draft, types),
    site: place.site,
    ...(place.areaId === null ? {} : { areaId: place.areaId }),
    ...(place.floorPlan === null ? {} : { floorPlan: place.floorPlan }),
    ...(place.position === null || place.floorPlan === null ? {} : { position: place.position }),
    foundAt: draft.foundAt ?? now.toISOString(),
    source,
  };
}

/**
 * The default place of a report: that of the scanned QR code, else of the last report, else the
 * only site.
 */
export function placeFor(
  query: URLSearchParams,
  last: Place | null,
  areas: readonly Area[],
  sites: readonly { id: string }[],
): Place | null {
  const code = query.get('area');
  const scanned = areas.find((area) => area.id === code);
  if (scanned) return placeOfArea(scanned);
  const site = sites.find((one) => one.id === query.get('site'));
  // An area outside of this user's list is still where the code is.
  if (site && code && /^[a-z][a-z0-9-]{0,63}$/.test(code)) {
    return { site: site.id, areaId: code, floorPlan: null, position: null };
  }
  if (site) return { site: site.id, areaId: null, floorPlan: null, position: null };
  if (last) return last;
  const only = sites.length === 1 ? sites[0] : undefined;
  return only ? { site: only.id, areaId: null, floorPlan: null, position: null } : null;
}

export function placeOfArea(area: Area): Place {
  return { site: area.site, areaId: area.id, floorPlan: area.floorPlan, position: null };
}

/** The area that contains a point of the floor plan; the smallest where they overlap. */
export function areaAt(
  areas: readonly Area[],
  floorPlan: string,
  point: readonly number[],
): Area | null {
  const here = areas.filter(
    (area) => area.floorPlan === floorPlan && area.polygon && inside(area.polygon, point),
  );
  here.sort((a, b) => size(a.polygon ?? []) - size(b.polygon ?? []));
  return here[0] ?? null;
}

function inside(polygon: readonly number[][], [x = 0, y = 0]: readonly number[]): boolean {
  let within = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [xi = 0, yi = 0] = polygon[i] ?? [];
    const [xj = 0, yj = 0] = polygon[j] ?? [];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) within = !within;
  }
  return within;
}

/** Twice the area of a polygon, by the shoelace formula. */
function size(polygon: readonly number[][]): number {
  let sum = 0;
  for (const [i, [x = 0, y = 0]] of polygon.entries()) {
    const [nx = 0, ny = 0] = polygon[(i + 1) % polygon.length] ?? [];
    sum += x * ny - nx * y;
  }
  return Math.abs(sum);
}

const lastKey = (user: string): string => `anshi.report.last.${user}`;

export interface LastReport {
  place: Place;
  type: string;
}

/** The user's last report, for defaults of the next form. */
export function readLast(user: string): LastReport | null {
  try {
    return JSON.parse(localStorage.getItem(lastKey(user)) ?? 'null') as LastReport | null;
  } catch {
    return null;
  }
}

export function keepLast(user: string, last: LastReport): void {
  try {
    // The exact point is not reused.
    const place = { ...last.place, position: null };
    localStorage.setItem(lastKey(user), JSON.stringify({ ...last, place }));
  } catch {
    // Not stored: the next form asks for the place again.
  }
}
