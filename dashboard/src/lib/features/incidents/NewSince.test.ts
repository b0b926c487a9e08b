import { cleanup, fireEvent, screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { incidentOf } from '../../../test/incident.ts';
import { review, row, show, useReview } from '../../../test/incident-review.ts';
import { LastLook } from './last-look.svelte.ts';

useReview();

describe('what came since the last look', () => {
  const looked = (since: string | null, count: number) => {
    const look = new LastLook({ count: async () => count });
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

  it('is not mentioned where there is nothing, or where it was never looked at', async () => {
    for (const look of [looked(incidentOf(99).openedAt, 0), looked(null, 0)]) {
      await show(null, { look });
      expect(screen.queryByTestId('new-since')).toBeNull();
      expect(screen.queryByTestId('look-divider')).toBeNull();
      cleanup();
    }
  });
});
