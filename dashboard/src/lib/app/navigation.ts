import CircleUser from '@lucide/svelte/icons/circle-user';
import type { Permission } from '$lib/session/can.ts';
import { type NavEntry, navGroups, type Office, type Section, sectionGroups } from './module.ts';
import { navEntries, sections } from './modules.ts';

/** The user's data that determine the menu. */
export interface Viewer {
  can(permission: Permission): boolean;
  isOn(feature: string): boolean;
}

/** The page for entries that do not fit into the phone's bar. */
const me: NavEntry = {
  id: 'me',
  href: '/me',
  icon: CircleUser,
  name: { zh: '我的', en: 'Me' },
  group: 'me',
  order: 0,
};
/** Entries of the phone's bar between the start page and "me". */
const phonePlaces = 3;

const isOn = ({ feature }: { feature?: string }, viewer: Viewer): boolean =>
  feature === undefined || viewer.isOn(feature);

function shows(entry: NavEntry, viewer: Viewer): boolean {
  if (!isOn(entry, viewer)) return false;
  if (entry.unless !== undefined && viewer.can(entry.unless)) return false;
  if (entry.office !== undefined && !leadsTo(entry.office, viewer)) return false;
  return entry.needs === undefined || entry.needs.some((permission) => viewer.can(permission));
}

/** Whether the menu links to an office for this user: read access to a list is not enough. */
function leadsTo(office: Office, viewer: Viewer): boolean {
  return sectionsFor(office, viewer).some(({ needs, leadsFor = [needs] }) =>
    leadsFor.some((permission) => viewer.can(permission)),
  );
}

/** The start page: the camera wall with the permission to watch it, else the worker's home. */
export function startFor(viewer: Viewer): NavEntry | undefined {
  return navEntries
    .filter((entry) => entry.start !== undefined && shows(entry, viewer))
    .sort((a, b) => (a.start ?? 0) - (b.start ?? 0))[0];
}

/** Whether the start page is the camera wall. */
export function hasWall(viewer: Viewer): boolean {
  return startFor(viewer)?.id === 'wall';
}

/** The desktop menu of this user, by group. */
export function navigationFor(viewer: Viewer): { id: string; items: readonly NavEntry[] }[] {
  const start = startFor(viewer);
  const shown = navEntries.filter(
    (entry) => shows(entry, viewer) && (entry.start === undefined || entry === start),
  );
  return navGroups
    .map((id) => ({
      id,
      items: shown.filter(({ group }) => group === id).sort((a, b) => a.order - b.order),
    }))
    .filter(({ items }) => items.length > 0);
}

/** The five entries of the phone's bar; all others are under "me". */
export function phoneNavigationFor(viewer: Viewer): NavEntry[] {
  const start = startFor(viewer);
  const ranked = navEntries
    .filter((entry) => entry.phone && entry !== start && shows(entry, viewer))
    .sort((a, b) => (a.phone?.rank ?? 0) - (b.phone?.rank ?? 0));
  const middle = ranked.find(({ phone }) => phone?.middle);
  const places = middle ? phonePlaces - 1 : phonePlaces;
  const [first, ...others] = ranked.filter((entry) => entry !== middle).slice(0, places);
  const bar = [start, first, middle, ...others].filter((entry) => entry !== undefined);
  const notices = navEntries.find(({ id }) => id === 'notices');
  const carried = notices?.count && !bar.includes(notices) ? { count: notices.count } : {};
  return [...bar, { ...me, ...carried }];
}

/**
 * The phone's bar of plain mode, whose large words leave room for three entries: the start page, the one in the middle
 * and "me", which leads to all others.
 *
 * @param all the entries of the bar, as {@link phoneNavigationFor} gives them.
 */
export function plainPhoneNavigation(all: readonly NavEntry[]): NavEntry[] {
  const middle = all.find(({ phone }) => phone?.middle) ?? all[1];
  return [...new Set([all[0], middle, all.at(-1)])].filter((entry) => entry !== undefined);
}

/** The sections of an office for this user, in menu order. */
export function sectionsFor(office: Office, viewer: Viewer): readonly Section[] {
  const groupOf = ({ group }: Section) => (group ? sectionGroups.indexOf(group) : 0);
  return sections
    .filter(
      (section) => section.office === office && viewer.can(section.needs) && isOn(section, viewer),
    )
    .sort((a, b) => groupOf(a) - groupOf(b) || a.order - b.order);
}

/** @throws where no module declares it: a programming error. */
export function sectionOf(office: Office, id: string): Section {
  const section = sections.find((one) => one.office === office && one.id === id);
  if (!section) throw new Error(`no module.ts declares the section ${office}/${id}`);
  return section;
}

/** The closest menu item of a path: /hazards/report is not also /hazards. */
export function currentOf(items: readonly NavEntry[], path: string): NavEntry | undefined {
  return items
    .filter(({ href }) => isUnder(path, href))
    .sort((a, b) => b.href.length - a.href.length)[0];
}

/** The disabled feature of a page; null where the page may be opened. */
export function featureOffAt(path: string, viewer: Viewer): string | null {
  if (path === '/') return null;
  const pages = [
    ...navEntries,
    ...navEntries.flatMap(({ also = [], feature }) => also.map((href) => ({ href, feature }))),
    ...sections.map(({ office, id, feature }) => ({ href: `/${office}/${id}`, feature })),
  ];
  const closest = pages
    .filter(({ href }) => href !== '/' && isUnder(path, href))
    .sort((a, b) => b.href.length - a.href.length)[0];
  return closest?.feature !== undefined && !viewer.isOn(closest.feature) ? closest.feature : null;
}

function isUnder(path: string, href: string): boolean {
  return href === '/' ? path === '/' : path === href || path.startsWith(`${href}/`);
}
