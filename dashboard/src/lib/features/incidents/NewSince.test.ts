import { cleanup, fireEvent, screen, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { incidentOf } from '../../../test/incident.ts';
import { review, row, show, useReview } from '../../../test/incident-review.ts';
import { LastLook } from './last-look.svelte.ts';

useReview();

describe('what came since the last look', () => {
  const looked = (since: string | null, count: number | null) => {
    const look = new LastLook({ count: async () => count ?? 0 });
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
});
