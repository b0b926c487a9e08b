import { legalBases } from '../../platform/legal-bases.ts';
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
    'supplier:limit': ['设定检测限值', 'Set the limits of tests'],
    'supplier:test': ['登记来料与检测结果', 'Enter deliveries and test results'],
    'supplier:release': ['放行或拒收来料', 'Release or reject deliveries'],
    'supplier:dispose': ['登记危废转移', 'Enter transfers of hazardous waste'],
  }),
  grants: {
    manager: ['supplier:read@all'],
    'safety-officer': ['supplier:read@all', 'supplier:approve@all', 'supplier:limit@all'],
    'safety-head': ['supplier:read@all', 'supplier:approve@all', 'supplier:limit@all'],
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
      id: 'supplier-test-limit',
      duties: ['supplier:test', 'supplier:limit'],
      why: {
        zh: '检测限值设定与检测结果登记不得由同一人承担',
        en: 'The person who enters results would decide what passes.',
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
    {
      id: 'supplier-limit-release',
      duties: ['supplier:limit', 'supplier:release'],
      why: {
        zh: '检测限值设定与来料放行不得由同一人承担',
        en: 'The person who releases a delivery would decide what passes.',
      },
    },
  ],
  problems: {
    'supplier.unknown': unknownProblem('supplier', '/suppliers'),
    'supplier.version-conflict': versionConflict('record'),
    'supplier.lot-unknown': unknownProblem('delivery', '/supplier-lots'),
    'supplier.limit-unknown': unknownProblem('limit', '/supplier-limits'),
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
      'You entered this yourself, or set a limit that it is held against',
      'Someone who entered none of it and set no such limit has to confirm, approve or release it.',
    ],
    'supplier.renewal-needed': [
      409,
      'This qualification counts for an approved supplier',
      'Enter the renewed one as a new qualification; it counts once it is confirmed.',
    ],
    'supplier.reason-needed': [
      409,
      'A test of this delivery failed, and was repeated or its limit was changed since',
      'Give the reason why the delivery is released all the same.',
    ],
  },
  fields: {
    supplier: ['供应商。', 'The supplier.'],
    qualification: ['资质编号。', 'Id of the qualification.'],
    expiry: ['最早到期的资质有多近。', 'How near the first end of a qualification is.'],
    wastes: ['资质涵盖的危险废物。', 'Hazardous waste that it covers.'],
    revoked: ['是否已吊销或撤回。', 'Whether it was revoked or withdrawn.'],
    product: ['交付的产品。', 'What was delivered.'],
    results: ['检测结果；每项以最新的为准。', 'Test results; the newest of each item counts.'],
  },
  noticeKinds: {
    'supplier.expiry': {
      zh: '供应商资质到期',
      en: 'A qualification of a supplier ends',
      channels: 'work',
      link: '/obligations/:id',
    },
    'supplier.contract': {
      zh: '供应商合同到期',
      en: 'The contract with a supplier ends',
      channels: 'work',
      link: '/obligations/:id',
    },
    'supplier.confirmation': {
      zh: '供应商资质待确认',
      en: 'A qualification of a supplier waits for confirmation',
      channels: 'work',
      link: '/suppliers/:id',
    },
  },
  obligations: {
    'supplier-certificate': {
      zh: '供应商资质到期',
      en: 'Qualification of a supplier',
      subject: 'supplier',
      link: '/suppliers/:id',
      notice: 'supplier.expiry',
      lead: { n: 60, unit: 'days' },
      escalate: 7,
      read: 'supplier:read',
      tell: { to: 'supplier:manage', escalateTo: 'supplier:approve' },
      steps: {
        upcoming: {
          severity: 'info',
          title: { zh: '{name}：{detail}将到期', en: '{name}: {detail} ends soon' },
          body: {
            zh: '有效期至 {due}。请联系供应商更新资质。',
            en: 'Valid until {due}. Ask the supplier for the renewed one.',
          },
        },
        overdue: {
          severity: 'warning',
          title: { zh: '{name}：{detail}已到期', en: '{name}: {detail} has ended' },
          body: {
            zh: '有效期至 {due}。到期期间不得采购。',
            en: 'Valid until {due}. Nothing is bought from it until it is renewed.',
          },
        },
        escalated: {
          severity: 'warning',
          title: { zh: '{name}：{detail}仍未更新', en: '{name}: {detail} is still not renewed' },
          body: {
            zh: '已于 {due} 到期。请更新资质，或暂停该供应商。',
            en: 'It ended on {due}. Have it renewed, or suspend the supplier.',
          },
        },
      },
      doing: {
        zh: '在供应商页面登记更新后的资质并确认。',
        en: 'Enter the renewed qualification on the page of the supplier, and confirm it.',
      },
    },
    'supplier-contract': {
      zh: '供应商合同到期',
      en: 'Contract with a supplier',
      subject: 'supplier',
      link: '/suppliers/:id',
      notice: 'supplier.contract',
      lead: { n: 30, unit: 'days' },
      escalate: 7,
      read: 'supplier:read',
      tell: { to: 'supplier:manage', escalateTo: 'supplier:approve' },
      steps: {
        upcoming: {
          severity: 'info',
          title: { zh: '{name}：合同将到期', en: '{name}: the contract ends soon' },
          body: {
            zh: '合同至 {due}。不续签的，其人员此后不得上岗。',
            en: 'The contract lasts until {due}. Unless it is renewed, its people may not work after that day.',
          },
        },
        overdue: {
          severity: 'warning',
          title: { zh: '{name}：合同已到期', en: '{name}: the contract has ended' },
          body: {
            zh: '合同至 {due}。其人员现在一律不得上岗。',
            en: 'The contract lasted until {due}. Its people may not work now.',
          },
        },
        escalated: {
          severity: 'warning',
          title: { zh: '{name}：合同仍未续签', en: '{name}: the contract is still not renewed' },
          body: {
            zh: '合同已于 {due} 到期。请登记续签后的到期日，或禁用该供应商。',
            en: 'It ended on {due}. Enter the day of the renewed contract, or block the supplier.',
          },
        },
      },
      doing: {
        zh: '在供应商页面修改“合同到期日”。',
        en: 'Change “Contract until” on the page of the supplier.',
      },
    },
  },
  audit: {
    entities: named({
      supplier: ['供应商', 'supplier'],
      'supplier-qualification': ['供应商资质', 'qualification of a supplier'],
      'supplier-lot': ['来料批次', 'delivery'],
      'supplier-limit': ['检测限值', 'limit of a test'],
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
        fields: {
          zh: ['单位', '联系人', '资质', '检测结果', '危废转移'],
          en: ['company', 'contact', 'qualification', 'test result', 'transfer of waste'],
        },
        classification: 'internal',
        personal: true,
        sensitive: false,
        legalBasis: legalBases.statutoryDuty,
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
    '/supplier-limits/:id': ['supplier_limit'],
  },
  tables: [
    'supplier',
    'supplier_qualification',
    'supplier_lot',
    'supplier_limit',
    'supplier_disposal',
  ],
  // The company of a contractor.
  published: ['supplier'],
} as const satisfies ModuleManifest;
