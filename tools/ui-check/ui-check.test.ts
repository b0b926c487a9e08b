import { describe, expect, it } from 'vitest';
import { type Finding, grouped, resultOf } from './findings.ts';
import { isWanted, readOptions } from './options.ts';
import { Frontier, pageOf } from './pages.ts';
import { pickAccounts } from './roles.ts';

describe('the options', () => {
  it('are everything where none is given', () => {
    expect(readOptions([])).toMatchObject({
      url: null,
      roles: null,
      pages: null,
      widths: [390, 820, 1440],
      themes: ['light', 'dark'],
      languages: ['zh-CN', 'en'],
      states: true,
    });
  });

  it('name parts, and what does not exist is refused', () => {
    const some = readOptions(['--roles', 'worker', '--pages', '/me*', '--widths', '390']);
    expect(some).toMatchObject({ roles: ['worker'], widths: [390] });
    expect(isWanted(some.pages, '/me/data')).toBe(true);
    expect(isWanted(some.pages, '/hazards')).toBe(false);
    expect(() => readOptions(['--widths', '39'])).toThrow('--widths');
    expect(() => readOptions(['--themes', 'grey'])).toThrow('light, dark');
    expect(() => readOptions(['--url', 'http://a'])).toThrow('--password');
  });
});

it('each role is walked by an account that has no other, and a role without one is an error', () => {
  const account = { active: true, mustChangePassword: false };
  const accounts = [
    { ...account, username: 'both', roles: ['worker', 'manager'] },
    { ...account, username: 'press', roles: ['worker'] },
    { ...account, username: 'gone', roles: ['auditor'], active: false },
  ];
  expect(pickAccounts(accounts, null)).toEqual([
    { role: 'manager', username: 'both' },
    { role: 'worker', username: 'press' },
  ]);
  expect(() => pickAccounts(accounts, ['auditor'])).toThrow('auditor');
});

it('a page is as deep as the shortest way to it', () => {
  const frontier = new Frontier();
  const links: Record<string, string[]> = {
    '/': ['/admin', '/hazards'],
    '/admin': ['/hazards', '/admin/bus'],
  };
  const depths: [string, number][] = [];
  for (const page of frontier) {
    depths.push([page.path, page.depth]);
    frontier.add(
      page,
      (links[page.path] ?? []).map((path) => ({ path, route: path })),
    );
  }
  expect(depths).toEqual([
    ['/', 0],
    ['/admin', 1],
    ['/hazards', 1],
    ['/admin/bus', 2],
  ]);
});

describe('the result', () => {
  const finding: Finding = {
    check: 'no-error-state',
    page: '/hazards',
    role: 'worker',
    width: 390,
    theme: 'light',
    language: 'en',
    selector: '#content',
    what: 'none',
  };
  const measured = {
    roles: 1,
    pages: 1,
    views: 12,
    stateViews: 1,
    firstContentMs: 400,
    routeChangeMs: 50,
    routeChanges: 8,
    bundleKb: 225,
  };

  it('is right where nothing is found and all is fast and small enough', () => {
    expect(resultOf([], measured)).toMatchObject({ bench: 'ui', ok: true, ratio: 0.5 });
  });

  it.each([
    ['a finding', [finding], {}],
    ['a slow first content', [], { firstContentMs: 1001 }],
    ['a slow change of the route', [], { routeChangeMs: 101 }],
    ['a large bundle', [], { bundleKb: 251 }],
    ['nothing that was looked at', [], { views: 0 }],
  ])('is not with %s', (_, findings, changed) => {
    expect(resultOf(findings, { ...measured, ...changed }).ok).toBe(false);
  });

  it('counts by kind, and groups the same fault of many pages', () => {
    const { figures } = resultOf([finding, { ...finding, check: 'axe' }], measured);
    expect(figures).toMatchObject({ noErrorState: 1, axe: 1, target: 0, findings: 2 });
    expect(grouped([finding, { ...finding, page: '/me' }])).toEqual([
      { what: 'no-error-state: none', count: 2 },
    ]);
  });
});

it('of the pages of records one of each kind is walked', () => {
  expect(pageOf('/hazards')).toEqual({ path: '/hazards', route: '/hazards' });
  // A page beside the records, and no record of the name `report`.
  expect(pageOf('/hazards/report')?.route).toBe('/hazards/report');
  expect(pageOf('/incidents/01K')?.route).toBe('/incidents/:id');
  expect(pageOf('/people/01K/file')?.route).toBe('/people/:id/file');
  expect(pageOf('/no/page')).toBeNull();
  const frontier = new Frontier();
  const from = { path: '/incidents', route: '/incidents', depth: 1 };
  frontier.add(
    from,
    ['/incidents/a', '/incidents/b'].flatMap((path) => pageOf(path) ?? []),
  );
  expect([...frontier].map(({ path }) => path)).toEqual(['/', '/incidents/a']);
});
