import { legalBases } from '../../platform/legal-bases.ts';
import type { ModuleManifest } from '../../platform/manifest.ts';

export const manifest = {
  name: 'ingest',
  partOf: 'violations',
  facts: true,
  problems: {
    'evidence.unknown': [
      404,
      'There is no such evidence',
      'A clip follows its violation by seconds.',
    ],
    'evidence.digest': [
      422,
      'The bytes do not have the digest in the address',
      'Send the file again, with the SHA-256 of its bytes in the address.',
    ],
    'evidence.content': [
      422,
      'The bytes are not what the content type says',
      'Send a JPEG picture, an MP4 video or JSON, each with its own content type.',
    ],
    'evidence.too-large': [413, 'The file of evidence is too large', 'Send a shorter clip.'],
    'evidence.no-space': [
      507,
      'The disk of the evidence store is full',
      'Free space in ANSHI_DATA_DIR or give it a larger disk; workers send again by themselves.',
    ],
    'evidence.purged': [
      410,
      'The file was removed at the end of its term',
      'Its record stays; the proof of the removal is at /privacy/purges.',
    ],
  },
  data: {
    policies: [
      {
        id: 'violation-evidence',
        name: { zh: '违章照片与视频', en: 'Pictures and video of violations' },
        purpose: { zh: '违章审核、整改与培训', en: 'Review, rectification and training' },
        fields: {
          zh: ['抓拍', '录像', '二者的人脸模糊版', '检测框'],
          en: ['snapshot', 'clip', 'both with blurred faces', 'boxes'],
        },
        classification: 'secret',
        personal: true,
        sensitive: true,
        legalBasis: legalBases.statutoryDuty,
        usedBy: [
          'worker',
          'team-leader',
          'head',
          'manager',
          'safety-officer',
          'safety-head',
          'operator',
        ],
        retentionDays: 365,
        retentionSource: {
          zh: '企业规定；GB 30871-2022 附录 B.3 要求特殊作业视频至少一个月',
          en: 'The company; GB 30871-2022 B.3 asks for one month at least of special work',
        },
        certainty: 'own',
        storage: {
          zh: '证据库，AES-256-GCM 加密，密钥另存',
          en: 'Evidence store, encrypted by AES-256-GCM, keys kept apart',
        },
      },
      {
        id: 'violation-events',
        name: { zh: '违章事件接收记录', en: 'Which events of violations were taken' },
        purpose: { zh: '防止重复入库', en: 'Taking each event once' },
        fields: {
          zh: ['来源', '事件编号', '时间'],
          en: ['source', 'event id', 'time'],
        },
        classification: 'internal',
        personal: false,
        sensitive: false,
        legalBasis: { zh: '非个人信息', en: 'Not personal data' },
        usedBy: ['admin'],
        retentionDays: 90,
        retentionSource: { zh: '企业规定', en: 'The company' },
        certainty: 'own',
        storage: { zh: '数据库', en: 'Database' },
      },
    ],
  },
  tables: ['evidence', 'violation_event_inbox', 'violation_signature'],
  published: ['violation_signature'],
} as const satisfies ModuleManifest;
