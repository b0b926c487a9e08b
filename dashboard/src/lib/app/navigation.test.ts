import { describe, expect, it } from 'vitest';
import { moduleProblems } from '$lib/api/module-problems.ts';
import { declaredWords } from '$lib/i18n/module-words.svelte.ts';
import type { Named } from './module.ts';
import { modules, navEntries, sections } from './modules.ts';
import {
  currentOf,
  featureOffAt,
  hasWall,
  navigationFor,
  phoneNavigationFor,
  plainPhoneNavigation,
  sectionsFor,
  type Viewer,
} from './navigation.ts';

/** `violation:read` reaches all, `violation:read@own` the own ones. */
const order = ['own', 'department', 'site', 'all'];
const viewerOf = (permissions: string[], off: string[] = []): Viewer => ({
  can(permission) {
    const [name, least = 'own'] = permission.split('@');
    const held = permissions.map((one) => one.split('@')).find(([id]) => id === name);
    return held !== undefined && order.indexOf(held[1] ?? 'all') >= order.indexOf(least);
  },
  isOn: (feature) => !off.includes(feature),
});
const worker = viewerOf(['hazard:report', 'hazard:read', 'hazard:rectify']);
const watching = [
  'camera:read',
  'violation:read',
  'location:read',
  'hazard:read',
  'hazard:report',
  'statistics:read',
];
const officer = viewerOf(watching);
const everything: Viewer = { can: () => true, isOn: () => true };
const pages = (viewer: Viewer) =>
  navigationFor(viewer).flatMap((group) => group.items.map((item) => item.id));
const bar = (viewer: Viewer) => phoneNavigationFor(viewer).map((item) => item.id);

describe('the menu', () => {
  it('shows each role what it may open', () => {
    expect(pages(worker)).toEqual([
      'home',
      'tasks',
      'hazards',
      'report',
      'notices',
      'my-attendance',
      'my-work',
      'my-areas',
      'my-qualifications',
      'my-gates',
      'my-fences',
      'my-violations',
      'my-record',
    ]);
    expect(pages(officer)).toEqual([
      'wall',
      'incidents',
      'plan',
      'presence',
      'tasks',
      'hazards',
      'report',
      'analysis',
      'cameras',
      'notices',
      'my-attendance',
      'my-work',
      'my-areas',
      'my-qualifications',
      'my-gates',
      'my-fences',
      'my-violations',
      'my-record',
    ]);
    expect([hasWall(worker), hasWall(officer)]).toEqual([false, true]);
    // A department has few cameras, if any, and a worker none: they start with their tasks.
    const head = viewerOf(['camera:read@department', 'violation:read@department', 'hazard:read']);
    expect(pages(head)).toEqual([
      'home',
      'incidents',
      'tasks',
      'hazards',
      'cameras',
      'notices',
      'my-attendance',
      'my-work',
      'my-areas',
      'my-qualifications',
      'my-gates',
      'my-fences',
      'my-violations',
      'my-record',
    ]);
    expect(pages(viewerOf(['violation:read@own', 'location:read@own']))).toEqual([
      'home',
      'plan',
      'presence',
      'tasks',
      'my-incidents',
      'notices',
      'my-attendance',
      'my-work',
      'my-areas',
      'my-qualifications',
      'my-gates',
      'my-fences',
      'my-violations',
      'my-record',
    ]);
    // Heads and shift leaders read qualifications, and enter none.
    expect(pages(viewerOf(['qualification:read@department']))).toContain('qualifications');
    // A list of cameras is no wall.
    expect(hasWall(viewerOf(['camera:read', 'system:read']))).toBe(false);
    expect(hasWall(viewerOf(['camera:read', 'live:watch']))).toBe(true);
  });

  it('has at most five entries on a phone, with the report in the middle', () => {
    expect(bar(worker)).toEqual(['home', 'hazards', 'report', 'tasks', 'me']);
    expect(bar(officer)).toEqual(['wall', 'incidents', 'report', 'hazards', 'me']);
    expect(bar(viewerOf([]))).toEqual(['home', 'tasks', 'notices', 'me']);
    expect(bar(everything).length).toBeLessThanOrEqual(5);
  });

  it('[ARC-05] [SME-06] hides entries of a disabled module', () => {
    const off = viewerOf(['hazard:report', 'hazard:read', 'statistics:read'], ['hazards']);
    expect(pages(off)).toEqual([
      'home',
      'tasks',
      'notices',
      'my-attendance',
      'my-work',
      'my-areas',
      'my-qualifications',
      'my-gates',
      'my-fences',
      'my-violations',
      'my-record',
    ]);
    const unwatched = viewerOf(watching, ['monitoring', 'positioning']);
    expect(pages(unwatched)).toEqual([
      'home',
      'tasks',
      'hazards',
      'report',
      'analysis',
      'notices',
      'my-attendance',
      'my-work',
      'my-areas',
      'my-qualifications',
      'my-gates',
      'my-fences',
      'my-record',
    ]);
    expect(bar(unwatched)).toEqual(['home', 'hazards', 'report', 'tasks', 'me']);
    const unwatchedAdmin: Viewer = { can: () => true, isOn: (feature) => feature !== 'monitoring' };
    expect(sectionsFor('admin', everything).map(({ id }) => id)).toContain('models');
    expect(sectionsFor('admin', unwatchedAdmin).map(({ id }) => id)).not.toContain('models');
  });

  it('[SME-06] recognises a page of a disabled module by its address', () => {
    const off = viewerOf([], ['monitoring', 'hazards']);
    expect(featureOffAt('/incidents/01J', off)).toBe('monitoring');
    expect(featureOffAt('/violations/01J', off)).toBe('monitoring');
    expect(featureOffAt('/admin/models/versions', off)).toBe('monitoring');
    expect(featureOffAt('/hazards/report', off)).toBe('hazards');
    for (const path of ['/', '/me', '/plan', '/admin', '/admin/people']) {
      expect([path, featureOffAt(path, off)]).toEqual([path, null]);
    }
  });

  it('shows the administration to users who manage a section, not to everyone who may read a list', () => {
    expect(pages(viewerOf(['registry:read', 'person:read', 'system:read']))).toEqual([
      'home',
      'tasks',
      'notices',
      'my-attendance',
      'my-work',
      'my-areas',
      'my-qualifications',
      'my-gates',
      'my-fences',
      'my-violations',
      'my-record',
    ]);
    for (const permission of ['registry:manage', 'person:manage']) {
      const manager = viewerOf(['registry:read', 'person:read', permission]);
      expect([permission, pages(manager)]).toEqual([permission, expect.arrayContaining(['admin'])]);
    }
    expect(pages(viewerOf(['audit:read']))).toContain('admin');
    expect(pages(viewerOf(['key:manage']))).toContain('privacy');
  });

  it('[UX-03] leaves three entries on a phone in plain mode: the start, the report and all others', () => {
    const plain = (viewer: Viewer) =>
      plainPhoneNavigation(phoneNavigationFor(viewer)).map(({ id }) => id);
    expect(plain(worker)).toEqual(['home', 'report', 'me']);
    expect(plain(officer)).toEqual(['wall', 'report', 'me']);
    const auditor = plain(viewerOf(['audit:read']));
    expect(auditor.at(-1)).toBe('me');
    expect(new Set(auditor).size).toBe(auditor.length);
    expect(auditor.length).toBeLessThanOrEqual(3);
  });

  it('marks the current page, and not its parent', () => {
    const items = phoneNavigationFor(worker);
    expect(currentOf(items, '/hazards/report')?.id).toBe('report');
    expect(currentOf(items, '/hazards/01J')?.id).toBe('hazards');
    expect(currentOf(items, '/')?.id).toBe('home');
    expect(currentOf(items, '/nowhere')).toBeUndefined();
  });
});

describe('what the modules declare', () => {
  /** Addresses with a page: '/hazards/[[id]]' stands for '/hazards'. */
  const routes = new Set(
    Object.keys(import.meta.glob('../../routes/**/+page.svelte')).map((file) =>
      file
        .replace('../../routes', '')
        .replace('/+page.svelte', '')
        .replace('/(app)', '')
        .replaceAll(/\/\[\[.*?\]\]/g, ''),
    ),
  );

  it('have unique ids, in their own folder', () => {
    expect(modules.length).toBeGreaterThan(15);
    const folders = Object.keys(import.meta.glob('../features/*/module.ts')).map(
      (file) => file.split('/').at(-2) ?? '',
    );
    expect(modules.map(({ id }) => id).sort()).toEqual(folders.sort());
    const ids = navEntries.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const places = sections.map(({ office, id }) => `${office}/${id}`);
    expect(new Set(places).size).toBe(places.length);
  });

  it('link to existing pages', () => {
    for (const { href } of navEntries) expect(routes, href).toContain(href === '/' ? '' : href);
    for (const { office, id } of sections) expect(routes).toContain(`/${office}/${id}`);
  });

  it('have texts in both languages, without mixing', () => {
    const han = /\p{Script=Han}/u;
    const check = (name: Named, at: string) => {
      expect(han.test(name.zh), `${at}: ${name.zh}`).toBe(true);
      expect(name.en.trim() !== '' && !han.test(name.en), `${at}: ${name.en}`).toBe(true);
    };
    for (const { id, name, short, count } of navEntries) {
      check(name, id);
      if (short) check(short, id);
      if (count) check(count.words(2), id);
    }
    for (const { id, name, hint } of sections) {
      check(name, id);
      check(hint, id);
    }
    for (const [code, text] of moduleProblems) check(text, code);
  });

  it('have i18n texts with the same keys in both languages', () => {
    const files = import.meta.glob(
      ['../features/*/{i18n,*-words}.ts', '../kit/list-words.ts', '../design/i18n.ts'],
      {
        eager: true,
      },
    );
    expect(declaredWords.length).toBe(Object.keys(files).length);
    const keys = (value: object, path = ''): string[] =>
      Object.entries(value).flatMap(([key, part]) =>
        typeof part === 'object' && part !== null
          ? keys(part as object, `${path}${key}.`)
          : `${path}${key}:${typeof part}`,
      );
    for (const { zh, en } of declaredWords) expect(keys(en).sort()).toEqual(keys(zh).sort());
  });
});
