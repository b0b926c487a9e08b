import { expect, it } from 'vitest';
import { wallSetting } from './wall-setting.ts';

const usual = { layout: null, overlays: true };
const group = (n: number) => ({ id: `g${n}`, name: '仓库', cameras: ['hall-west'] });
const takes = (value: object): boolean => wallSetting.safeParse({ ...usual, ...value }).success;

it('takes the values of earlier versions and all that the wall has', () => {
  expect(takes({})).toBe(true);
  for (const layout of [null, 1, 4, 9, 16, 25, 36, '1+5', '1+7']) {
    expect([layout, takes({ layout })]).toEqual([layout, true]);
  }
  for (const patrol of [5, 10, 20, 30, 60]) expect(takes({ patrol })).toBe(true);
  for (const rest of [true, false]) expect(takes({ rest })).toBe(true);
  const groups = Array.from({ length: 20 }, (_, n) => group(n));
  expect(takes({ order: ['hall-west', 'aisle'], groups })).toBe(true);
});

it('refuses what the wall does not have', () => {
  for (const layout of [2, 49, '1+6', '9']) expect(takes({ layout })).toBe(false);
  for (const patrol of [0, 1, 7, '5']) expect(takes({ patrol })).toBe(false);
  expect(takes({ rest: 'sometimes' })).toBe(false);
  const groups = Array.from({ length: 21 }, (_, n) => group(n));
  const wrong = [
    { groups },
    { groups: [{ ...group(1), name: ' ' }] },
    { groups: [{ ...group(1), name: 'n'.repeat(41) }] },
    { groups: [{ ...group(1), id: '<b>' }] },
    { groups: [{ ...group(1), more: 1 }] },
    { order: ['../x'] },
    { order: Array.from({ length: 1_001 }, (_, n) => `c${n}`) },
    { more: 1 },
  ];
  for (const value of wrong) expect(takes(value)).toBe(false);
});
