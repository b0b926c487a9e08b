import type { ModuleManifest } from '../../platform/manifest.ts';

export const manifest = {
  name: 'devices',
  permissions: {
    'device:manage': {
      zh: '管理设备凭据',
      en: 'Manage the credentials of devices',
      undivided: true,
    },
  },
  grants: { admin: ['device:manage@all'] },
  dutyConflicts: [
    {
      id: 'device-manage-review',
      duties: ['device:manage', 'violation:review'],
      why: {
        zh: '签发分析进程凭据的人可伪造证据，不得同时审核违章',
        en: 'The person who gives out credentials of workers could make evidence and judge it too.',
      },
    },
    {
      id: 'device-manage-audit',
      duties: ['device:manage', 'audit:read'],
      why: {
        zh: '设备凭据的签发与审计不得由同一人承担',
        en: 'The person who gives out credentials would check their use too.',
      },
    },
  ],
  problems: {
    'device.refused': [
      401,
      'The credential of the device is not accepted',
      'Make or rotate it at /admin/devices and configure the device with it.',
    ],
    'device.wrong-kind': [
      403,
      'A device of this kind may not do this',
      'Use the credential of a device of the right kind.',
    ],
    'device.other-name': [
      403,
      'A device speaks for itself alone',
      'Name the device as its credential does, or use a gateway that speaks for it.',
    ],
    'device.unknown': [404, 'There is no such credential', 'Check the id against /devices.'],
    'device.name-taken': [
      409,
      'A device of this kind and name has a credential',
      'Rotate that one, or revoke it first.',
    ],
    'device.key-taken': [
      409,
      'The key id of this secret is in use',
      'Make a new secret for the worker: remove the file of its credential and start it again.',
    ],
    'device.too-many': [
      429,
      'Too many wrong secrets came from this address',
      'Correct the secret of the device, and try again after the seconds in the header retry-after.',
    ],
    'device.version-conflict': [
      409,
      'Someone else changed this credential meanwhile',
      'Reload it, and try again with its version.',
    ],
    'device.is-revoked': [409, 'The credential is revoked', 'Make a new one.'],
    'device.of-settings': [
      409,
      'The shared token is a setting',
      'It can be revoked here; its value is that of ANSHI_WORKER_TOKEN.',
    ],
    'device.evidence-key-refused': [
      409,
      'The key that signs evidence is not taken',
      'Remove evidence-key.pem of the worker and start it again: it makes another key.',
    ],
    'device.enrolled-before': [
      409,
      'A worker of this name has a credential already',
      'Rotate it at /admin/devices and set ANSHI_WORKER_SECRET at the worker.',
    ],
  },
  fields: {
    speaksFor: ['网关后面的设备名称。', 'Names of the devices behind a gateway.'],
    keyId: ['密钥的公开部分：anshi_<编号>_…。', 'The public part of the secret: anshi_<key id>_….'],
    oldUntil: [
      '旧密钥有效到何时；没有为 null。',
      'Until then the secret before counts too; null where there is none.',
    ],
    oldUsedAt: ['旧密钥最近使用的时间。', 'When the secret before was used last.'],
    origin: [
      '在页面生成、由分析进程登记，或来自设置。',
      'Made on the page, enrolled by the worker itself, or a setting.',
    ],
    firstUsedAt: [
      '首次使用时间；从未使用为 null。',
      'When it was used first; null where it never was.',
    ],
    lastUsedAt: ['最近使用的时间，精确到分钟。', 'When it was used last, to the minute.'],
    lastUsedFrom: ['最近使用时的来源地址。', 'The address that it was used from last.'],
    refusedCount: ['被拒绝的次数。', 'How often its use was refused.'],
    refusedReason: ['最近一次被拒绝的原因。', 'Why its use was refused last.'],
    neverUsed: ['从未使用的数量。', 'How many were never used.'],
    refusedLately: ['一天内被拒绝的数量。', 'How many were refused within a day.'],
    createdBy: [
      '生成凭据的账号；由分析进程自行登记为 null。',
      'Who made it; null where a worker enrolled.',
    ],
    rotatedAt: ['最近更换的时间；从未更换为 null。', 'When it was rotated last; null for never.'],
    revokedAt: ['吊销时间；未吊销为 null。', 'When it was revoked; null where it counts.'],
    revokedBy: ['吊销人。', 'Who revoked it.'],
    revokedReason: ['吊销原因。', 'Why it was revoked.'],
    liveKeys: [
      '分析进程用来核验实时画面许可的公钥。',
      'The public keys by which the worker checks grants of live views.',
    ],
  },
  noticeKinds: {
    'device.refused': {
      zh: '设备被拒绝',
      en: 'A device is refused',
      channels: 'usual',
      link: '/admin/devices?device=:id',
    },
    'device.unused': {
      zh: '设备凭据长期未用',
      en: 'A credential of a device is not used',
      channels: 'usual',
      link: '/admin/devices?device=:id',
    },
    'device.evidence-key': {
      zh: '分析进程更换了证据签名密钥',
      en: 'A worker signs evidence with another key',
      channels: 'usual',
      link: '/admin/devices?device=:id',
    },
    'device.enrolled': {
      zh: '分析进程登记',
      en: 'A worker enrolled',
      channels: 'usual',
      link: '/admin/devices?device=:id',
    },
  },
  audit: {
    entities: {
      'device-credential': { zh: '设备凭据', en: 'credential of a device' },
      'evidence-key': { zh: '证据签名密钥', en: 'key that signs evidence' },
    },
    actions: {
      'revoke-credential': { zh: '吊销了', en: 'revoked the' },
      enrol: { zh: '登记了', en: 'enrolled the' },
      'first-use': { zh: '首次收到使用：', en: 'saw the first use of the' },
      'use-refused': { zh: '拒绝了使用：', en: 'refused a use of the' },
    },
  },
  data: {
    policies: [
      {
        id: 'device-credentials',
        name: { zh: '设备凭据', en: 'Credentials of devices' },
        purpose: { zh: '识别上报数据的设备', en: 'Knowing which device sends data' },
        fields: {
          zh: ['类型', '名称', '密钥的摘要', '最近使用', '网络地址'],
          en: ['kind', 'name', 'hash of the secret', 'last use', 'address'],
        },
        classification: 'secret',
        personal: false,
        sensitive: false,
        legalBasis: { zh: '非个人信息', en: 'Not personal data' },
        usedBy: ['admin'],
        retentionDays: null,
        retentionSource: {
          zh: '企业规定：吊销后保留以备追溯',
          en: 'The company: kept after revocation, to trace what it sent',
        },
        certainty: 'own',
        storage: {
          zh: '数据库；仅存加盐散列，签名私钥加密存储',
          en: 'Database; secrets as salted hashes, signing keys sealed',
        },
      },
    ],
    catalogue: [
      {
        entity: 'device-credential',
        name: { zh: '设备凭据', en: 'Credential of a device' },
        table: 'device_credential',
        key: 'id',
        api: '/api/v1/devices',
        policy: 'device-credentials',
        source: "'anshi'",
        changed: 'coalesce(revoked_at, rotated_at, created_at)',
        references: [],
      },
      {
        entity: 'evidence-key',
        name: { zh: '证据签名密钥', en: 'Key that signs evidence' },
        table: 'evidence_key',
        key: 'id',
        api: null,
        policy: 'device-credentials',
        source: "'anshi'",
        changed: 'coalesce(revoked_at, retired_at, enrolled_at)',
        references: [],
      },
    ],
  },
  records: { '/devices/:id': ['device_credential'] },
  tables: ['device_credential', 'evidence_key'],
} as const satisfies ModuleManifest;
