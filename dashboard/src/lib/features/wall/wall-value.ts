import { type Layout, layouts } from './layout.ts';

/** Seconds after which a patrol goes on to the next page. */
export const patrolSeconds = [5, 10, 20, 30, 60] as const;
export type PatrolSeconds = (typeof patrolSeconds)[number];

/** The most groups of a person. */
export const MOST_GROUPS = 20;
/** Characters of the name of a group. */
export const MOST_NAME = 40;
/** Cameras in the order and in a group. */
const MOST_CAMERAS = 1_000;
/** The API takes no larger value: JSON in UTF-8, in bytes. */
const MOST_BYTES = 16 * 1024;

/** Cameras that a person put together under a name. */
export interface OwnGroup {
  id: string;
  name: string;
  cameras: readonly string[];
}

export interface WallValue {
  /** Tiles on a page; null for as many as there are cameras. */
  layout: Layout | null;
  /** Whether boxes and zones are drawn over the pictures. */
  overlays: boolean;
  /** Ids of cameras; those that are not in it come after them. */
  order: readonly string[];
  groups: readonly OwnGroup[];
  patrol: PatrolSeconds;
  /** Small tiles have stills while nothing happens. */
  rest: boolean;
}

/** The wall of a person who chose nothing. */
export const usualWall = (): WallValue => ({
  layout: null,
  overlays: true,
  order: [],
  groups: [],
  patrol: 10,
  rest: true,
});

/**
 * Reads a stored value. What is missing (an older version of the product) or not known (a newer one) has its
 * usual value; the rest stays as the person chose it. Null where it is no value of the wall at all.
 */
export function parseWall(value: unknown): WallValue | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const of = value as Partial<Record<keyof WallValue, unknown>>;
  const usual = usualWall();
  return {
    layout: layouts.find((one) => one === of.layout) ?? usual.layout,
    overlays: typeof of.overlays === 'boolean' ? of.overlays : usual.overlays,
    order: ids(of.order),
    groups: groups(of.groups),
    patrol: patrolSeconds.find((one) => one === of.patrol) ?? usual.patrol,
    rest: typeof of.rest === 'boolean' ? of.rest : usual.rest,
  };
}

/** Whether the account can keep it. */
export const fits = (value: WallValue): boolean =>
  new TextEncoder().encode(JSON.stringify(value)).length <= MOST_BYTES &&
  value.groups.length <= MOST_GROUPS;

/** The valid ids, without duplicates. */
function ids(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  const known = value.filter((one): one is string => typeof one === 'string' && isId(one));
  return [...new Set(known)].slice(0, MOST_CAMERAS);
}

const isId = (text: string): boolean =>
  text.length <= 64 && /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(text);

function groups(value: unknown): OwnGroup[] {
  if (!Array.isArray(value)) return [];
  const read = new Map<string, OwnGroup>();
  for (const one of value) {
    const { id, name, cameras } = (one ?? {}) as Partial<Record<keyof OwnGroup, unknown>>;
    if (typeof id !== 'string' || !isId(id) || typeof name !== 'string') continue;
    const shown = name.trim().slice(0, MOST_NAME);
    if (shown !== '' && !read.has(id)) read.set(id, { id, name: shown, cameras: ids(cameras) });
  }
  return [...read.values()].slice(0, MOST_GROUPS);
}
