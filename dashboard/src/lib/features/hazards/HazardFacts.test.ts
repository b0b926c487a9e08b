import { cleanup, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { hazardOf } from '../../../test/hazard.ts';
import HazardFacts from './HazardFacts.svelte';

const both = (en: string) => ({ zh: en, en });
const reporter = { id: 'u1', displayName: both('Ann') };

beforeEach(() => i18n.set('en'));
afterEach(cleanup);

describe('whom a hazard is with', () => {
  const shown = (part: Parameters<typeof hazardOf>[1]) => {
    cleanup();
    render(HazardFacts, { hazard: hazardOf(1, part) });
    const { assignees } = i18n.t.hazards;
    return screen.getByText(assignees).nextElementSibling?.textContent?.trim();
  };

  it('is said to be hidden where the reader may not know, and not to be nobody', () => {
    const { hidden, notAssigned } = i18n.t.hazards;
    expect(shown({ assignees: [] })).toBe(hidden);
    expect(shown({ assignees: [], reporter })).toBe(notAssigned);
    expect(shown({ assignees: [], closedAt: '2026-11-26T06:00:00.000Z' })).toBe(notAssigned);
    expect(shown({ assignees: [{ id: 'u2', displayName: both('Bo') }] })).toBe('Bo');
  });
});
