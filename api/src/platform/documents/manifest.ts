import { legalBases } from '../legal-bases.ts';
import type { ModuleManifest } from '../manifest.ts';
import { named } from '../manifest-forms.ts';

export const manifest = {
  name: 'documents',
  folders: ['platform/documents'],
  problems: {
    'document.unknown': [
      404,
      'No document has this code',
      'Compare it with the document: it has four groups of five letters and digits.',
    ],
    'document.too-many': [
      429,
      'Too many codes were asked for from this address',
      'Try again after the seconds in the header retry-after.',
    ],
  },
  fields: { document: ['文件的验证码。', 'Verification code of the document.'] },
  audit: { entities: named({ document: ['文件', 'document'] }) },
  data: {
    policies: [
      {
        id: 'documents',
        name: { zh: '已签发文件的登记', en: 'Register of documents that were issued' },
        purpose: { zh: '查验文件的真伪', en: 'Checking whether a document is what was issued' },
        fields: {
          zh: ['验证码', '标题', '摘要', '签发人'],
          en: ['code', 'title', 'digest', 'issuer'],
        },
        classification: 'internal',
        personal: true,
        sensitive: false,
        legalBasis: legalBases.statutoryDuty,
        usedBy: ['safety-officer', 'safety-head'],
        retentionDays: null,
        retentionSource: {
          zh: '企业规定：文件可能多年后被查验',
          en: 'The company: a document may be checked years later',
        },
        certainty: 'own',
        storage: {
          zh: '数据库；不保存文件本身',
          en: 'Database; the documents themselves are not kept',
        },
      },
    ],
    catalogue: [
      {
        entity: 'document',
        name: { zh: '文件', en: 'Document' },
        table: 'document',
        key: 'code',
        api: null,
        policy: 'documents',
        source: "'anshi'",
        changed: 'coalesce(superseded_at, made_at)',
        references: [],
      },
    ],
  },
  tables: ['document'],
} as const satisfies ModuleManifest;
