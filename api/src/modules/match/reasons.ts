import type { Bilingual } from '../../platform/manifest.ts';

/** From the best to the worst. */
export const decisions = ['allow', 'hold', 'deny'] as const;
export type Decision = (typeof decisions)[number];

/** A decision with the keys of its reasons. */
export interface Decided {
  readonly decision: Decision;
  readonly codes: readonly string[];
}

/** Whether a later decision is stricter than the one before, or has a reason that was not known. */
export const isWorse = (later: Decided, before: Decided): boolean =>
  decisions.indexOf(later.decision) > decisions.indexOf(before.decision) ||
  later.codes.some((code) => !before.codes.includes(code));

/**
 * What a reason says.
 *
 * - `decision`: what it leads to.
 * - `shown`: what machines and doors are told, without detail of health or exams.
 */
interface ReasonForm {
  decision: Exclude<Decision, 'allow'>;
  shown: 'not-admitted' | 'not-qualified' | 'no-permit' | 'ask-supervisor';
  text: Bilingual;
  cure: Bilingual;
}
const form = (
  decision: ReasonForm['decision'],
  shown: ReasonForm['shown'],
  [zh, en]: readonly [string, string],
  [cureZh, cureEn]: readonly [string, string],
): ReasonForm => ({ decision, shown, text: { zh, en }, cure: { zh: cureZh, en: cureEn } });

const getCertificate = [
  '向发证机关申请，取得后由另一人核对登记。',
  'Apply to the issuing authority; a second person then checks the entry.',
] as const;

/** All reasons, by code. A code is never used again for another reason. */
export const reasonForms = {
  'not-admitted': form(
    'deny',
    'not-admitted',
    ['此时不在用工、合同或来访期内。', 'Not employed, under contract or announced at this time.'],
    ['请人事或接待人核对日期。', 'Ask personnel or the host to check the dates.'],
  ),
  'not-on-visit': form(
    'deny',
    'not-admitted',
    ['访客未登记到达，或已离开。', 'A visitor who has not arrived, or has left.'],
    ['到前台登记。', 'Go to the reception.'],
  ),
  'area-not-of-visit': form(
    'deny',
    'not-admitted',
    ['来访未包含这个区域。', 'The area is not part of the visit.'],
    ['请接待人补充区域。', 'Ask the host to add the area to the visit.'],
  ),
  'escort-needed': form(
    'hold',
    'ask-supervisor',
    ['访客在这个区域须有人陪同。', 'A visitor needs an escort in this area.'],
    ['由接待人陪同进入。', 'Enter with the host.'],
  ),
  'supplier-blocked': form(
    'deny',
    'not-admitted',
    ['所属供应商已被禁用。', 'The supplier that sends the person is blocked.'],
    [
      '由供应商准入负责人解除禁用，或改派其他单位的人员。',
      'Who approves suppliers lifts it, or assign a person of another company.',
    ],
  ),
  'supplier-not-approved': form(
    'hold',
    'ask-supervisor',
    [
      '所属供应商尚未准入或已暂停。',
      'The supplier that sends the person is suspended or not approved yet.',
    ],
    ['请供应商准入负责人决定。', 'Ask who approves suppliers.'],
  ),
  'contract-over': form(
    'deny',
    'not-admitted',
    ['与所属供应商的合同已到期。', 'The contract with the supplier has ended.'],
    ['续签合同并登记到期日。', 'Renew the contract and enter its last day.'],
  ),
  'kind-not-allowed': form(
    'deny',
    'not-admitted',
    ['此类人员不得做这项工作。', 'People of this kind may not do this work.'],
    ['安排本单位有资格的人员。', 'Assign qualified people of the company.'],
  ),
  'age-below': form(
    'deny',
    'not-qualified',
    ['未到规定年龄。', 'Below the required age.'],
    ['改派他人。', 'Assign another person.'],
  ),
  'age-unknown': form(
    'hold',
    'ask-supervisor',
    ['没有出生日期，无法核对年龄。', 'No date of birth: the age cannot be checked.'],
    ['在人员档案中补填。', 'Complete it in the file of the person.'],
  ),
  'other-post': form(
    'deny',
    'not-qualified',
    ['不在要求的岗位上。', 'Does not hold a post that this asks for.'],
    ['先办理调岗，或改派他人。', 'Move the person to the post first, or assign another.'],
  ),
  'certificate-missing': form(
    'deny',
    'not-qualified',
    ['没有要求的证书。', 'Has no certificate of this kind.'],
    getCertificate,
  ),
  'certificate-other-category': form(
    'deny',
    'not-qualified',
    ['证书是其他作业类别的。', 'The certificate is for another category.'],
    getCertificate,
  ),
  'certificate-unchecked': form(
    'deny',
    'not-qualified',
    ['证书尚未由另一人核对。', 'No second person has checked the certificate yet.'],
    ['请证书管理员核对原件。', 'Ask the keeper of certificates to check the original.'],
  ),
  'certificate-not-yet': form(
    'deny',
    'not-qualified',
    ['证书还未生效。', 'The certificate is not valid yet.'],
    ['等到生效日。', 'Wait for its first day.'],
  ),
  'certificate-over': form(
    'deny',
    'not-qualified',
    ['证书已过期。', 'The certificate has ended.'],
    ['换证后再上岗。', 'Renew it before the work.'],
  ),
  'certificate-end-unknown': form(
    'deny',
    'not-qualified',
    [
      '证书没有到期日，规定中也没有期限。',
      'No last day on the certificate, and no term in the rules.',
    ],
    ['按证书原件补填到期日。', 'Enter the last day from the original.'],
  ),
  'certificate-suspended': form(
    'deny',
    'not-qualified',
    ['证书已暂停。', 'The certificate is suspended.'],
    ['由作出暂停的人解除。', 'It is lifted by the person who suspended it.'],
  ),
  'certificate-revoked': form(
    'deny',
    'not-qualified',
    ['证书已撤销。', 'The certificate was revoked.'],
    getCertificate,
  ),
  'review-overdue': form(
    'deny',
    'not-qualified',
    ['证书超过复审期限。', 'The review of the certificate is overdue.'],
    ['完成复审并登记。', 'Pass the review and enter it.'],
  ),
  'review-fails': form(
    'hold',
    'ask-supervisor',
    [
      '自上次复审以来的违章次数已使复审不予通过。',
      'So many violations since the last review that the review fails.',
    ],
    ['由安全管理人员决定。', 'The safety officer decides.'],
  ),
  'retest-needed': form(
    'deny',
    'not-qualified',
    [
      '离开本工种过久，须重新实操考试。',
      'Off this work for so long that a practical test is needed.',
    ],
    ['通过实际操作考试并登记。', 'Pass the practical test and enter it.'],
  ),
  'skill-missing': form(
    'deny',
    'not-qualified',
    ['没有要求的技能。', 'Does not have the skill.'],
    ['培训并评定。', 'Train and assess it.'],
  ),
  'skill-level-low': form(
    'deny',
    'not-qualified',
    ['技能等级不够。', 'The level of the skill is too low.'],
    ['提高等级，或改派他人。', 'Raise the level, or assign another person.'],
  ),
  'skill-not-valid': form(
    'deny',
    'not-qualified',
    ['技能认定已过期或暂停。', 'The skill has ended or is suspended.'],
    ['重新评定。', 'Assess it again.'],
  ),
  'fitness-missing': form(
    'hold',
    'not-qualified',
    ['没有有效的体检结论。', 'No valid medical check.'],
    ['安排体检。', 'Arrange the check.'],
  ),
  'not-fit': form(
    'deny',
    'not-qualified',
    ['体检结论不适合这项工作。', 'By the medical check not fit for this work.'],
    ['改派他人；可申请复查。', 'Assign another person; a second check may be asked for.'],
  ),
  'training-missing': form(
    'deny',
    'not-qualified',
    ['没有通过要求的培训。', 'Has not passed the training.'],
    ['参加培训并通过考核。', 'Take the course and pass it.'],
  ),
  'training-over': form(
    'deny',
    'not-qualified',
    ['培训已过有效期。', 'The training has ended.'],
    ['参加再培训。', 'Take the refresher.'],
  ),
  'retraining-overdue': form(
    'hold',
    'ask-supervisor',
    ['违章后的再培训逾期未合格。', 'The retraining after a violation is overdue.'],
    [
      '通过该课程考核；此前由班组长或安全员决定能否使用设备。',
      'Pass the course; until then the team leader or safety officer decides about the use of machines.',
    ],
  ),
  'permit-missing': form(
    'deny',
    'no-permit',
    ['没有此处此类作业的许可。', 'No permit for this work at this place.'],
    ['申请作业许可。', 'Apply for a work permit.'],
  ),
  'permit-not-yet': form(
    'deny',
    'no-permit',
    ['作业许可还未开始。', 'The permit has not begun.'],
    ['等到许可开始。', 'Wait until it begins.'],
  ),
  'permit-over': form(
    'deny',
    'no-permit',
    ['作业许可已结束。', 'The permit is over.'],
    ['申请新的许可。', 'Apply for a new one.'],
  ),
  'permit-suspended': form(
    'deny',
    'no-permit',
    ['作业许可已中止。', 'The permit is suspended.'],
    ['条件恢复后由批准人恢复许可。', 'The approver resumes it once the conditions hold again.'],
  ),
  'no-post-here': form(
    'hold',
    'ask-supervisor',
    ['不在使用这台设备或这个区域的岗位上。', 'Holds none of the posts that work here.'],
    ['由班组长决定，或先办理调岗。', 'The team leader decides, or move the person to such a post.'],
  ),
  'hours-too-few': form(
    'hold',
    'ask-supervisor',
    ['在这台设备上的操作时数不够。', 'Too few hours on this machine.'],
    ['由熟练人员带班。', 'Work under the eyes of an experienced operator.'],
  ),
} as const satisfies Record<string, ReasonForm>;

export type ReasonCode = keyof typeof reasonForms;
export const reasonCodes = Object.keys(reasonForms) as ReasonCode[];

/** Why a decision is not `allow`. */
export interface Reason {
  code: ReasonCode;
  decision: Exclude<Decision, 'allow'>;
  /** What it is about, such as the category or the skill; null where the code says it all. */
  about: string | null;
  /** The record that decides, such as the certificate; null where there is none. */
  record: string | null;
  /** It cannot be overridden: it is of special work or special equipment. */
  final: boolean;
}

/** What is not known and speaks against nothing. */
export interface Hint {
  code: 'absence-unknown';
  /** The trade. */
  about: string;
}
export const hintTexts: Record<Hint['code'], Bilingual> = {
  'absence-unknown': {
    zh: '系统未完整记录该工种的作业：是否离岗过久未知，请现场负责人核实。',
    en: 'Not all work in this trade is recorded: whether the person was off it for too long is not known. The supervisor asks.',
  },
};

/** What machines and doors are told: codes without detail of health or exams. */
export const shownReasons = (reasons: readonly Reason[]): ReasonForm['shown'][] => [
  ...new Set(reasons.map(({ code }) => reasonForms[code].shown)),
];

/** What machines and doors say, by code. */
const shownTexts: Record<ReasonForm['shown'], Bilingual> = {
  'not-admitted': { zh: '此时不得进入或操作。', en: 'Not admitted at this time.' },
  'not-qualified': { zh: '没有所需资质。', en: 'Not qualified for this.' },
  'no-permit': { zh: '没有有效的作业许可。', en: 'There is no valid work permit.' },
  'ask-supervisor': { zh: '请联系班组长或安全员。', en: 'Ask the supervisor.' },
};

/** Medical reasons: that there is one, and which, is for the person and those who see the file. */
export const medicalCodes: readonly string[] = ['fitness-missing', 'not-fit'];
export const hasMedical = (reasons: readonly { code: string }[]): boolean =>
  reasons.some(({ code }) => medicalCodes.includes(code));

/**
 * The decision as machines, doors and readers without detail are told it: no valid medical check and "not
 * fit" look the same, and like a certificate that is missing.
 */
export function publicDecision(decided: {
  decision: Decision;
  final: boolean;
  reasons: readonly { code: string }[];
}): { decision: Decision; final: boolean } {
  const { decision, final, reasons } = decided;
  if (!hasMedical(reasons)) return { decision, final };
  return { decision: 'deny', final: true };
}

/** A reason as machines and doors are told it. */
export interface PublicReason {
  code: ReasonForm['shown'];
  text: Bilingual;
}

/** {@link shownReasons} with their texts. */
export const publicReasons = (reasons: readonly Reason[]): PublicReason[] =>
  shownReasons(reasons).map((code) => ({ code, text: shownTexts[code] }));
