import type { Database, Transaction } from '../../platform/db/database.ts';
import { seedPurposes } from '../consent/defaults.ts';
import { messagePolicies } from './defaults-messages.ts';
import {
  consentBasis,
  database,
  dutyBasis,
  none,
  type Policy,
  pipl,
  sealedDatabase,
  sealedFiles,
  workBasis,
} from './policy-words.ts';

/**
 * The register that a new tenant starts with. Where a law names a term, the source says which and
 * how sure it is; the rest is the company's to decide, with the shortest time that the purpose needs.
 */
const policies: Policy[] = [
  {
    id: 'location-history',
    name: { zh: '人员定位轨迹', en: 'Tracks of badges' },
    purpose: {
      zh: '危险区域预警、应急清点',
      en: 'Warnings in danger zones, counting in an emergency',
    },
    fields: ['badge', 'time', 'position', 'accuracy'],
    classification: 'secret',
    personal: true,
    sensitive: true,
    legalBasis: consentBasis,
    usedBy: ['safety-officer', 'operator'],
    retentionDays: 30,
    retentionSource: pipl('十九'),
    certainty: 'T',
    storage: database,
  },
  {
    id: 'violation-evidence',
    name: { zh: '违章照片与视频', en: 'Pictures and video of violations' },
    purpose: { zh: '违章审核、整改与培训', en: 'Review, rectification and training' },
    fields: ['snapshot', 'clip', 'boxes'],
    classification: 'secret',
    personal: true,
    sensitive: true,
    legalBasis: dutyBasis,
    usedBy: ['safety-officer', 'operator'],
    retentionDays: 365,
    retentionSource: {
      zh: '企业规定；GB 30871-2022 附录 B.3 要求特殊作业视频至少一个月',
      en: 'The company; GB 30871-2022 B.3 asks for one month at least of special work',
    },
    certainty: 'own',
    storage: sealedFiles,
  },
  {
    id: 'training-pictures',
    name: { zh: '训练图片', en: 'Pictures for training' },
    purpose: { zh: '改进识别模型', en: 'Improving the detectors' },
    fields: ['crop with the face blurred', 'boxes', 'verdict'],
    classification: 'secret',
    personal: true,
    sensitive: true,
    legalBasis: consentBasis,
    usedBy: ['safety-head'],
    retentionDays: 90,
    retentionSource: {
      zh: '企业规定：训练完成即删；可由审核结论重新生成',
      en: 'The company: removed once trained with; they can be made again from the verdicts',
    },
    certainty: 'own',
    storage: sealedFiles,
  },
  {
    id: 'violation-events',
    name: { zh: '违章事件接收记录', en: 'Which events of violations were taken' },
    purpose: { zh: '防止重复入库', en: 'Taking each event once' },
    fields: ['source', 'event id', 'time'],
    classification: 'internal',
    personal: false,
    sensitive: false,
    legalBasis: none,
    usedBy: ['admin'],
    retentionDays: 90,
    retentionSource: { zh: '企业规定', en: 'The company' },
    certainty: 'own',
    storage: database,
  },
  {
    id: 'violation-records',
    name: { zh: '违章记录与审核结论', en: 'Records of violations, with their verdicts' },
    purpose: { zh: '人员安全档案', en: 'Safety files of people' },
    fields: ['rule', 'camera', 'time', 'verdict', 'reviewer'],
    classification: 'internal',
    personal: true,
    sensitive: false,
    legalBasis: dutyBasis,
    usedBy: ['safety-officer', 'operator'],
    retentionDays: null,
    retentionSource: {
      zh: '企业规定：随安全档案保存；到期删除其影像',
      en: 'The company: as long as the safety file; its pictures go before',
    },
    certainty: 'own',
    storage: database,
  },
  {
    id: 'hazard-records',
    name: { zh: '事故隐患排查治理记录', en: 'Records of hazards and their rectification' },
    purpose: { zh: '隐患闭环治理', en: 'Closing hazards' },
    fields: ['reporter', 'place', 'text', 'photos', 'rectification'],
    classification: 'internal',
    personal: true,
    sensitive: false,
    legalBasis: dutyBasis,
    usedBy: ['safety-officer', 'manager'],
    retentionDays: null,
    retentionSource: {
      zh: '《安全生产法》第四十一条要求如实记录，未规定期限；企业规定长期保存',
      en: 'Work Safety Law 41 asks for true records and names no term; the company keeps them',
    },
    certainty: 'T',
    storage: database,
  },
  {
    id: 'person-file',
    name: { zh: '人员基本信息', en: 'Basic data of people' },
    purpose: { zh: '人员、岗位与资格管理', en: 'Managing people, posts and qualifications' },
    fields: ['name', 'employee number', 'department', 'post', 'dates'],
    classification: 'internal',
    personal: true,
    sensitive: false,
    legalBasis: workBasis,
    usedBy: ['admin', 'safety-officer', 'department-head'],
    retentionDays: null,
    retentionSource: {
      zh: '企业规定：在职期间及安全档案保存期',
      en: 'The company: while employed, and as long as the safety file',
    },
    certainty: 'own',
    storage: database,
  },
  {
    id: 'person-sensitive',
    name: { zh: '身份证号与电话', en: 'Identity numbers and phones' },
    purpose: { zh: '身份核验、证书申报、紧急联系', en: 'Identity, certificates, emergencies' },
    fields: ['nationalId', 'phone'],
    classification: 'secret',
    personal: true,
    sensitive: true,
    legalBasis: workBasis,
    usedBy: ['admin'],
    retentionDays: 730,
    retentionSource: {
      zh: '离职后起算；《劳动合同法》第五十条：已解除的劳动合同文本至少保存二年',
      en: 'From the day of leaving; Labour Contract Law 50: contracts that ended are kept two years',
    },
    certainty: 'K',
    storage: sealedDatabase,
  },
  {
    id: 'equipment-parameters',
    name: { zh: '设备核心参数', en: 'Core parameters of machines' },
    purpose: { zh: '设备安全运行', en: 'Safe running of machines' },
    fields: ['secret', 'trade-secret'],
    classification: 'trade-secret',
    personal: false,
    sensitive: false,
    legalBasis: none,
    usedBy: ['maintenance'],
    retentionDays: null,
    retentionSource: {
      zh: '企业规定：设备报废前',
      en: 'The company: until the machine is scrapped',
    },
    certainty: 'own',
    storage: sealedDatabase,
  },
  {
    id: 'sessions',
    name: { zh: '登录会话', en: 'Sessions' },
    purpose: { zh: '登录与权限', en: 'Signing in' },
    fields: ['user', 'address', 'device', 'time'],
    classification: 'internal',
    personal: true,
    sensitive: false,
    legalBasis: dutyBasis,
    usedBy: ['admin'],
    retentionDays: 180,
    retentionSource: {
      zh: '《网络安全法》：网络日志留存不少于六个月',
      en: 'Cybersecurity Law: logs of the network are kept six months at least',
    },
    certainty: 'K',
    storage: database,
  },
  {
    id: 'audit-log',
    name: { zh: '审计日志', en: 'Audit log' },
    purpose: { zh: '追溯与问责', en: 'Tracing who did what' },
    fields: ['user', 'action', 'object', 'before', 'after'],
    classification: 'internal',
    personal: true,
    sensitive: false,
    legalBasis: dutyBasis,
    usedBy: ['admin', 'auditor'],
    retentionDays: null,
    retentionSource: {
      zh: '《网络安全法》：网络日志留存不少于六个月；哈希链不可删减，长期保存',
      en: 'Cybersecurity Law: six months at least; nothing is taken out of the chain',
    },
    certainty: 'K',
    storage: database,
  },
  {
    id: 'consents',
    name: { zh: '告知与同意记录', en: 'Notices and consents' },
    purpose: { zh: '证明已告知并取得同意', en: 'Proving notice and consent' },
    fields: ['person', 'purpose', 'version', 'decision', 'time'],
    classification: 'internal',
    personal: true,
    sensitive: false,
    legalBasis: dutyBasis,
    usedBy: ['admin'],
    retentionDays: null,
    retentionSource: {
      zh: '企业规定；影响评估报告按第五十六条至少保存三年',
      en: 'The company; impact assessments three years at least by PIPL 56',
    },
    certainty: 'T',
    storage: database,
  },
  ...messagePolicies,
];

/** Adds what the tenant lacks: purposes with their notices, and the register of data. */
export function seedPrivacy(db: Database, tenantId: string): Promise<void> {
  return db.transaction({ tenant: tenantId, user: null }, async (tx) => {
    await seedPurposes(tx, tenantId);
    await seedPolicies(tx, tenantId);
  });
}

async function seedPolicies(tx: Transaction, tenantId: string): Promise<void> {
  const known = await tx.dataPolicy.findMany({ select: { id: true }, distinct: ['id'] });
  const there = new Set(known.map(({ id }) => id));
  await tx.dataPolicy.createMany({
    data: policies
      .filter(({ id }) => !there.has(id))
      .map((policy) => ({ tenantId, version: 1, ...policy })),
    skipDuplicates: true,
  });
}
