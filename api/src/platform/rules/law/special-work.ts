import type { Instead, Rule, RuleUnit } from '../types.ts';
import { amountRule, lawOf, listRule, words } from './forms.ts';

const order30 = lawOf(
  '特种作业人员安全技术培训考核管理规定',
  'Rules on training and examining special-work operators',
  '原安监总局令第 30 号，2015 年修正',
);
const order19 = lawOf(
  '应急管理部令第 19 号',
  'Order 19 of the Ministry of Emergency Management',
  '特种作业目录：应急〔2026〕45 号',
);

const certificateDate: Instead = {
  id: 'certificate-date',
  text: words('以证书上印的日期为准。', 'The date printed on the certificate counts.'),
};
const authority: Instead = {
  id: 'issuing-authority',
  text: words(
    '以发证机关的答复为准；企业可据此设定自己的值，并写明理由。',
    'What the issuing authority says counts; the company can set its own value by that, with the reason.',
  ),
};

/** Order 30 held up to and including this day. */
const last30 = '2026-05-31';
const first19 = '2026-06-01';

/** Under order 19 the interval was not read: its scope no longer names the review. */
const since19 = (notKnown: Instead) => ({
  from: first19,
  source: order19.at(),
  certainty: 'page' as const,
  text: words(
    '第 19 号令适用于培训、考核、发证和换证，适用范围不再写复审；其中的期限原文尚未核对，因此不填数值。2026-05-31 及以前发的证书在换证前仍按第 30 号令。',
    'Order 19 covers training, examination, issue and renewal; its scope no longer names the review. Its terms were not read, so no number stands here. Certificates issued up to 2026-05-31 keep the terms of order 30 until they are renewed.',
  ),
  notKnown,
});

/** A number of order 30 whose counterpart in order 19 is not known. */
const term = (
  id: string,
  title: readonly [zh: string, en: string],
  amount: number,
  form: { unit: RuleUnit; stricter?: Rule['stricter']; bound?: 'at-least' },
  text: readonly [zh: string, en: string],
  notKnown: Instead,
): Rule =>
  amountRule(
    { id, subject: 'special-work', title: words(...title) },
    { ...form, keeps: 'issued' },
    [
      { to: last30, source: order30.at(), certainty: 'text', text: words(...text), amount },
      since19(notKnown),
    ],
  );

/** Certificates for special work (hot work, work at height, electrical work …). */
export const specialWork: readonly Rule[] = [
  term(
    'special-work-validity',
    ['特种作业操作证有效期', 'Validity of a special-work certificate'],
    6,
    { unit: 'years', stricter: 'less' },
    ['操作证有效期 6 年。', 'A certificate is valid for 6 years.'],
    certificateDate,
  ),
  term(
    'special-work-review-interval',
    ['特种作业操作证复审间隔', 'Interval of the review of a special-work certificate'],
    3,
    { unit: 'years', stricter: 'less' },
    ['操作证每 3 年复审一次。', 'A certificate is reviewed every 3 years.'],
    certificateDate,
  ),
  term(
    'special-work-review-interval-extended',
    ['连续从事 10 年以上者的复审间隔', 'Interval of the review after 10 years in the trade'],
    6,
    { unit: 'years', stricter: 'less' },
    [
      '连续从事本工种 10 年以上且遵守法律法规的，经同意，复审可延长至每 6 年一次。',
      'With 10 years or more in the same trade without a break, and the law kept, the review may be extended to every 6 years, where the authority agrees.',
    ],
    certificateDate,
  ),
  term(
    'special-work-apply-before',
    ['复审与换证的申请提前期', 'Lead time of the application for review or renewal'],
    60,
    { unit: 'days', stricter: 'more' },
    ['期满前 60 日内提出申请。', 'The application is made within 60 days before the end.'],
    certificateDate,
  ),
  term(
    'special-work-review-training',
    ['复审前的安全培训学时', 'Training before the review'],
    8,
    { unit: 'hours', stricter: 'more', bound: 'at-least' },
    [
      '复审或换证前参加不少于 8 学时的安全培训。',
      'At least 8 hours of safety training before review or renewal.',
    ],
    authority,
  ),
  term(
    'special-work-leave-retest',
    ['离岗多久须重新实操考试', 'Time off the post that needs a new practical test'],
    6,
    { unit: 'months', stricter: 'less' },
    [
      '离开特种作业岗位 6 个月以上的，经实际操作考试合格后方可上岗。',
      'After 6 months or more off the post, the practical test is passed again before the work.',
    ],
    authority,
  ),
  term(
    'special-work-review-violations',
    ['几次违章后复审不予通过', 'Violations after which the review fails'],
    2,
    { unit: 'times', stricter: 'less' },
    [
      '有 2 次以上违章行为并经查证确实的，复审不予通过。',
      'The review fails after 2 or more violations that are proved.',
    ],
    authority,
  ),
  listRule(
    {
      id: 'special-work-revocation',
      subject: 'special-work',
      title: words('撤销操作证的情形', 'Reasons to revoke a special-work certificate'),
    },
    {
      to: last30,
      source: order30.at(),
      certainty: 'text',
      text: words('有下列情形之一的，撤销操作证。', 'A certificate is revoked for any of these.'),
    },
    [
      ['overdue', '超过有效期未延期复审', 'the term passed without a review'],
      ['unfit', '身体条件不再适合', 'not fit for the work any more'],
      ['responsible', '对事故负有责任', 'responsible for an accident'],
      ['false-data', '提供虚假信息', 'false data in the register'],
      ['improper', '以不正当手段取得', 'obtained by improper means'],
    ],
    { keeps: 'issued', later: [since19(authority)] },
  ),
];
