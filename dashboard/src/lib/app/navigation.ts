import Bell from '@lucide/svelte/icons/bell';
import Cctv from '@lucide/svelte/icons/cctv';
import ChartColumn from '@lucide/svelte/icons/chart-column';
import CirclePlus from '@lucide/svelte/icons/circle-plus';
import CircleUser from '@lucide/svelte/icons/circle-user';
import ClipboardList from '@lucide/svelte/icons/clipboard-list';
import Gavel from '@lucide/svelte/icons/gavel';
import House from '@lucide/svelte/icons/house';
import LayoutGrid from '@lucide/svelte/icons/layout-grid';
import MapIcon from '@lucide/svelte/icons/map';
import Scale from '@lucide/svelte/icons/scale';
import Settings2 from '@lucide/svelte/icons/settings-2';
import ShieldAlert from '@lucide/svelte/icons/shield-alert';
import type { Component } from 'svelte';
import { adminNeeds } from '$lib/features/admin/sections.ts';
import { privacyNeeds } from '$lib/features/privacy/sections.ts';
import type { Dictionary } from '$lib/i18n/dictionary.ts';
import type { Permission } from '$lib/session/can.ts';

export interface NavItem {
  href: string;
  icon: Component<{ size?: number; strokeWidth?: number }>;
  /** A key of `nav` in the dictionary. */
  label: Exclude<keyof Dictionary['nav'], 'waiting' | 'label' | 'skip' | 'unread'>;
  short?: 'violationsShort';
  /** Shows how many wait for a person. */
  counts?: 'review' | 'notices' | 'outbox';
  /** Shown to those who have one of these; left out, to everyone. */
  needs?: readonly Permission[];
  /** Shown where this module is switched on. */
  feature?: string;
}

/** What a menu is drawn for. */
export interface Viewer {
  can(permission: Permission): boolean;
  isOn(feature: string): boolean;
}

const wall: NavItem = {
  href: '/',
  icon: LayoutGrid,
  label: 'wall',
  needs: ['camera:read', 'live:watch'],
};
const home: NavItem = { href: '/', icon: House, label: 'home' };
const review: NavItem = {
  href: '/violations',
  icon: ShieldAlert,
  label: 'violations',
  short: 'violationsShort',
  counts: 'review',
  needs: ['violation:read'],
};
const hazards: NavItem = {
  href: '/hazards',
  icon: ClipboardList,
  label: 'hazards',
  needs: ['hazard:read'],
  feature: 'hazards',
};
const report: NavItem = {
  href: '/hazards/report',
  icon: CirclePlus,
  label: 'report',
  needs: ['hazard:report'],
  feature: 'hazards',
};
const notices: NavItem = { href: '/notices', icon: Bell, label: 'notices', counts: 'notices' };

/** One group a kind of work; a new module adds its line here. */
const groups: readonly { id: string; items: readonly NavItem[] }[] = [
  {
    id: 'watch',
    items: [
      wall,
      review,
      { href: '/plan', icon: MapIcon, label: 'plan', needs: ['location:read'] },
    ],
  },
  {
    id: 'hazards',
    items: [
      hazards,
      report,
      {
        href: '/hazards/analysis',
        icon: ChartColumn,
        label: 'analysis',
        needs: ['statistics:read'],
        feature: 'hazards',
      },
      {
        href: '/hazards/penalties',
        icon: Gavel,
        label: 'penalties',
        needs: ['hazard:accept'],
        feature: 'hazards',
      },
    ],
  },
  {
    id: 'plant',
    items: [{ href: '/cameras', icon: Cctv, label: 'cameras', needs: ['camera:read'] }],
  },
  {
    id: 'admin',
    items: [
      { href: '/admin', icon: Settings2, label: 'admin', needs: adminNeeds },
      { href: '/privacy', icon: Scale, label: 'privacy', needs: privacyNeeds },
    ],
  },
  { id: 'me', items: [notices] },
];

/** Whether the first page is the camera wall, else it is the home of a worker. */
export function hasWall(viewer: Viewer): boolean {
  return shows(wall, viewer);
}

function shows(item: NavItem, viewer: Viewer): boolean {
  if (item.feature !== undefined && !viewer.isOn(item.feature)) return false;
  return item.needs === undefined || item.needs.some((permission) => viewer.can(permission));
}

/** The menu of a desktop: what this person may open, group by group. */
export function navigationFor(viewer: Viewer): { id: string; items: readonly NavItem[] }[] {
  const first = hasWall(viewer) ? [] : [{ id: 'home', items: [home] }];
  return [
    ...first,
    ...groups.map(({ id, items }) => ({ id, items: items.filter((item) => shows(item, viewer)) })),
  ].filter(({ items }) => items.length > 0);
}

/** The five places within reach of a thumb; all else is one tap further, under "me". */
export function phoneNavigationFor(viewer: Viewer): NavItem[] {
  const start = hasWall(viewer) ? wall : home;
  const second = shows(review, viewer) ? [review, report, hazards] : [hazards, report, notices];
  const me: NavItem = {
    href: '/me',
    icon: CircleUser,
    label: 'me',
    ...(second.includes(notices) ? {} : { counts: 'notices' as const }),
  };
  return [start, ...second.filter((item) => shows(item, viewer)), me];
}

/** Of the items that lead towards a path the closest: /hazards/report is not also /hazards. */
export function currentOf(items: readonly NavItem[], path: string): NavItem | undefined {
  return items
    .filter((item) => isCurrent(item, path))
    .sort((a, b) => b.href.length - a.href.length)[0];
}

function isCurrent(item: NavItem, path: string): boolean {
  return item.href === '/' ? path === '/' : path === item.href || path.startsWith(`${item.href}/`);
}

export function labelOf(item: NavItem, t: Dictionary): string {
  return t.nav[item.label];
}
