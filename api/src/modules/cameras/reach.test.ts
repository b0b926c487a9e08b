import { expect, it } from 'vitest';
import type { Account } from '../../platform/access/account.ts';
import { areaOfCamera, createCameraReach } from './reach.ts';
import type { KnownCamera } from './stored.ts';

const camera = (id: string, given: { area?: string; zones?: (string | null)[]; site?: string }) =>
  ({
    id,
    site: given.site ?? 'plant-1',
    ...(given.area === undefined ? {} : { area: given.area }),
    zones: (given.zones ?? []).map((area, n) => ({
      id: `zone-${n}`,
      ...(area === null ? {} : { area }),
    })),
  }) as unknown as KnownCamera;
const cameras = [
  camera('named', { area: 'line', zones: ['gate'] }),
  camera('by-zones', { zones: ['line', 'cell', null] }),
  camera('of-two', { zones: ['line', 'gate'] }),
  camera('nowhere', {}),
  camera('unknown-area', { area: 'gone' }),
  camera('other-plant', { area: 'line', site: 'plant-2' }),
];
const areas = new Map([
  ['line', 'press'],
  ['cell', 'press'],
  ['gate', 'store'],
  ['yard', null],
]);
const reach = createCameraReach({ file: { cameras }, areas });
const account = (scope: string | null, more: Partial<Account> = {}) =>
  ({
    id: 'U1',
    person: 'P1',
    site: 'plant-1',
    departments: ['press'],
    permissions: new Map(scope === null ? [] : [['camera:read', scope]]),
    ...more,
  }) as unknown as Account;
const seen = (one: Account) =>
  [...cameras.map(({ id }) => id), 'not-configured'].filter((id) =>
    reach.isWithin(one, 'camera:read', id),
  );

it('a camera is reached by its site, or by the one department that it looks at', () => {
  expect(seen(account('all'))).toEqual([...cameras.map(({ id }) => id), 'not-configured']);
  expect(seen(account('site'))).toEqual(
    cameras.map(({ id }) => id).filter((id) => id !== 'other-plant'),
  );
  expect(seen(account('department'))).toEqual(['named', 'by-zones', 'other-plant']);
  expect(seen(account('department', { departments: ['store'] }))).toEqual([]);
});

it('no camera is of a person, of an account without a place, or of one without the permission', () => {
  expect(seen(account('own'))).toEqual([]);
  expect(seen(account('department', { departments: [] }))).toEqual([]);
  expect(seen(account('site', { site: null }))).toEqual([]);
  expect(seen(account(null))).toEqual([]);
});

it('what it saw is in the area of the zone, else in that of the camera', () => {
  expect(reach.areaOf('named', 'zone-0')).toBe('gate');
  expect(reach.areaOf('named', null)).toBe('line');
  expect(reach.areaOf('named', 'no-such-zone')).toBe('line');
  expect(reach.areaOf('by-zones', 'zone-1')).toBe('cell');
  // A zone without an area: the camera looks at one department.
  expect(reach.areaOf('by-zones', 'zone-2')).toBe('line');
  expect(reach.areaOf('of-two', 'zone-1')).toBe('gate');
  expect(reach.areaOf('of-two', null)).toBeNull();
  expect([reach.areaOf('nowhere', null), reach.areaOf('not-configured', null)]).toEqual([
    null,
    null,
  ]);
  const yard = camera('yard', { zones: ['yard'] });
  expect(areaOfCamera(yard, areas)).toBe('yard');
});
