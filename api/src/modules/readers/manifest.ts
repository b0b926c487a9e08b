import type { ModuleManifest } from '../../platform/manifest.ts';
import { named, unknownProblem, versionConflict } from '../../platform/manifest-forms.ts';

export const manifest = {
  name: 'readers',
  seeds: true,
  feature: 'positioning',
  problems: {
    'reader.unknown': unknownProblem('reader', '/readers'),
    'reader.version-conflict': versionConflict('reader'),
    'reader.name-taken': [
      409,
      'A reader of this name is registered already',
      'Change that one, or take another name.',
    ],
  },
  fields: {
    readsPerMinute: [
      '最近一分钟的读取次数（本进程）。',
      'How often it read or located a badge within the last minute, as the asked process of the API counted.',
    ],
    lastReadAt: ['最近一次读取；从未读取为 null。', 'When it read last; null for never.'],
  },
  audit: { entities: named({ reader: ['定位读写器', 'reader of badges'] }) },
  data: {
    policies: [
      {
        id: 'position-readers',
        name: { zh: '定位读写器', en: 'Readers of badges' },
        purpose: {
          zh: '登记位置数据的来源及其状态',
          en: 'Knowing which devices positions come from, and how they are',
        },
        fields: {
          zh: ['名称', '类型', '备注', '最近读取', '被拒次数'],
          en: ['name', 'kind', 'note', 'last read', 'refusals'],
        },
        classification: 'internal',
        personal: false,
        sensitive: false,
        legalBasis: { zh: '非个人信息', en: 'Not personal data' },
        usedBy: ['admin'],
        retentionDays: null,
        retentionSource: { zh: '企业规定：长期保存', en: 'The company: kept' },
        certainty: 'own',
        storage: { zh: '数据库', en: 'Database' },
      },
    ],
    catalogue: [
      {
        entity: 'reader',
        name: { zh: '定位读写器', en: 'Reader of badges' },
        table: 'position_reader',
        key: 'id',
        api: '/api/v1/readers',
        policy: 'position-readers',
        source: "'anshi'",
        changed: 'created_at',
        references: [],
      },
    ],
  },
  records: { '/readers/:id': ['position_reader'] },
  tables: ['position_reader'],
} as const satisfies ModuleManifest;
