import { expect, it } from 'vitest';
import { manifests } from '../modules/manifests.ts';
import { manifestFaults } from './check-manifests.ts';
import type { ModuleManifest } from './manifest.ts';

const words = { zh: '测试', en: 'Test' };

it('the manifests of the program are consistent', () => {
  expect(manifestFaults()).toEqual([]);
});

it('what the register of data says is collected is as short as its answer allows', () => {
  const long = manifests
    .flatMap(({ data }) => data?.policies ?? [])
    .flatMap(({ id, fields }) => [...fields.zh, ...fields.en].map((word) => ({ id, word })))
    .filter(({ word }) => word.length > 64);
  expect(long).toEqual([]);
});

const faulty: [what: string, manifests: ModuleManifest[], fault: string][] = [
  [
    'a permission that no seed role has',
    [{ name: 'lots', permissions: { 'lot:read': words } }],
    'lots: nobody has the permission "lot:read"; give it to a seed role in grants',
  ],
  [
    'a grant of a permission that no module declares',
    [{ name: 'lots', grants: { worker: ['lot:read@own'] } }],
    'lots: grants of worker name the unknown permission "lot:read"',
  ],
  [
    'a narrow grant of a permission that is not divided',
    [
      {
        name: 'lots',
        permissions: { 'lot:read': { ...words, undivided: true } },
        grants: { worker: ['lot:read@own'] },
      },
    ],
    'lots: lot:read@own of worker is undivided; grant it for all',
  ],
  [
    'a feature that no module declares',
    [{ name: 'lots', feature: 'stock' }],
    'lots: no manifest declares the feature "stock"',
  ],
  [
    'a feature that depends on one that does not exist',
    [{ name: 'lots', feature: { id: 'lots', name: words, description: words, dependsOn: ['x'] } }],
    'lots: its feature depends on "x", which no manifest declares',
  ],
  [
    'a duty conflict about an unknown permission',
    [{ name: 'lots', dutyConflicts: [{ id: 'a', duties: ['lot:read', 'lot:sell'], why: words }] }],
    'lots: the duty conflict "a" names the unknown permission "lot:read"',
  ],
  [
    'a live topic that does not say who may hear it',
    [{ name: 'lots', liveTopics: { lots: { permission: 'lot:read' } } }],
    'lots: the live topic "lots" names the unknown permission "lot:read"',
  ],
  [
    'a table with two owners',
    [
      { name: 'lots', tables: ['lot'] },
      { name: 'stock', tables: ['lot'] },
    ],
    'stock: the table "lot" is declared by lots too; keep one of them',
  ],
  [
    'a catalogue entry about the table of another module',
    [
      {
        name: 'lots',
        data: {
          catalogue: [
            {
              entity: 'lot',
              name: words,
              table: 'person',
              key: 'id',
              api: null,
              policy: null,
              source: "'anshi'",
              changed: null,
              references: [],
            },
          ],
        },
      },
    ],
    'lots: the catalogue entry "lot" lies in person, which is not a table of it',
  ],
];

it.each(faulty)('reports %s', (_what, manifests, fault) => {
  expect(manifestFaults(manifests)).toContain(fault);
});
