import type { ModuleManifest } from '../../platform/manifest.ts';
import { named, unknownProblem, versionConflict } from '../../platform/manifest-forms.ts';
import { keptAsQualifications } from '../qualifications/manifest-policy.ts';

export const manifest = {
  name: 'practical-tests',
  seeds: true,
  facts: true,
  feature: 'qualifications',
  problems: {
    'practical-test.unknown': unknownProblem('practical test', '/persons/{id}/practical-tests'),
    'practical-test.version-conflict': versionConflict('practical test'),
    'practical-test.own': [
      403,
      'This is your own practical test',
      'Another person enters or revokes it.',
    ],
    'practical-test.future': [
      422,
      'The test lies in the future',
      'Enter it once it was passed; errors names the field.',
    ],
  },
  audit: {
    entities: named({ 'practical-test': ['实操考试', 'practical test'] }),
    actions: named({ 'practical-test-revoke': ['撤销了', 'revoked'] }),
  },
  data: {
    policies: [
      {
        id: 'practical-tests',
        name: { zh: '实操考试', en: 'Practical tests' },
        purpose: {
          zh: '核实离岗后是否重新通过实际操作考试',
          en: 'Knowing whether a practical test was passed after time off a trade',
        },
        fields: {
          zh: ['人员', '作业类别', '通过日期', '来源'],
          en: ['person', 'trade', 'day', 'source'],
        },
        ...keptAsQualifications,
      },
    ],
    catalogue: [
      {
        entity: 'practical-test',
        name: { zh: '实操考试', en: 'Practical test' },
        table: 'practical_test',
        key: 'id',
        api: '/api/v1/persons/{id}/practical-tests',
        policy: 'practical-tests',
        source: "'anshi'",
        changed: 'coalesce(revoked_at, created_at)',
        references: ['person'],
      },
    ],
  },
  records: {
    '/practical-tests/:id': ['practical_test'],
    '/persons/:id/practical-tests': ['person'],
  },
  personColumns: {
    'practical_test.person_id': {
      what: { zh: '实操考试', en: 'practical test' },
      merge: 'moves',
    },
  },
  tables: ['practical_test'],
} as const satisfies ModuleManifest;
