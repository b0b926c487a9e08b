import { describe, expect, it } from 'vitest';
import { exampleRules } from './routing.ts';

const known = {
  departments: [
    { id: 'repair', kind: 'maintenance', active: true },
    { id: 'hse', kind: 'safety', active: true },
    { id: 'old-store', kind: 'warehouse', active: false },
  ],
  types: [
    { id: 'electrical', active: true },
    { id: 'chemical-leak', active: true },
    { id: 'fire', active: false },
    { id: 'vehicle', active: true },
  ],
};

describe('examples of routing rules', () => {
  it('[HAZ-04] are made of existing departments and types', () => {
    expect(exampleRules([], known).map((one) => [one.type, one.level, one.departmentId])).toEqual([
      ['electrical', null, 'repair'],
      [null, 'major', 'hse'],
    ]);
  });

  it('leave out existing rules, for any table', () => {
    const own = {
      type: 'electrical',
      level: null,
      areaId: null,
      departmentId: 'hse',
      assignee: null,
    };
    expect(exampleRules([own], known)).toHaveLength(1);
    expect(exampleRules(exampleRules([], known), known)).toEqual([]);
  });
});
