import House from '@lucide/svelte/icons/house';
import { describe, expect, it } from 'vitest';
import { offices } from '$lib/app/module.ts';
import { navEntries, sections } from '$lib/app/modules.ts';
import type { Viewer } from '$lib/app/navigation.ts';
import { MOST_BY_DEFAULT, roleShortcuts } from './role-shortcuts.ts';
import {
  availableShortcuts,
  defaultShortcuts,
  MOST_CHOSEN,
  moveShortcut,
  type Shortcut,
  shownShortcuts,
  withoutShortcut,
  withShortcut,
} from './shortcuts.ts';

const everything: Viewer = { can: () => true, isOn: () => true };
const idsOf = (all: readonly Shortcut[]) => all.map(({ id }) => id);
const named = (...ids: string[]): Shortcut[] =>
  ids.map((id) => ({ id, href: `/${id}`, icon: House, name: { zh: '页', en: 'page' } }));

describe('[UX-01] the shortcuts of the home page', () => {
  it('are the pages of the menu and of the offices that the user may open and whose module is on', () => {
    const all = idsOf(availableShortcuts(everything));
    expect(all).toEqual(
      expect.arrayContaining(['incidents', 'report', 'gates', 'permits', 'visits']),
    );
    expect(all).toEqual(expect.arrayContaining(['admin/people', 'privacy/requests']));
    // The home page is no shortcut of itself.
    expect(all).not.toContain('wall');
    expect(all).not.toContain('home');
    expect(new Set(all).size).toBe(all.length);
    const without: Viewer = { can: (one) => one !== 'gate:read', isOn: (one) => one !== 'permits' };
    const some = idsOf(availableShortcuts(without));
    expect(some).not.toContain('gates');
    expect(some).not.toContain('permits');
    expect(some).toContain('visits');
  });

  it('of each role are in the menu, and fit', () => {
    const known = new Set([
      ...navEntries.map(({ id }) => id),
      ...sections.map(({ office, id }) => `${office}/${id}`),
    ]);
    expect(offices.length).toBeGreaterThan(1);
    for (const [role, ids] of Object.entries(roleShortcuts)) {
      expect([role, ids.filter((id) => !known.has(id))]).toEqual([role, []]);
      expect([role, new Set(ids).size]).toEqual([role, ids.length]);
      expect(ids.length).toBeLessThanOrEqual(MOST_BY_DEFAULT);
    }
  });

  it('of several roles come in turns, of a role of the company from its menu', () => {
    const available = named('tasks', 'a', 'hazards', 'my-attendance', 'admin/audit', 'gates');
    expect(defaultShortcuts(['worker'], available)).toEqual(['my-attendance', 'hazards']);
    expect(defaultShortcuts(['worker', 'auditor'], available)).toEqual([
      'my-attendance',
      'admin/audit',
      'hazards',
      'gates',
    ]);
    const own = ['a', 'hazards', 'my-attendance', 'admin/audit', 'gates'];
    expect(defaultShortcuts(['crane-driver'], available)).toEqual(own);
    expect(defaultShortcuts([], available)).toEqual(own);
    expect(defaultShortcuts(['worker'], [])).toEqual([]);
  });

  it('that are not available now are not shown, and keep their place', () => {
    const ids = ['gates', 'permits', 'visits'];
    expect(idsOf(shownShortcuts(ids, named('visits', 'gates')))).toEqual(['gates', 'visits']);
    const isShown = (id: string) => id !== 'permits';
    expect(moveShortcut(ids, 'visits', -1, isShown)).toEqual(['visits', 'permits', 'gates']);
    expect(moveShortcut(ids, 'gates', 1, isShown)).toEqual(['visits', 'permits', 'gates']);
  });

  it('are added once, up to a limit, removed, and moved within the list', () => {
    const all = () => true;
    expect(withShortcut(['a'], 'b')).toEqual(['a', 'b']);
    expect(withShortcut(['a', 'b'], 'a')).toEqual(['a', 'b']);
    const full = Array.from({ length: MOST_CHOSEN }, (_, n) => `n${n}`);
    expect(withShortcut(full, 'more')).toEqual(full);
    expect(withoutShortcut(['a', 'b'], 'a')).toEqual(['b']);
    expect(withoutShortcut(['a'], 'x')).toEqual(['a']);
    expect(moveShortcut(['a', 'b', 'c'], 'c', -1, all)).toEqual(['a', 'c', 'b']);
    expect(moveShortcut(['a', 'b'], 'a', -1, all)).toEqual(['a', 'b']);
    expect(moveShortcut(['a', 'b'], 'b', 1, all)).toEqual(['a', 'b']);
    expect(moveShortcut(['a', 'b'], 'x', 1, all)).toEqual(['a', 'b']);
  });
});
