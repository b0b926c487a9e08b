import type { ModuleManifest } from '../../platform/manifest.ts';

/** What falls due of people's files. */
export const obligations = {
  'contractor-end': {
    zh: '承包商人员到期',
    en: 'Last day of a contractor',
    subject: 'person',
    link: '/admin/people/:id',
    linkRead: 'person:read',
    notice: 'person.contract-end',
    lead: { n: 14, unit: 'days' },
    escalate: 7,
    read: 'person:read',
    tell: { to: 'person:manage' },
    steps: {
      upcoming: {
        severity: 'info',
        title: { zh: '承包商人员{name}将到期', en: 'Contractor {name}: the last day is near' },
        body: {
          zh: '有效期至 {due}。工作未完成的，请延长有效期；否则请办理离场。',
          en: 'The last day is {due}. Extend it where the work goes on, or note the leaving.',
        },
      },
      overdue: {
        severity: 'warning',
        title: { zh: '承包商人员{name}已到期', en: 'Contractor {name}: the last day is over' },
        body: {
          zh: '有效期至 {due}，现在不得进入或上岗。请延长有效期或办理离场。',
          en: 'The last day was {due}: nothing is allowed now. Extend it, or note the leaving.',
        },
      },
      escalated: {
        severity: 'warning',
        title: {
          zh: '承包商人员{name}到期后仍未处理',
          en: 'Contractor {name}: the last day is long over',
        },
        body: {
          zh: '有效期至 {due}。请收回工牌并办理离场，或延长有效期。',
          en: 'The last day was {due}. Take the badge back and note the leaving, or extend it.',
        },
      },
    },
    doing: {
      zh: '在人员页面修改“有效期至”，或办理离场。',
      en: 'Change “Valid until” in the file of the person, or note the leaving.',
    },
  },
  'badge-return': {
    zh: '工牌归还',
    en: 'Return of a badge',
    subject: 'person',
    link: '/admin/people/:id',
    linkRead: 'person:read',
    notice: 'badge.return',
    lead: { n: 1, unit: 'days' },
    escalate: 3,
    read: 'person:read',
    complete: 'person:manage',
    tell: { to: 'person:manage', person: true },
    steps: {
      upcoming: {
        severity: 'info',
        title: { zh: '{name}：{detail}将到归还日', en: '{name}: {detail} is due back soon' },
        body: { zh: '应于 {due} 归还。', en: 'It is due back on {due}.' },
      },
      overdue: {
        severity: 'warning',
        title: { zh: '{name}：{detail}逾期未还', en: '{name}: {detail} was not given back' },
        body: {
          zh: '应于 {due} 归还。收回后请登记。',
          en: 'It was due back on {due}. Enter its return once it is back.',
        },
      },
      escalated: {
        severity: 'warning',
        title: { zh: '{name}：{detail}长期未还', en: '{name}: {detail} is long overdue' },
        body: {
          zh: '应于 {due} 归还。遗失的请锁定或核销。',
          en: 'It was due back on {due}. If it is lost, lock it or write it off.',
        },
      },
    },
    doing: { zh: '收回工牌并登记。', en: 'Take the badge back, and enter it.' },
  },
} as const satisfies ModuleManifest['obligations'];
