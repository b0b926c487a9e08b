import { cleanup, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import AreaForm from './AreaForm.svelte';

beforeEach(() => i18n.set('en'));
afterEach(cleanup);

const given = {
  area: null,
  departments: [],
  kinds: [],
  sites: [],
  taken: [],
  onclose: () => {},
  onsaved: () => {},
};
const sites = [
  { id: 'north', name: { zh: '北厂', en: 'North' }, floorPlans: [] },
  { id: 'south', name: { zh: '南厂', en: 'South' }, floorPlans: [] },
];

it('offers the first site also where the sites arrive after the form has opened', async () => {
  const { rerender } = render(AreaForm, given);
  const site = () => (screen.getByTestId('area-site') as HTMLSelectElement).value;
  expect(site()).toBe('');
  await rerender({ sites });
  expect(site()).toBe('north');
});
