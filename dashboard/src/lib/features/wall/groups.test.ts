import { expect, it } from 'vitest';
import type { Camera, Site } from '$lib/api/types.ts';
import { groupsOf, newGroupId, offered } from './groups.ts';

const name = (en: string) => ({ zh: en, en });
const camera = (id: string, site: string, floorPlan: string | null, areas: string[] = []): Camera =>
  ({
    id,
    site,
    floorPlan,
    zones: areas.map((area) => ({ id: area, name: name(`zone ${area}`), area })),
  }) as unknown as Camera;
const cameras = [
  camera('west', 'one', 'hall', ['cell']),
  camera('east', 'one', 'hall', ['cell', 'gate']),
  camera('yard', 'two', null),
];
const sites = [
  { id: 'one', name: name('Plant one'), floorPlans: [{ id: 'hall', name: name('Hall') }] },
] as unknown as Site[];
const own = [{ id: 'g1', name: 'Mine', cameras: ['yard', 'gone'] }];
const all = groupsOf({
  cameras,
  sites,
  own,
  areaName: (id) => (id === 'cell' ? name('Robot cell') : null),
});

it('are the own ones, and the places that cameras see', () => {
  const rows = all.map(({ token, name: { en }, cameras: of }) => [token, en, [...of].join()]);
  expect(rows).toEqual([
    ['own.g1', 'Mine', 'yard,gone'],
    ['site.one', 'Plant one', 'west,east'],
    // The account may not read the register of places: the id says which.
    ['site.two', 'two', 'yard'],
    ['plan.hall', 'Hall', 'west,east'],
    ['area.cell', 'Robot cell', 'west,east'],
    ['area.gate', 'zone gate', 'east'],
  ]);
});

it('are offered where they leave something out', () => {
  expect(offered(all, 3)).toEqual(all);
  const hall = groupsOf({ cameras: cameras.slice(0, 2), sites, own, areaName: () => null });
  expect(offered(hall, 2).map(({ token }) => token)).toEqual(['own.g1', 'area.gate']);
});

it('have ids that the API takes', () => {
  const ids = new Set(Array.from({ length: 100 }, newGroupId));
  expect(ids.size).toBe(100);
  for (const id of ids) expect(id).toMatch(/^[a-z0-9]{2,20}$/);
});
