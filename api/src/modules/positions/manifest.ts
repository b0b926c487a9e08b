import type { ModuleManifest } from '../../platform/manifest.ts';
import { unknownProblem, versionConflict } from '../../platform/manifest-forms.ts';

export const manifest = {
  name: 'positions',
  facts: true,
  seeds: true,
  feature: 'positioning',
  problems: {
    'reader-place.unknown': unknownProblem('reader', '/reader-places'),
    'reader-place.version-conflict': versionConflict('place of the reader'),
    'reader-place.source-taken': [
      409,
      'This source has a place already',
      'Change that one, or remove it first.',
    ],
    'reader-place.plan-unknown': [
      422,
      'There is no such floor plan',
      'Take the id of a floor plan of a site.',
    ],
    'reader-place.portal': [
      422,
      'A portal needs a field, and only a portal has an area',
      'Give its place and radius, or leave out isPortal and areaId.',
    ],
    'reader-place.area-unknown': [
      422,
      'There is no such area on this floor plan',
      'Take an active area of the floor plan.',
    ],
    'plan-reference.unknown': unknownProblem(
      'reference points of the floor plan',
      '/plan-references',
    ),
    'plan-reference.version-conflict': versionConflict('reference points'),
    'plan-reference.no-fit': [
      422,
      'The reference points do not fit the floor plan',
      'Correct the points that the detail names: three and more, apart from each other and not on one line.',
    ],
  },
  audit: {
    entities: {
      'reader-place': { zh: '读卡器位置', en: 'place of a reader' },
      'plan-reference': { zh: '平面图参考点', en: 'reference points of a floor plan' },
    },
  },
  data: {
    policies: [
      {
        id: 'badge-handles',
        name: { zh: '工牌当日代号', en: 'Handles of badges' },
        purpose: {
          zh: '让分析进程只以当日代号得知已同意人员的工牌位置，迟到的识别结果仍可对应',
          en: 'Workers know badges of people who agreed by a handle of the day alone; late statements can still be resolved',
        },
        fields: { zh: ['代号', '工牌绑定', '日期'], en: ['handle', 'binding of the badge', 'day'] },
        classification: 'secret',
        personal: true,
        sensitive: true,
        legalBasis: { zh: '单独同意（第二十九条）', en: 'Separate consent (PIPL 29)' },
        usedBy: [],
        retentionDays: 30,
        retentionSource: { zh: '《个人信息保护法》第十九条', en: 'PIPL article 19' },
        certainty: { rule: 'pipl-19' },
        storage: { zh: '数据库', en: 'Database' },
      },
    ],
    catalogue: [
      {
        entity: 'reader-place',
        name: { zh: '读卡器位置', en: 'Place of a reader' },
        table: 'reader_place',
        key: 'id',
        api: '/api/v1/reader-places',
        policy: null,
        source: "'anshi'",
        changed: 'updated_at',
        references: [],
      },
      {
        entity: 'plan-reference',
        name: { zh: '平面图参考点', en: 'Reference points of a floor plan' },
        table: 'plan_reference',
        key: 'floor_plan',
        api: '/api/v1/plan-references',
        policy: null,
        source: "'anshi'",
        changed: 'updated_at',
        references: [],
      },
    ],
  },
  records: { '/reader-places/:id': ['reader_place'] },
  tables: ['badge_handle', 'reader_place', 'plan_reference'],
  // Which binding a candidate of a violation was found by.
  published: ['badge_handle'],
} as const satisfies ModuleManifest;
