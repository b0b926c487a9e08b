import type { Transaction } from '../../platform/db/database.ts';
import { startWithDefaults } from './routing-defaults.ts';
import type { HazardLaw, HazardType } from './setup-schema.ts';

const type = (
  id: string,
  zh: string,
  en: string,
  violationRules: string[] = [],
  defaultLevel: HazardType['defaultLevel'] = 'general',
): Omit<HazardType, 'sort' | 'active'> => ({
  id,
  name: { zh, en },
  defaultLevel,
  violationRules,
});

/** The hazard types of a new tenant; afterwards they are its own. */
export const seedTypes = [
  type('unsafe-act', '不安全行为', 'Unsafe behaviour', [
    'running',
    'climbing',
    'phone-use',
    'loitering',
  ]),
  // Slip hazards.
  type('unsafe-condition', '不安全状态', 'Unsafe condition', ['person-down']),
  type('ppe', '劳动防护用品', 'Protective equipment', ['missing-ppe']),
  type('machine-guard', '机械防护', 'Machine guards', [
    'zone-intrusion',
    'line-crossing',
    'hand-in-danger',
    'unattended-machine',
  ]),
  type('electrical', '电气安全', 'Electrical'),
  type('fire', '消防与疏散', 'Fire and escape'),
  type('lifting', '起重与吊装', 'Lifting'),
  type('vehicle', '厂内机动车辆', 'Vehicles on site'),
  type('work-at-height', '高处作业', 'Work at height'),
  type('hot-work', '动火作业', 'Hot work'),
  type('confined-space', '有限空间', 'Confined space'),
  type('special-equipment', '特种设备', 'Special equipment'),
  type('chemical-leak', '化学品泄漏', 'Chemical leak'),
  type('metering-anomaly', '物料计量异常', 'Metering anomaly'),
  type('chemical-storage', '化学品储存', 'Chemical storage'),
  type('dust', '粉尘与通风', 'Dust and ventilation'),
  type('occupational-health', '职业卫生', 'Occupational health'),
  type('housekeeping', '现场 5S', 'Housekeeping'),
  type('management', '管理缺陷', 'Management', ['over-occupancy', 'lone-work']),
  type('other', '其他', 'Other'),
].map((one, position) => ({ ...one, active: true, sort: (position + 1) * 10 }));

/** The rules of law behind the workflow. Texts that were not read are marked. */
export const seedLaws: HazardLaw[] = [
  {
    id: 'hazard-levels',
    effectiveFrom: '2008-02-01',
    effectiveTo: null,
    title: { zh: '一般隐患与重大隐患', en: 'General and major hazards' },
    text: {
      zh: '一般事故隐患：危害和整改难度较小，发现后能够立即整改排除。重大事故隐患：危害和整改难度较大，应当全部或者局部停产停业并经过一定时间整改治理方能排除，或者因外部因素影响致使单位自身难以排除。',
      en: 'General: small in harm and effort, can be put right at once. Major: large in harm and effort, work has to stop in part or whole for some time, or outside causes keep the company from putting it right by itself.',
    },
    value: { levels: ['general', 'major'] },
    source: '安全生产事故隐患排查治理暂行规定（安监总局令第16号）第三条',
    certainty: 'text',
  },
  {
    id: 'hazard-report-duty',
    effectiveFrom: '2021-09-01',
    effectiveTo: null,
    title: { zh: '重大隐患报告与通报', en: 'Whom a major hazard is reported to' },
    text: {
      zh: '隐患排查治理情况如实记录并向从业人员通报；重大事故隐患排查治理情况及时向负有安全生产监督管理职责的部门和职工大会或者职工代表大会报告。',
      en: 'What was found and put right is recorded and told to the employees; of major hazards the regulator and the workers’ congress are told in time.',
    },
    value: { regulator: true, congress: true, employees: true },
    source: '中华人民共和国安全生产法（2021）第四十一条',
    certainty: 'text',
  },
  {
    id: 'hazard-plan-elements',
    effectiveFrom: '2008-02-01',
    effectiveTo: null,
    title: { zh: '治理方案“五落实”', en: 'The five elements of the plan' },
    text: {
      zh: '重大隐患治理方案落实责任、措施、资金、时限和预案。',
      en: 'The plan for a major hazard names responsibility, measures, funds, time limit and contingency plan.',
    },
    value: { fields: ['responsible', 'plan-measures', 'funds', 'due-by', 'contingency'] },
    source: '安全生产事故隐患排查治理暂行规定（安监总局令第16号）第十五条；“五落实”为通行要求',
    certainty: 'memory',
  },
  {
    id: 'hazard-record-penalty',
    effectiveFrom: '2021-09-01',
    effectiveTo: null,
    title: { zh: '未如实记录或未通报的罚则', en: 'Penalty for not recording or telling' },
    text: {
      zh: '未将事故隐患排查治理情况如实记录或者未向从业人员通报的，责令限期改正，处十万元以下的罚款。',
      en: 'Who does not record truly what was found and put right, or does not tell the employees, is fined up to 100,000 yuan.',
    },
    value: { maximumYuan: 100_000 },
    source: '中华人民共和国安全生产法（2021）第九十七条（五）',
    certainty: 'text',
  },
];

/** Adds missing types and rules to a tenant; changed ones are kept. */
export async function seedDictionaries(tx: Transaction, tenantId: string): Promise<void> {
  if ((await tx.hazardType.count()) === 0) {
    await tx.hazardType.createMany({
      data: seedTypes.map((one) => ({ tenantId, ...one })),
      skipDuplicates: true,
    });
    await startWithDefaults(tx, tenantId);
  }
  await tx.hazardLaw.createMany({
    data: seedLaws.map((law) => ({
      ...law,
      tenantId,
      value: law.value as object,
      effectiveFrom: new Date(law.effectiveFrom),
      effectiveTo: law.effectiveTo ? new Date(law.effectiveTo) : null,
    })),
    skipDuplicates: true,
  });
}
