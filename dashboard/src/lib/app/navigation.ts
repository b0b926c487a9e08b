import CircleUser from '@lucide/svelte/icons/circle-user';
import type { Permission } from '$lib/session/can.ts';
import { type NavEntry, navGroups, type Office, type Section, sectionGroups } from './module.ts';
import { navEntries, sections } from './modules.ts';

/** Whom a menu is drawn for. */
export interface Viewer {
  can(permission: Permission): boolean;
  isOn(feature: string): boolean;
}

/** The page that holds what has no place in the bar of a phone. */
const me: NavEntry = {
  id: 'me',
  href: '/me',
  icon: CircleUser,
  name: { zh: '我的', en: 'Me' },
  group: 'me',
  order: 0,
};
/** Places in the bar of a phone between the first page and "me". */
const phonePlaces = 3;

const isOn = ({ feature }: { feature?: string }, viewer: Viewer): boolean =>
  feature === undefined || viewer.isOn(feature);

function shows(entry: NavEntry, viewer: Viewer): boolean {
  if (!isOn(entry, viewer)) return false;
  if (entry.office !== undefined && !leadsTo(entry.office, viewer)) return false;
  return entry.needs === undefined || entry.needs.some((permission) => viewer.can(permission));
}

/** Whether the menu leads this person to an office: reading one of its lists is not enough. */
function leadsTo(office: Office, viewer: Viewer): boolean {
  return sectionsFor(office, viewer).some(({ needs, leadsFor = [needs] }) =>
    leadsFor.some((permission) => viewer.can(permission)),
  );
}

/** The page at /: the camera wall for those who watch it, else the home of a worker. */
export function startFor(viewer: Viewer): NavEntry | undefined {
  return navEntries
    .filter((entry) => entry.start !== undefined && shows(entry, viewer))
    .sort((a, b) => (a.start ?? 0) - (b.start ?? 0))[0];
}

/** Whether the first page is the camera wall. */
export function hasWall(viewer: Viewer): boolean {
  return startFor(viewer)?.id === 'wall';
}

/** The menu of a desktop: what this person may open, group by group. */
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

/** The five places within reach of a thumb; all else is one tap further, under "me". */
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

/** The sections of an office that this person may open, in the order of its menu. */
export function sectionsFor(office: Office, viewer: Viewer): readonly Section[] {
  const groupOf = ({ group }: Section) => (group ? sectionGroups.indexOf(group) : 0);
  return sections
    .filter(
      (section) => section.office === office && viewer.can(section.needs) && isOn(section, viewer),
    )
    .sort((a, b) => groupOf(a) - groupOf(b) || a.order - b.order);
}

/** @throws where no module declares it: a mistake of the page that asks. */
export function sectionOf(office: Office, id: string): Section {
  const section = sections.find((one) => one.office === office && one.id === id);
  if (!section) throw new Error(`no module.ts declares the section ${office}/${id}`);
  return section;
}

/** Of the items that lead towards a path the closest: /hazards/report is not also /hazards. */
export function currentOf(items: readonly NavEntry[], path: string): NavEntry | undefined {
  return items
    .filter(({ href }) => isUnder(path, href))
    .sort((a, b) => b.href.length - a.href.length)[0];
}

/** The feature that is off and that a page belongs to; null where the page may be opened. */
export function featureOffAt(path: string, viewer: Viewer): string | null {
  if (path === '/') return null;
  const pages = [
    ...navEntries,
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
