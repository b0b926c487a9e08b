import type { ModuleManifest } from '../../platform/manifest.ts';

/** What the kinds have in common: of whom, where it is entered, who is told. */
const ofPerson = {
  subject: 'person',
  link: '/admin/people/:id',
  linkRead: 'person:read',
  ownLink: '/me/qualifications',
  notice: 'qualification.due',
  escalate: 7,
  read: 'qualification:read',
  tell: { to: 'qualification:manage', person: true },
} as const;

/** What falls due for a person, by what was entered. */
export const obligations = {
  'qualification-end': {
    zh: '资质到期',
    en: 'End of a qualification',
    ...ofPerson,
    lead: { n: 60, unit: 'days' },
    steps: {
      upcoming: {
        severity: 'info',
        title: { zh: '{name}：{detail}将到期', en: '{name}: {detail} ends soon' },
        body: {
          zh: '有效期至 {due}。请在到期前 60 日内申请延期或换证。',
          en: 'Valid until {due}. Apply for the renewal within the 60 days before.',
        },
      },
      overdue: {
        severity: 'warning',
        title: { zh: '{name}：{detail}已到期', en: '{name}: {detail} has ended' },
        body: {
          zh: '有效期至 {due}。到期后不得从事该项作业。',
          en: 'Valid until {due}. The work must not be done with it any more.',
        },
      },
      escalated: {
        severity: 'warning',
        title: { zh: '{name}：{detail}仍未续期', en: '{name}: {detail} is still not renewed' },
        body: {
          zh: '已于 {due} 到期。请登记新证，或调整岗位。',
          en: 'It ended on {due}. Enter the new one, or move the person to another post.',
        },
      },
    },
    doing: { zh: '在人员资质中登记新证。', en: 'Enter the renewed certificate at the person.' },
  },
  'qualification-review': {
    zh: '资质复审',
    en: 'Review of a certificate',
    ...ofPerson,
    lead: { n: 60, unit: 'days' },
    steps: {
      upcoming: {
        severity: 'info',
        title: { zh: '{name}：{detail}应复审', en: '{name}: {detail} is due for review' },
        body: {
          zh: '应于 {due} 前复审。请提前 60 日内申请。',
          en: 'The review is due by {due}. Apply within the 60 days before.',
        },
      },
      overdue: {
        severity: 'warning',
        title: {
          zh: '{name}：{detail}未按期复审',
          en: '{name}: the review of {detail} was missed',
        },
        body: {
          zh: '应于 {due} 前复审。复审前不得从事该项作业。',
          en: 'It was due by {due}. The work must not be done before it is reviewed.',
        },
      },
      escalated: {
        severity: 'warning',
        title: { zh: '{name}：{detail}仍未复审', en: '{name}: {detail} is still not reviewed' },
        body: {
          zh: '应于 {due} 前复审。请登记复审，或调整岗位。',
          en: 'It was due by {due}. Enter the review, or move the person to another post.',
        },
      },
    },
    doing: {
      zh: '在该资质上更正上次复审与应复审日期。',
      en: 'Correct the days of the last and of the next review at the certificate.',
    },
  },
  'medical-check': {
    zh: '健康检查到期',
    en: 'Medical check',
    ...ofPerson,
    health: true,
    lead: { n: 30, unit: 'days' },
    steps: {
      upcoming: {
        severity: 'info',
        title: { zh: '{name}：健康检查将到期', en: '{name}: a medical check is due' },
        body: {
          zh: '结论有效至 {due}。请安排检查。',
          en: 'The result counts until {due}. Arrange the next check.',
        },
      },
      overdue: {
        severity: 'warning',
        title: { zh: '{name}：健康检查已到期', en: '{name}: the medical check has ended' },
        body: { zh: '结论有效至 {due}。', en: 'The result counted until {due}.' },
      },
      escalated: {
        severity: 'warning',
        title: { zh: '{name}：仍未做健康检查', en: '{name}: there is still no medical check' },
        body: {
          zh: '结论已于 {due} 到期。请安排检查，或调整岗位。',
          en: 'The result ended on {due}. Arrange the check, or move the person to another post.',
        },
      },
    },
    doing: { zh: '登记新的健康检查结论。', en: 'Enter the result of the new check.' },
  },
  'medical-check-first': {
    zh: '上岗前健康检查',
    en: 'First medical check',
    ...ofPerson,
    health: true,
    lead: { n: 0, unit: 'days' },
    steps: {
      due: {
        severity: 'warning',
        title: {
          zh: '{name}：{detail}有职业病危害，尚无健康检查结论',
          en: '{name}: {detail} exposes to hazards, and there is no medical check',
        },
        body: {
          zh: '自 {due} 起在此岗位。请安排上岗前检查，或调整岗位。',
          en: 'At this post since {due}. Arrange the check, or move the person to another post.',
        },
      },
      escalated: {
        severity: 'warning',
        title: {
          zh: '{name}：仍无健康检查结论（{detail}）',
          en: '{name}: there is still no medical check ({detail})',
        },
        body: {
          zh: '自 {due} 起在此岗位。请安排检查，或调整岗位。',
          en: 'At this post since {due}. Arrange the check, or move the person to another post.',
        },
      },
    },
    doing: {
      zh: '登记健康检查结论，或将人员调离此岗位。',
      en: 'Enter the result of the check, or move the person to another post.',
    },
  },
} as const satisfies NonNullable<ModuleManifest['obligations']>;
