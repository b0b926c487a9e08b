import type { Area } from '$lib/features/hazards/reference.svelte.ts';
import type { HazardLevel, HazardReport, HazardType } from '$lib/features/hazards/types.ts';

export interface Place {
  site: string;
  areaId: string | null;
  floorPlan: string | null;
  /** Metres on the floor plan. */
  position: [number, number] | null;
}

/** The form as the person fills it in. */
export interface Draft {
  description: string;
  type: string | null;
  /** Null: as the type suggests. */
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

/** A watch that is a little ahead is no claim about the future. */
const clockSlack = 5 * 60_000;

export function problemOf(draft: Draft, files: number, now: number): DraftProblem {
  if (draft.description.trim() === '' && files === 0) return 'empty';
  if (draft.type === null) return 'type';
  if (draft.place === null) return 'place';
  return draft.foundAt !== null && Date.parse(draft.foundAt) > now + clockSlack ? 'future' : null;
}

/** The level that goes with the report: the person's, else what the type suggests. */
export function levelOf(draft: Draft, types: readonly HazardType[]): HazardLevel {
  return draft.level ?? types.find((type) => type.id === draft.type)?.defaultLevel ?? 'general';
}

/** The report as the API takes it. @param now the moment of sending. */
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
 * Where the report is probably about: the place of the code on the wall that was scanned, else the
 * place of the last report, else the only site there is.
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
  // An area that this person is not told of is still where the code hangs.
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

/** The area whose outline holds a point of the floor plan; the smallest where they overlap. */
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

/** What the person reported last, for the next form. */
export function readLast(user: string): LastReport | null {
  try {
    return JSON.parse(localStorage.getItem(lastKey(user)) ?? 'null') as LastReport | null;
  } catch {
    return null;
  }
}

export function keepLast(user: string, last: LastReport): void {
  try {
    // The exact point is not where the next one is.
    const place = { ...last.place, position: null };
    localStorage.setItem(lastKey(user), JSON.stringify({ ...last, place }));
  } catch {
    // Not kept: the next form asks for the place again.
  }
}
