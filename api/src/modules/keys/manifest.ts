import type { ModuleManifest } from '../../platform/manifest.ts';

export const manifest = {
  name: 'keys',
  folders: ['modules/keys', 'platform/sealed'],
  permissions: { 'key:manage': { zh: '保管密钥', en: 'Keep the keys', undivided: true } },
  grants: { 'key-custodian': ['key:manage@all'] },
  dutyConflicts: [
    {
      id: 'keys-reveal',
      duties: ['key:manage', 'person:reveal'],
      why: {
        zh: '密钥保管与敏感信息查看不得由同一人承担',
        en: 'The key custodian would open what the keys protect.',
      },
    },
    {
      id: 'accounts-keys',
      duties: ['user:manage', 'key:manage'],
      why: {
        zh: '账号管理与密钥保管不得由同一人承担',
        en: 'The account that creates accounts would hold the keys, too.',
      },
    },
    {
      id: 'roles-keys',
      duties: ['role:manage', 'key:manage'],
      why: {
        zh: '角色授权与密钥保管不得由同一人承担',
        en: 'The account that grants rights would hold the keys, too.',
      },
    },
  ],
  problems: {
    'sealed.key-missing': [
      503,
      'Sensitive fields cannot be opened now',
      'Ask the keeper of the keys: "npm run keys -- status" says which key is missing.',
    ],
    'sealed.plain': [
      422,
      'The file is not the one that was stored',
      'It is plaintext where an encrypted file was stored: the store was tampered with. Restore it from a backup and investigate.',
    ],
    'sealed.damaged': [
      422,
      'What was encrypted cannot be opened',
      'It was changed outside of the system. Enter it again, or restore it from a backup.',
    ],
    'key.refused': [409, 'The keys cannot be changed like this', 'See /keys for how they are.'],
  },
  audit: {
    entities: { keyring: { zh: '密钥', en: 'key ring' } },
    actions: {
      rotate: { zh: '更换了密钥：', en: 'rotated the key of' },
      'rotate-done': { zh: '完成了密钥更换：', en: 'finished rotating the key of' },
      'hand-over': { zh: '移交了', en: 'handed over' },
    },
  },
  personColumns: {
    'key_custody.person_id': {
      what: { zh: '密钥保管', en: 'custody of keys' },
      merge: 'stays',
      why: { zh: '保管记录不可改动', en: 'The custody is never changed' },
    },
  },
  tables: ['data_key', 'key_custody'],
} as const satisfies ModuleManifest;
