import { cleanup, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { violationOf } from '../../../test/violation.ts';
import FilterBar from './FilterBar.svelte';
import {
  defaultFilters,
  type Filters,
  listQuery,
  matches,
  readFilters,
  writeFilters,
} from './filters.ts';

const now = Date.UTC(2026, 10, 25, 8, 0, 0);

describe('filters in the address', () => {
  it('round-trip', () => {
    const filters: Filters = {
      status: 'all',
      rule: 'line-crossing',
      camera: 'hall-west',
      period: 'custom',
      from: '2026-11-24T00:00:00.000Z',
      to: '2026-11-25T00:00:00.000Z',
      claim: 'free',
      opened: '2026-11-24T08:00:00.000Z',
      order: 'oldest',
    };
    expect(readFilters(new URLSearchParams(writeFilters(filters)))).toEqual(filters);
    expect(writeFilters(defaultFilters)).toBe('');
  });

  it('fall back to the default where they are invalid', () => {
    const query = new URLSearchParams('status=maybe&rule=dancing&period=century&from=yesterday');
    expect(readFilters(query)).toEqual(defaultFilters);
  });
});

describe('filters', () => {
  it('query the API only by set filters', () => {
    expect(listQuery(defaultFilters, now)).toEqual({ order: 'newest', status: 'pending' });
    expect(listQuery({ ...defaultFilters, status: 'all', period: '1h' }, now)).toEqual({
      order: 'newest',
      from: '2026-11-25T07:00:00.000Z',
    });
  });

  it('match a pushed violation as the API does', () => {
    const violation = violationOf(0);
    expect(matches(violation, defaultFilters, now)).toBe(true);
    expect(matches(violation, { ...defaultFilters, status: 'confirmed' }, now)).toBe(false);
    expect(matches(violation, { ...defaultFilters, camera: 'dock' }, now)).toBe(false);
    expect(matches(violation, { ...defaultFilters, period: '1h' }, now)).toBe(false);
    expect(matches(violation, { ...defaultFilters, period: '24h' }, now)).toBe(true);
    const until = { ...defaultFilters, period: 'custom' as const, to: '2026-11-25T05:00:00.000Z' };
    expect(matches(violation, until, now)).toBe(false);
  });
});

it('the rarer filters are folded until they are asked for, and open where one of them is set', async () => {
  const user = userEvent.setup();
  const view = render(FilterBar, { filters: defaultFilters, onchange: () => {}, claims: true });
  const rarer = () =>
    ['camera', 'period', 'order', 'claim'].filter((name) => screen.queryByTestId(`filter-${name}`));
  expect(screen.getByTestId('filter-status')).toBeTruthy();
  expect(rarer()).toEqual([]);
  await user.click(screen.getByTestId('filter-toggle'));
  expect(rarer()).toHaveLength(4);
  await user.click(screen.getByTestId('filter-toggle'));
  expect(rarer()).toEqual([]);
  // One that narrows the list is never hidden.
  await view.rerender({ filters: { ...defaultFilters, order: 'oldest' } });
  expect(rarer()).toHaveLength(4);
  expect(screen.queryByTestId('filter-toggle')).toBeNull();
  cleanup();
});
