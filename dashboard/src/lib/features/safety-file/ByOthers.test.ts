import { cleanup, render, screen } from '@testing-library/svelte';
import { afterEach, expect, it } from 'vitest';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import ByOthers from './ByOthers.svelte';
import type { Entry } from './safety-file-api.ts';

const entry = { id: 'S1', told: false, objectUntil: null, objection: null } as unknown as Entry;
const show = (keeping: Entry['keeping'], more: Partial<Entry> = {}) => {
  cleanup();
  render(ByOthers, { entry: { ...entry, keeping, ...more }, onsaved: () => undefined });
  return ['tell-person', 'hear-person', 'not-kept'].filter((one) => screen.queryByTestId(one));
};
afterEach(cleanup);

it('[VIS-08] offers to record only to whom the record is taken from, and says to reviewers and candidates why not', () => {
  const until = { objectUntil: '2026-12-20T00:00:00Z' };
  expect(show('may')).toEqual(['tell-person']);
  expect(show('may', until)).toEqual(['hear-person']);
  expect(show('none')).toEqual([]);
  for (const [locale, said] of [
    ['en', 'another person records'],
    ['zh-CN', '须由他人登记'],
  ] as const) {
    i18n.set(locale);
    expect(show('barred')).toEqual(['not-kept']);
    expect(screen.getByTestId('not-kept').textContent).toContain(said);
  }
  // Nothing is left to record: nothing needs to be said.
  expect(show('barred', { ...until, objection: {} as Entry['objection'] })).toEqual([]);
});
