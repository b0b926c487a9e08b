import type { ModuleManifest } from '../../platform/manifest.ts';
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
  permissions: {
    'supplier:read': { zh: '查看供应商', en: 'See suppliers', undivided: true },
    'supplier:manage': {
      zh: '维护供应商与资质',
      en: 'Manage suppliers and their qualifications',
      undivided: true,
    },
    'supplier:approve': {
      zh: '准入、暂停与禁用供应商',
      en: 'Approve, suspend and block suppliers',
      undivided: true,
    },
    'supplier:test': {
      zh: '登记来料与检测结果',
      en: 'Enter deliveries and test results',
      undivided: true,
    },
    'supplier:release': {
      zh: '放行或拒收来料',
      en: 'Release or reject deliveries',
      undivided: true,
    },
    'supplier:dispose': {
      zh: '登记危废转移',
      en: 'Enter transfers of hazardous waste',
      undivided: true,
    },
  },
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
    'supplier.unknown': [404, 'There is no such supplier', 'Check the id against /suppliers.'],
    'supplier.code-taken': [
      409,
      'A supplier with this credit code is there already',
      'Open that one; a company is entered once.',
    ],
    'supplier.version-conflict': [
      409,
      'Someone else changed this meanwhile',
      'Look at the row in current, and change it again with its version.',
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
    'supplier.lot-unknown': [
      404,
      'There is no such delivery',
      'Check the id against /supplier-lots.',
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
    entities: {
      supplier: { zh: '供应商', en: 'supplier' },
      'supplier-qualification': { zh: '供应商资质', en: 'qualification of a supplier' },
      'supplier-lot': { zh: '来料批次', en: 'delivery' },
      'supplier-disposal': { zh: '危废转移', en: 'transfer of hazardous waste' },
    },
    actions: {
      'clearance-refused': { zh: '未通过准入核验：', en: 'was refused by the clearance of' },
      release: { zh: '放行了', en: 'released' },
      reject: { zh: '拒收了', en: 'rejected' },
      'set-status': { zh: '变更了准入状态：', en: 'set the status of' },
    },
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
