import Cctv from '@lucide/svelte/icons/cctv';
import LayoutGrid from '@lucide/svelte/icons/layout-grid';
import MapIcon from '@lucide/svelte/icons/map';
import ShieldAlert from '@lucide/svelte/icons/shield-alert';
import type { Component } from 'svelte';
import type { Dictionary } from '$lib/i18n/dictionary.ts';

export interface NavItem {
  href: string;
  icon: Component<{ size?: number; strokeWidth?: number }>;
  /** A key of `nav` in the dictionary. */
  label: 'wall' | 'violations' | 'cameras' | 'plan';
  short?: 'violationsShort';
  /** Shows how many wait for a person. */
  counts?: 'review';
}

/** One group a kind of work; a new module adds its line here. */
export const navigation: readonly { id: string; items: readonly NavItem[] }[] = [
  {
    id: 'watch',
    items: [
      { href: '/', icon: LayoutGrid, label: 'wall' },
      {
        href: '/violations',
        icon: ShieldAlert,
        label: 'violations',
        short: 'violationsShort',
        counts: 'review',
      },
      { href: '/plan', icon: MapIcon, label: 'plan' },
    ],
  },
  { id: 'plant', items: [{ href: '/cameras', icon: Cctv, label: 'cameras' }] },
];

export function isCurrent(item: NavItem, path: string): boolean {
  return item.href === '/' ? path === '/' : path === item.href || path.startsWith(`${item.href}/`);
}

export function labelOf(item: NavItem, t: Dictionary): string {
  return t.nav[item.label];
}
