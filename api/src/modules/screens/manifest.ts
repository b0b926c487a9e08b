import { legalBases } from '../../platform/legal-bases.ts';
import type { ModuleManifest } from '../../platform/manifest.ts';
import { named, unknownProblem, versionConflict } from '../../platform/manifest-forms.ts';

export const manifest = {
  name: 'screens',
  seeds: true,
  feature: 'monitoring',
  permissions: {
    'wall:manage': {
      zh: '管理监控墙的共享分组与大屏',
      en: 'Manage shared groups and screens of the camera wall',
    },
  },
  grants: { 'safety-head': ['wall:manage@all'], admin: ['wall:manage@all'] },
  problems: {
    'wall-group.unknown': unknownProblem('shared group', '/wall-groups'),
    'wall-group.version-conflict': versionConflict('shared group'),
    'wall-group.cameras': [
      422,
      'A camera is not one of the site',
      'Take cameras of the site of the group that you see.',
    ],
    'wall-group.other-site': [
      403,
      'The group is of a site out of your reach',
      'Ask the administrator of that site.',
    ],
    'wall-group.in-use': [
      409,
      'A screen shows this group',
      'Give the screen another group, or revoke it.',
    ],
    'wall-group.too-many': [409, 'There are 100 shared groups', 'Delete one first.'],
    'screen.unknown': unknownProblem('screen', '/screens'),
    'screen.version-conflict': versionConflict('screen'),
    'screen.revoked': [409, 'The screen was revoked', 'Pair it again.'],
    'screen.code': [
      422,
      'No screen shows this code now',
      'Read it from the screen again: a code holds for ten minutes and once.',
    ],
    'screen.too-many-tries': [429, 'Too many codes were wrong', 'Wait ten minutes.'],
    'screen.not-paired': [401, 'This screen is not paired', 'It shows a code to be confirmed.'],
    'screen.too-many': [
      429,
      'Too many codes wait to be confirmed',
      'Wait some minutes, and reload the page of the screen.',
    ],
  },
  fields: {
    cameras: [
      '摄像机编号，按在监控墙上的顺序。',
      'Ids of cameras of the site, in their order on the wall.',
    ],
    patrolSeconds: ['大屏每页显示的秒数。', 'How long a screen shows a page, s.'],
  },
  audit: {
    entities: named({
      'wall-group': ['监控墙共享分组', 'shared group of the wall'],
      screen: ['监控大屏', 'screen of the wall'],
    }),
    actions: named({
      pair: ['配对了', 'paired the'],
      'refuse-code': ['输入了错误的配对码', 'gave a wrong pairing code of a'],
    }),
  },
  data: {
    policies: [
      {
        id: 'screens',
        name: { zh: '监控大屏与共享分组', en: 'Screens of the wall, and shared groups' },
        purpose: {
          zh: '在大屏上显示指定摄像机，并可追溯何时由谁配对',
          en: 'Showing some cameras on a wall, and who paired which screen when',
        },
        fields: {
          zh: ['名称', '分组', '配对人与时间', '最近在线', '网络地址'],
          en: ['name', 'group', 'who paired it and when', 'last seen', 'network address'],
        },
        classification: 'internal',
        personal: true,
        sensitive: false,
        legalBasis: legalBases.statutoryDuty,
        usedBy: ['safety-head', 'admin'],
        retentionDays: null,
        retentionSource: { zh: '企业规定：长期保存', en: 'The company: kept' },
        certainty: 'own',
        storage: { zh: '数据库', en: 'Database' },
      },
    ],
    catalogue: [
      {
        entity: 'wall-group',
        name: { zh: '监控墙共享分组', en: 'Shared group of the wall' },
        table: 'wall_group',
        key: 'id',
        api: '/api/v1/wall-groups',
        policy: 'screens',
        source: "'anshi'",
        changed: 'updated_at',
        references: [],
      },
      {
        entity: 'screen',
        name: { zh: '监控大屏', en: 'Screen of the wall' },
        table: 'wall_screen',
        key: 'id',
        api: '/api/v1/screens',
        policy: 'screens',
        source: "'anshi'",
        changed: 'coalesce(revoked_at, last_seen_at)',
        references: ['wall-group', 'user'],
      },
      {
        entity: 'screen-pairing',
        name: { zh: '大屏配对码', en: 'Pairing code of a screen' },
        table: 'screen_pairing',
        key: 'id',
        api: null,
        policy: 'screens',
        source: "'anshi'",
        changed: 'expires_at',
        references: [],
      },
    ],
  },
  records: { '/wall-groups/:id': ['wall_group'], '/screens/:id': ['wall_screen'] },
  tables: ['wall_group', 'wall_screen', 'screen_pairing'],
  // The guard reads what a screen may see.
  published: ['wall_group', 'wall_screen'],
} as const satisfies ModuleManifest;
