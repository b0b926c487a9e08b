import type { LiveGrant } from '@anshi/contracts/live-grant';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GrantedViews } from './granted-views.ts';

const NOW = 1_800_000_000_000;
let running: Set<string>;
let views: GrantedViews;
beforeEach(() => {
  running = new Set();
  views = new GrantedViews({ has: (id) => running.has(id), end: (id) => running.delete(id) });
});
afterEach(() => views.close());

const grant = (changes: Partial<LiveGrant> = {}) =>
  ({ action: 'open', view: 'a', session: 's', viewUntil: NOW + 1_000, ...changes }) as LiveGrant;
function begin(changes: Partial<LiveGrant> = {}): boolean {
  const one = grant(changes);
  running.add(one.view);
  return views.begin(one);
}

test('a view ends once its time is over, and later where its grant was renewed', () => {
  begin();
  begin({ view: 'b' });
  expect(views.keep(grant({ action: 'keep', view: 'b', viewUntil: NOW + 5_000 }))).toBe(true);
  views.endOver(NOW + 1_000);
  expect([...running]).toEqual(['b']);
  views.endOver(NOW + 5_000);
  expect([...running]).toEqual([]);
});

test('an ended view is not renewed, and its id is not granted again', () => {
  begin();
  expect(views.end(grant({ action: 'end' }))).toBe(true);
  expect(views.end(grant({ action: 'end' }))).toBe(false);
  expect(views.keep(grant({ action: 'keep' }))).toBe(false);
  expect(views.begin(grant())).toBe(false);
  // Nor one whose viewer went away.
  begin({ view: 'c' });
  running.delete('c');
  expect(views.keep(grant({ action: 'keep', view: 'c' }))).toBe(false);
  // By then no grant of that time can come again.
  views.endOver(NOW + 2 * 3_600_000);
  expect(views.begin(grant())).toBe(true);
});

test('an earlier end does not shorten a view, and another session is not its own', () => {
  begin();
  views.keep(grant({ action: 'keep', viewUntil: NOW - 1 }));
  views.endOver(NOW);
  expect([...running]).toEqual(['a']);
  expect(views.isOf(grant())).toBe(true);
  expect(views.isOf(grant({ session: 'other' }))).toBe(false);
  expect(views.isOf(grant({ view: 'unknown' }))).toBe(false);
});
