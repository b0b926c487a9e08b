import { screen } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import { confirm } from '$lib/ui/confirm.svelte.ts';
import { eventually } from '../../../test/eventually.ts';
import { idOf, review, show, useReview } from '../../../test/incident-review.ts';
import { IncidentClaims } from './claims.svelte.ts';
import type { Claim, claimsApi } from './claims-api.ts';

useReview();

describe('an incident that a colleague has claimed', () => {
  const colleague = { id: 'u2', displayName: { zh: '王芳', en: 'Wang Fang' } };
  const claim: Claim = {
    incident: idOf(60),
    kind: 'claim',
    by: colleague,
    from: null,
    since: '2026-11-25T06:00:00.000Z',
    until: '2099-11-25T06:10:00.000Z',
  };

  async function claimed() {
    const claims = new IncidentClaims({
      me: () => 'u1',
      api: { list: async () => ({ items: [claim] }) } as unknown as typeof claimsApi,
    });
    await claims.load();
    const user = await show(60, { claims });
    await screen.findByTestId('claim-line');
    return user;
  }

  it('says who has it, in the list and above the evidence', async () => {
    await claimed();
    expect(screen.getByTestId('claim-line').textContent).toContain('Wang Fang is looking at it');
    expect(screen.getByTestId('claim-mark').textContent).toContain('WF');
  });

  it('is decided only by one who says so', async () => {
    const ask = vi.spyOn(confirm, 'ask').mockResolvedValueOnce(null).mockResolvedValueOnce('');
    const user = await claimed();
    await user.keyboard('c');
    await eventually(() => expect(ask).toHaveBeenCalledTimes(1));
    expect(ask.mock.calls[0]?.[0].title).toBe('Wang Fang is looking at it');
    expect(review.singles).toEqual([]);
    await user.keyboard('c');
    await eventually(() => expect(review.singles).toHaveLength(1));
    expect(review.singles[0]).toMatchObject({ decision: 'confirm', despiteClaim: true });
  });

  it('is asked for among several, too', async () => {
    const ask = vi.spyOn(confirm, 'ask').mockResolvedValueOnce('');
    const user = await claimed();
    await user.keyboard('{Shift>}j{/Shift}c');
    await eventually(() => expect(review.sent).toHaveLength(1));
    expect(ask.mock.calls[0]?.[0].title).toBe('1 of them is looked at by a colleague');
    expect(review.sent[0]?.incidents).toEqual([
      { id: idOf(60), version: 1, despiteClaim: true },
      { id: idOf(50), version: 1 },
    ]);
  });
});
