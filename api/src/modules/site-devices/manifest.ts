import type { ModuleManifest } from '../../platform/manifest.ts';
import {
  named,
  undivided,
  unknownProblem,
  versionConflict,
} from '../../platform/manifest-forms.ts';

export const manifest = {
  name: 'site-devices',
  seeds: true,
  feature: 'site-devices',
  permissions: undivided({
    'site-device:manage': ['登记现场设备', 'Manage the register of devices on site'],
  }),
  grants: { maintainer: ['site-device:manage@all'] },
  problems: {
    'site-device.unknown': unknownProblem('device on site', '/site-devices'),
    'site-device.version-conflict': versionConflict('device'),
    'site-device.name-taken': [
      409,
      'A device on site with this name on the bus is there already',
      'Open that one, or take another name.',
    ],
    'site-device.area-unknown': [
      422,
      'There is no such area',
      'Take one of /areas that is active.',
    ],
    'site-device.out-of-use': [
      409,
      'The device is out of use',
      'Put it into use again, or take another one.',
    ],
  },
  fields: {
    secondPerson: ['指令是否须双人确认。', 'Whether its commands need a second person.'],
  },
  audit: {
    entities: named({ 'site-device': ['现场设备', 'device on site'] }),
    actions: named({
      'set-second-person': ['变更了双人确认要求：', 'set the need of a second person of the'],
    }),
  },
  data: {
    policies: [
      {
        id: 'site-devices',
        name: { zh: '现场设备', en: 'Devices on site' },
        purpose: { zh: '管理可接收指令的现场设备', en: 'Knowing which devices take commands' },
        fields: {
          zh: ['名称', '类型', '区域', '双人确认'],
          en: ['name', 'kind', 'area', 'second person'],
        },
        classification: 'internal',
        personal: false,
        sensitive: false,
        legalBasis: { zh: '非个人信息', en: 'Not personal data' },
        usedBy: ['maintainer', 'operator', 'safety-officer'],
        retentionDays: null,
        retentionSource: { zh: '企业规定：长期保存', en: 'The company: kept' },
        certainty: 'own',
        storage: { zh: '数据库', en: 'Database' },
      },
    ],
    catalogue: [
      {
        entity: 'site-device',
        name: { zh: '现场设备', en: 'Device on site' },
        table: 'site_device',
        key: 'id',
        api: '/api/v1/site-devices',
        policy: 'site-devices',
        source: "'anshi'",
        changed: 'created_at',
        references: ['area'],
      },
    ],
  },
  records: { '/site-devices/:id': ['site_device'] },
  tables: ['site_device'],
  published: ['site_device'],
} as const satisfies ModuleManifest;
