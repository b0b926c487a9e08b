import { legalBases } from '../../platform/legal-bases.ts';
import type { ModuleManifest } from '../../platform/manifest.ts';
import { named, undivided, unknownProblem } from '../../platform/manifest-forms.ts';

export const manifest = {
  name: 'evidence-packs',
  feature: 'monitoring',
  facts: true,
  permissions: undivided({
    'evidence:export': ['导出证据包', 'Make packs of evidence, and download them'],
  }),
  grants: {
    'safety-officer': ['evidence:export@all'],
    'safety-head': ['evidence:export@all'],
  },
  dutyConflicts: [
    {
      id: 'device-manage-export',
      duties: ['device:manage', 'evidence:export'],
      why: {
        zh: '签发分析进程凭据的人可伪造证据，不得同时导出证据包',
        en: 'The person who gives out credentials of workers could make evidence and hand it out too.',
      },
    },
  ],
  problems: {
    'evidence-pack.unknown': unknownProblem('pack', '/incidents/{id}/packs'),
    'evidence-pack.not-ready': [
      409,
      'The pack is not there',
      'Wait until its state is ready; where it failed or was removed, make another one.',
    ],
    'evidence-pack.originals': [
      403,
      'Originals are given to those alone who may reveal evidence',
      'Make a pack without originals, or ask a person with the permission.',
    ],
    'evidence-pack.too-large': [
      422,
      'The pack would have more than 2 GiB',
      'Split the incident, and make a pack of each part.',
    ],
  },
  fields: {
    pack: ['证据包编号。', 'Id of the pack.'],
    originals: ['是否包含原始照片与录像。', 'Whether pictures and videos are in it as they are.'],
  },
  audit: {
    entities: named({ 'evidence-pack': ['证据包', 'pack of evidence'] }),
  },
  data: {
    policies: [
      {
        id: 'evidence-packs',
        name: { zh: '证据包', en: 'Packs of evidence' },
        purpose: {
          zh: '对外提供一起事件的全部证据',
          en: 'Handing out all evidence of an incident',
        },
        fields: {
          zh: ['抓拍', '录像', '事实', '结论', '审计日志', '签名'],
          en: ['snapshots', 'clips', 'facts', 'verdicts', 'lines of the audit log', 'signatures'],
        },
        classification: 'secret',
        personal: true,
        sensitive: true,
        legalBasis: legalBases.statutoryDuty,
        usedBy: ['safety-officer', 'safety-head'],
        retentionDays: 7,
        retentionSource: {
          zh: '企业规定：可随时重新生成',
          en: 'The company: one can be made again at any time',
        },
        certainty: 'own',
        storage: {
          zh: '证据库，AES-256-GCM 加密，密钥另存',
          en: 'Evidence store, encrypted by AES-256-GCM, keys kept apart',
        },
      },
    ],
    catalogue: [
      {
        entity: 'evidence-pack',
        name: { zh: '证据包', en: 'Pack of evidence' },
        table: 'evidence_pack',
        key: 'id',
        api: null,
        policy: 'evidence-packs',
        source: "'anshi'",
        changed: 'coalesce(finished_at, requested_at)',
        references: ['incident'],
      },
      {
        entity: 'evidence-pack-export',
        name: { zh: '证据包下载', en: 'Download of a pack of evidence' },
        table: 'evidence_pack_export',
        key: 'id',
        api: null,
        policy: 'evidence-packs',
        source: "'anshi'",
        changed: 'at',
        references: ['evidence-pack', 'incident', 'user'],
      },
    ],
  },
  records: { '/evidence-packs/:id': ['evidence_pack'] },
  tables: ['evidence_pack', 'evidence_pack_export'],
  published: ['evidence_pack'],
} as const satisfies ModuleManifest;
