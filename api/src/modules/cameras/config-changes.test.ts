import { describe, expect, it } from 'vitest';
import { configChanges } from './config-changes.ts';
import type { KnownCamera } from './stored.ts';

const config = {
  id: 'gate',
  name: { zh: '门', en: 'Gate' },
  analysisFps: 5,
  zones: [{ id: 'door', polygon: [[0, 0]] }],
  rules: [{ id: 'ppe', kind: 'missing-ppe', zone: 'door', items: ['helmet'] }],
} as unknown as KnownCamera;
const at = (changes: object, addressId = 'a') => ({
  config: { ...config, ...changes } as KnownCamera,
  addressId,
});

describe('the differences of two versions', () => {
  it('name what is another field by field, lists by the ids in them', () => {
    const after = at({
      name: { zh: '门', en: 'North gate' },
      area: 'yard',
      zones: [{ id: 'door', polygon: [[0, 1]] }],
      rules: [{ id: 'in', kind: 'zone-intrusion', zone: 'door' }],
    });
    expect(configChanges(at({}), after)).toEqual([
      { path: 'name.en', before: 'Gate', after: 'North gate' },
      { path: 'rules[ppe]', before: config.rules[0], after: null },
      {
        path: 'rules[in]',
        before: null,
        after: { id: 'in', kind: 'zone-intrusion', zone: 'door' },
      },
      { path: 'zones[door].polygon', before: [[0, 0]], after: [[0, 1]] },
      { path: 'area', before: null, after: 'yard' },
    ]);
  });

  it('say of an address that it is another one, and are none for the first version', () => {
    expect(configChanges(at({}), at({}, 'b'))).toEqual([
      { path: 'address', before: '***', after: '***' },
    ]);
    expect(configChanges(at({}), at({}))).toEqual([]);
    expect(configChanges(null, at({}))).toEqual([]);
  });
});
