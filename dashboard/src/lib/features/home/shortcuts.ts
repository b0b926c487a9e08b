import { type NavEntry, offices, type Section } from '$lib/app/module.ts';
import { navigationFor, sectionsFor, type Viewer } from '$lib/app/navigation.ts';
import { MOST_BY_DEFAULT, roleShortcuts } from './role-shortcuts.ts';

/** A page that can be a shortcut of the home page. */
export type Shortcut = Pick<NavEntry, 'href' | 'icon' | 'name' | 'count'> & {
  /** Of the menu entry, or `office/section`. */
  id: string;
};

/** Most shortcuts that a person can choose, as the schema of the setting says. */
export const MOST_CHOSEN = 24;

const ofSection = ({ office, id, icon, name }: Section): Shortcut => ({
  id: `${office}/${id}`,
  href: `/${office}/${id}`,
  icon,
  name,
});

/** The pages that this user can open and whose module is on, as the menu has them; without the home page. */
export function availableShortcuts(viewer: Viewer): Shortcut[] {
  const entries = navigationFor(viewer).flatMap(({ items }) => items);
  return [
    ...entries.filter(({ href }) => href !== '/'),
    ...offices.flatMap((office) => sectionsFor(office, viewer).map(ofSection)),
  ];
}

/**
 * The default of the roles: of several roles in turns, so that each has its most used ones. A role
 * without a line gets the first entries of its menu.
 */
export function defaultShortcuts(
  roles: readonly string[],
  available: readonly Shortcut[],
): string[] {
  const known = new Set(available.map(({ id }) => id));
  const ofRoles = roles.flatMap((role) => (roleShortcuts[role] ? [roleShortcuts[role]] : []));
  const ofMenu = available.filter(({ id }) => !onTop.has(id)).map(({ id }) => id);
  const lists = ofRoles.length > 0 ? ofRoles : [ofMenu];
  const longest = Math.max(...lists.map(({ length }) => length));
  const inTurns = Array.from({ length: longest }, (_, at) => lists.map((list) => list[at])).flat();
  const ids = inTurns.filter((id): id is string => id !== undefined && known.has(id));
  return [...new Set(ids)].slice(0, MOST_BY_DEFAULT);
}
/** At the top of the worker's home anyway. */
const onTop = new Set(['tasks', 'notices', 'report']);

/** The chosen shortcuts that are available, in the person's order. */
export function shownShortcuts(ids: readonly string[], available: readonly Shortcut[]): Shortcut[] {
  const byId = new Map(available.map((one) => [one.id, one]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

/** Adds it at the end; the same list where it is chosen already, or where the list is full. */
export const withShortcut = (ids: readonly string[], id: string): readonly string[] =>
  ids.includes(id) || ids.length >= MOST_CHOSEN ? ids : [...ids, id];

export const withoutShortcut = (ids: readonly string[], id: string): readonly string[] =>
  ids.filter((one) => one !== id);

/**
 * Moves a shortcut by one shown place. Shortcuts that are not shown now, because their module is off, keep
 * their places.
 *
 * @param by -1 for earlier, 1 for later.
 */
export function moveShortcut(
  ids: readonly string[],
  id: string,
  by: -1 | 1,
  isShown: (id: string) => boolean,
): readonly string[] {
  const from = ids.indexOf(id);
  let to = from + by;
  while (ids[to] !== undefined && !isShown(ids[to] as string)) to += by;
  const other = ids[to];
  if (from < 0 || other === undefined) return ids;
  return ids.map((one) => (one === id ? other : one === other ? id : one));
}
