import { describe, expect, it, onTestFinished } from 'vitest';
import { roleShortcuts } from '$lib/features/home/role-shortcuts.ts';
import { availableShortcuts, defaultShortcuts } from '$lib/features/home/shortcuts.ts';
import { en } from '$lib/i18n/en.ts';
import { i18n, type Locale } from '$lib/i18n/i18n.svelte.ts';
import { zh } from '$lib/i18n/zh.ts';
import { jargon, technicalGroups, technicalPages, technicalTexts } from '../../test/jargon.ts';
import { type Named, navGroups, offices, type Section } from './module.ts';
import { navEntries, sections } from './modules.ts';
import { navigationFor, phoneNavigationFor, sectionsFor, type Viewer } from './navigation.ts';

interface SeedRole {
  id: string;
  permissions: readonly string[];
}
// Data of the API for this test alone: the product of the dashboard knows no role's rights.
const { seedRoles } = Object.values(
  import.meta.glob('../../../../api/src/platform/access/seed-roles.ts', { eager: true }),
)[0] as { seedRoles: readonly SeedRole[] };

const scopes = ['own', 'department', 'site', 'all'];
const viewerOf = ({ permissions }: SeedRole): Viewer => ({
  can(permission) {
    const [name, least = 'own'] = permission.split('@');
    return permissions.some((one) => {
      const [held, scope = 'all'] = one.split('@');
      return held === name && scopes.indexOf(scope) >= scopes.indexOf(least);
    });
  },
  isOn: () => true,
});
const isTechnical = ({ group }: Section) =>
  (technicalGroups as readonly (string | undefined)[]).includes(group);
/** Each text, with why it is jargon. */
const jargonIn = (text: string): string[] =>
  jargon.flatMap(({ word, why }) => (word.test(text) ? [`"${text}": ${why}`] : []));
const inNames = (...names: (Named | undefined)[]): string[] =>
  names.flatMap((name) => (name ? [name.zh, name.en] : [])).flatMap(jargonIn);

describe('[UX-04] the menu of each role', () => {
  it('there are roles, and the words are found where they are', () => {
    expect(seedRoles.length).toBeGreaterThan(15);
    expect(jargonIn('Tenants and their webhooks')).toHaveLength(2);
    expect(jargonIn('接口文档')).toHaveLength(1);
    expect(jargonIn('Ingestion of a dose')).toEqual([]);
    expect(jargonIn('Work permits')).toEqual([]);
  });

  it('[UX-01] each role that a company starts with has shortcuts of its own, which it may open', () => {
    expect(Object.keys(roleShortcuts).sort()).toEqual(seedRoles.map(({ id }) => id).sort());
    for (const role of seedRoles) {
      const usual = defaultShortcuts([role.id], availableShortcuts(viewerOf(role)));
      expect([role.id, usual]).toEqual([role.id, roleShortcuts[role.id]]);
    }
  });

  it('is two levels deep: an entry of the menu, or a section of an entry', () => {
    for (const role of seedRoles) {
      const viewer = viewerOf(role);
      const entries = navigationFor(viewer).flatMap(({ items }) => items);
      expect([role.id, entries.length > 0]).toEqual([role.id, true]);
      const firsts = new Set(entries.map(({ href }) => href));
      const seconds = offices
        .filter((office) => firsts.has(`/${office}`))
        .flatMap((office) => sectionsFor(office, viewer).map(({ id }) => `/${office}/${id}`));
      // No section has sections of its own, and an entry is a page, not a folder of entries.
      for (const path of seconds) expect(path.split('/')).toHaveLength(3);
      for (const entry of entries) expect(Object.keys(entry)).not.toContain('items');
      // The bar of a phone holds the same entries and the page with all others.
      const bar = phoneNavigationFor(viewer).filter(({ id }) => id !== 'me');
      for (const { href } of bar) expect([role.id, firsts.has(href)]).toEqual([role.id, true]);
    }
  });

  it('leads to every page that is no page of a record: none is hidden deeper', () => {
    const reached = new Set([
      ...navEntries.flatMap(({ href, also = [] }) => [href, ...also]),
      ...sections.map(({ office, id }) => `/${office}/${id}`),
    ]);
    const routes = Object.keys(import.meta.glob('../../routes/**/+page.svelte')).map(
      (file) =>
        file.replace('../../routes', '').replace('/(app)', '').replace('/+page.svelte', '') || '/',
    );
    const plain = routes.filter((route) => !/\[(?!\[)/.test(route));
    const pages = plain.map((route) => route.replaceAll(/\/\[\[.*?\]\]/g, ''));
    expect(pages.length).toBeGreaterThan(40);
    // A page of an entry, such as its settings: one step below it.
    const isBelow = (path: string) => reached.has(path.slice(0, path.lastIndexOf('/')));
    const hidden = pages.filter((path) => !reached.has(path) && !isBelow(path));
    expect(hidden.filter((path) => !linked[path])).toEqual([]);
    expect(Object.keys(linked).filter((path) => !pages.includes(path))).toEqual([]);
  });

  it('has plain words in both languages; those who run the system have theirs', () => {
    for (const role of seedRoles) {
      const viewer = viewerOf(role);
      const entries = navigationFor(viewer).flatMap(({ items }) => items);
      const found = [
        ...entries.flatMap(({ name, short, count }) => inNames(name, short, count?.words(2))),
        ...offices
          .flatMap((office) => sectionsFor(office, viewer))
          .filter((section) => !isTechnical(section))
          .flatMap(({ name, hint }) => inNames(name, hint)),
      ];
      expect([role.id, found]).toEqual([role.id, []]);
    }
    // Words of programs in sections that others see, too, would not be theirs.
    const technical = sections.filter(isTechnical);
    for (const role of seedRoles.filter(({ id }) => id === 'worker' || id === 'team-leader')) {
      const viewer = viewerOf(role);
      const shown = technical.filter((one) =>
        navigationFor(viewer).some(({ items }) =>
          items.some(({ href }) => href === `/${one.office}`),
        ),
      );
      expect([role.id, shown.map(({ id }) => id)]).toEqual([role.id, []]);
    }
    expect(navGroups.length).toBeLessThanOrEqual(7);
  });
});

/** Pages without an entry, each linked from one that has an entry. */
const linked: Readonly<Record<string, string>> = {
  '/sign-in': 'before there is a menu',
  '/screen': 'of a screen on a wall, which has no menu',
  '/me': 'the bar of the phone',
  '/me/account': 'the menu of the account, at the top of each page',
  '/me/data': 'the menu of the account, at the top of each page',
  '/design': 'no page of the product: all parts, in development and in a demonstration',
  '/outbox': 'the page of all functions, and the home page while something waits',
};

describe('[UX-04] the pages of daily work', () => {
  /** The texts of a value: strings, lists, objects, and the literals of functions. */
  const textsOf = (value: unknown): string[] => {
    if (typeof value === 'string') return [value];
    if (typeof value === 'function') {
      const literals = String(value).matchAll(
        /`((?:[^`\\]|\\.)*)`|'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/g,
      );
      return [...literals].map(([, a, b, c]) =>
        (a ?? b ?? c ?? '').replaceAll(/\$\{[^}]*\}/g, ' '),
      );
    }
    if (typeof value !== 'object' || value === null) return [];
    return Object.values(value).flatMap(textsOf);
  };

  it('have plain words in both languages', () => {
    const before = i18n.locale;
    onTestFinished(() => i18n.set(before));
    const files = import.meta.glob('../features/*/{i18n,*-words}.ts', { eager: true });
    const daily = Object.entries(files).filter(
      ([file]) => technicalPages[file.split('/').at(-2) ?? ''] === undefined,
    );
    expect(daily.length).toBeGreaterThan(30);
    const found: string[] = [];
    for (const locale of ['zh-CN', 'en'] satisfies Locale[]) {
      i18n.set(locale);
      for (const [file, exported] of daily) {
        for (const one of Object.values(exported as object) as { t?: unknown }[]) {
          found.push(
            ...textsOf(one?.t)
              .flatMap(jargonIn)
              .map((what) => `${file} ${what}`),
          );
        }
      }
    }
    for (const texts of [zh, en]) {
      for (const [part, value] of Object.entries(texts)) {
        if ((technicalTexts as readonly string[]).includes(part)) continue;
        found.push(
          ...textsOf(value)
            .flatMap(jargonIn)
            .map((what) => `${part} ${what}`),
        );
      }
    }
    expect(found).toEqual([]);
  });

  it('every folder that is excused is there', () => {
    const folders = Object.keys(import.meta.glob('../features/*/module.ts')).map((file) =>
      file.split('/').at(-2),
    );
    expect(Object.keys(technicalPages).filter((one) => !folders.includes(one))).toEqual([]);
  });
});
