import { cleanup, fireEvent, screen, within } from '@testing-library/svelte';
import { tick } from 'svelte';
import { describe, expect, it } from 'vitest';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { Setting } from '$lib/settings/setting.svelte.ts';
import { incidentOf } from '../../../test/incident.ts';
import { review, row, show, useReview } from '../../../test/incident-review.ts';
import { LastLook } from './last-look.svelte.ts';

useReview();

describe('what came since the last look', () => {
  let number = 0;
  const settingOf = () =>
    new Setting<{ at: string } | null>({
      key: `new-since-${++number}`,
      copy: `anshi.test.new-since-${number}`,
      usual: () => null,
      parse: (value) => value as { at: string } | null,
      ofAccount: true,
    });
  const looked = (since: string | null, count: number | null) => {
    const setting = settingOf();
    setting.compared();
    const look = new LastLook({ setting, count: async () => count ?? 0 });
    look.since = since;
    look.count = count;
    return look;
  };
  /** Recorded after those of 30 and before that of 40. */
  const since = incidentOf(35).openedAt;

  it('is counted above the list, and a line parts the rows', async () => {
    await show(null, { look: looked(since, 3) });
    expect(screen.getByTestId('new-since').textContent).toMatch(/3 new since/);
    const divider = screen.getByTestId('look-divider');
    expect(divider.parentElement?.querySelector('[data-testid=incident-row]')).toBe(row(30));
    const unseen = [...document.querySelectorAll('[data-unseen=true] [data-testid=incident-row]')];
    expect(unseen).toEqual([60, 50, 40].map(row));
    await fireEvent.click(screen.getByTestId('new-show'));
    expect(review.wanted?.opened).toBe(since);
  });

  it('has a line of the same height where there is nothing, not yet a count, or never was a look', async () => {
    for (const [look, text] of [
      [looked(incidentOf(99).openedAt, 0), /^None new since /],
      [looked(incidentOf(99).openedAt, null), /^Last look at /],
      [looked(null, 0), /^First look/],
    ] as const) {
      await show(null, { look });
      expect(screen.getByTestId('look-text').textContent).toMatch(text);
      // Not seen, it keeps the height.
      const button = within(screen.getByTestId('look-line')).getByText('Show them');
      expect(button.classList).toContain('invisible');
      expect(screen.queryByTestId('new-since')).toBeNull();
      expect(screen.queryByTestId('look-divider')).toBeNull();
      cleanup();
    }
  });

  it('says nothing until the account has answered when the last look was, in both languages', async () => {
    for (const [locale, first] of [
      ['en', /^First look/],
      ['zh-CN', /^首次查看/],
    ] as const) {
      i18n.set(locale);
      const setting = settingOf();
      await show(null, { look: new LastLook({ setting, count: async () => 0 }) });
      const text = () => screen.getByTestId('look-text').textContent;
      expect(text()).toBe('');
      setting.adoptNone();
      setting.compared();
      await tick();
      expect(text()).toMatch(first);
      cleanup();
    }
  });
});
