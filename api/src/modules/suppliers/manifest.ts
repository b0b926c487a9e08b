import type { ModuleManifest } from '../../platform/manifest.ts';
import {
  named,
  undivided,
  unknownProblem,
  versionConflict,
} from '../../platform/manifest-forms.ts';
import { dictionaries, inPresets } from './manifest-dictionaries.ts';

export const manifest = {
  name: 'suppliers',
  seeds: true,
  feature: {
    id: 'suppliers',
    name: { zh: '供应商管理', en: 'Suppliers' },
    description: {
      zh: '供应商与危废处置单位的资质、来料检测与放行',
      en: 'Qualifications of suppliers and waste disposers, tests and release of deliveries',
    },
    presets: inPresets,
  },
  permissions: undivided({
    'supplier:read': ['查看供应商', 'See suppliers'],
    'supplier:manage': ['维护供应商与资质', 'Manage suppliers and their qualifications'],
    'supplier:approve': ['准入、暂停与禁用供应商', 'Approve, suspend and block suppliers'],
    'supplier:test': ['登记来料与检测结果', 'Enter deliveries and test results'],
    'supplier:release': ['放行或拒收来料', 'Release or reject deliveries'],
    'supplier:dispose': ['登记危废转移', 'Enter transfers of hazardous waste'],
  }),
  grants: {
    manager: ['supplier:read@all'],
    'safety-officer': ['supplier:read@all', 'supplier:approve@all'],
    'safety-head': ['supplier:read@all', 'supplier:approve@all'],
    purchasing: ['supplier:read@all', 'supplier:manage@all', 'supplier:test@all'],
    warehouse: ['supplier:read@all', 'supplier:release@all'],
    environment: ['supplier:read@all', 'supplier:dispose@all'],
    auditor: ['supplier:read@all'],
  },
  dutyConflicts: [
    {
      id: 'supplier-manage-approve',
      duties: ['supplier:manage', 'supplier:approve'],
      why: {
        zh: '供应商维护与准入审批不得由同一人承担',
        en: 'The person who enters a supplier and its papers would approve it too.',
      },
    },
    {
      id: 'supplier-test-release',
      duties: ['supplier:test', 'supplier:release'],
      why: {
        zh: '来料检测登记与放行不得由同一人承担',
        en: 'The person who enters the results of a delivery would release it too.',
      },
    },
  ],
  problems: {
    'supplier.unknown': unknownProblem('supplier', '/suppliers'),
    'supplier.version-conflict': versionConflict('record'),
    'supplier.lot-unknown': unknownProblem('delivery', '/supplier-lots'),
    'supplier.code-taken': [
      409,
      'A supplier with this credit code is there already',
      'Open that one; a company is entered once.',
    ],
    'supplier.word-unknown': [
      422,
      'There is no such kind',
      'Take one of the dictionaries supplier-kind and supplier-qualification that is active.',
    ],
    'supplier.not-cleared': [
      409,
      'The supplier is not cleared for this',
      'Cure what reasons names, and try again.',
    ],
    'supplier.lot-taken': [
      409,
      'The supplier has a delivery with this number already',
      'Add the results to that one.',
    ],
    'supplier.lot-decided': [
      409,
      'The delivery is released or rejected already',
      'Nothing is added to it; enter a new delivery.',
    ],
    'supplier.same-hand': [
      403,
      'The results are your own',
      'Someone who entered none of the results has to release the delivery.',
    ],
  },
  fields: {
    creditCode: 'Unified social credit code (GB 32100).',
    kindName: 'The word of the dictionary.',
    nextExpiry: 'The nearest end of a qualification.',
    contact: 'The person to ask for.',
    qualifications: 'Licences and certificates.',
    cleared: 'Whether nothing speaks against it.',
    quantity: 'How much, in `unit`.',
    manifestNo: 'Number of the transfer manifest.',
    handedOn: 'The day on which the waste was handed over.',
    supplier: 'The supplier.',
    product: 'What was delivered.',
    deliveredOn: 'The day of the delivery.',
    results: 'Test results; the newest of each item counts.',
    item: 'What was measured.',
    lower: 'The lowest value that passes; null where there is none.',
    upper: 'The highest value that passes; null where there is none.',
    method: 'The method of the test, such as a standard.',
    passed: 'Whether the value lies within its limits.',
    issuer: 'The authority that issued it.',
    validFrom: 'The first day on which it counts.',
    validUntil: 'The last day on which it counts; null where it has no end.',
    wastes: 'Categories of hazardous waste that it covers.',
    revoked: 'Whether it was revoked or withdrawn.',
    all: 'How many there are.',
    soon: 'How many end within 60 days.',
    expired: 'How many have ended.',
    candidates: 'How many wait for approval.',
  },
  noticeKinds: {
    'supplier.expiry': {
      zh: '供应商资质到期',
      en: 'A qualification of a supplier ends',
      channels: 'work',
      link: '/suppliers/:id',
    },
  },
  audit: {
    entities: named({
      supplier: ['供应商', 'supplier'],
      'supplier-qualification': ['供应商资质', 'qualification of a supplier'],
      'supplier-lot': ['来料批次', 'delivery'],
      'supplier-disposal': ['危废转移', 'transfer of hazardous waste'],
    }),
    actions: named({
      'clearance-refused': ['未通过准入核验：', 'was refused by the clearance of'],
      release: ['放行了', 'released'],
      reject: ['拒收了', 'rejected'],
      'set-status': ['变更了准入状态：', 'set the status of'],
    }),
  },
  dictionaries,
  data: {
    policies: [
      {
        id: 'supplier-records',
        name: { zh: '供应商资质与来料记录', en: 'Records of suppliers and deliveries' },
        purpose: { zh: '供应链安全管控', en: 'Safety of the supply chain' },
        fields: ['company', 'contact', 'qualification', 'test result', 'transfer of waste'],
        classification: 'internal',
        personal: true,
        sensitive: false,
        legalBasis: {
          zh: '履行法定职责或法定义务所必需（第十三条第三项）',
          en: 'Needed for a duty by law (PIPL 13(3))',
        },
        usedBy: ['purchasing', 'warehouse', 'environment', 'safety-officer'],
        retentionDays: null,
        retentionSource: {
          zh: '企业规定：随合作关系保存',
          en: 'The company: as long as the business relation and its records',
        },
        certainty: 'own',
        storage: { zh: '数据库', en: 'Database' },
      },
    ],
    catalogue: [
      {
        entity: 'supplier',
        name: { zh: '供应商', en: 'Supplier' },
        table: 'supplier',
        key: 'id',
        api: '/api/v1/suppliers',
        policy: 'supplier-records',
        source: "'anshi'",
        changed: 'created_at',
        references: [],
      },
    ],
  },
  records: {
    '/suppliers/:id': ['supplier'],
    '/suppliers/:id/qualifications/:qualification': ['supplier', 'supplier_qualification'],
    '/supplier-lots/:id': ['supplier_lot'],
  },
  tables: ['supplier', 'supplier_qualification', 'supplier_lot', 'supplier_disposal'],
} as const satisfies ModuleManifest;
