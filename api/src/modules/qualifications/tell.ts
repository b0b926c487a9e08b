import { holdersOf } from '../../platform/access/holders.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import type { User } from '../../platform/kit/routes.ts';
import { noticeLink } from '../../platform/notices/kinds.ts';
import type { Notices } from '../../platform/notices/types.ts';
import { QUALIFICATION } from './records.ts';
import type { QualificationView } from './schema.ts';
import { typeNames } from './words.ts';

/** Notices about qualifications. They name the category, and nothing of a medical check. */
export interface Tell {
  uploaded(unit: Unit, by: User, of: QualificationView): Promise<void>;
  checked(unit: Unit, of: QualificationView): Promise<void>;
  lost(unit: Unit, of: QualificationView, reason: string): Promise<void>;
}

export function createTell(notices: Notices): Tell {
  const accountsOf = async (tx: Transaction, person: string) =>
    (
      await tx.appUser.findMany({ where: { personId: person, active: true }, select: { id: true } })
    ).map(({ id }) => id);
  const subject = ({ id }: QualificationView) => ({ entity: QUALIFICATION, id });
  const nameOf = ({ type, categoryName }: QualificationView) =>
    type === 'fitness' ? typeNames.fitness : categoryName;
  return {
    async uploaded(unit, by, of) {
      const holders = await holdersOf(unit.tx, 'qualification:check');
      await notices.notify(unit, {
        to: holders.filter((id) => id !== by.account.id),
        kind: 'qualification.upload',
        severity: 'info',
        title: {
          zh: `${of.person.name} 上传了资质：${of.categoryName.zh}`,
          en: `${of.person.name} sent a qualification: ${of.categoryName.en}`,
        },
        body: {
          zh: '审核通过之前不计入资质。',
          en: 'It does not count before another person has accepted it.',
        },
        link: noticeLink('qualification.upload', of.id),
        subject: subject(of),
      });
    },
    async checked(unit, of) {
      const accepted = of.state !== 'refused';
      await notices.notify(unit, {
        to: await accountsOf(unit.tx, of.person.id),
        kind: 'qualification.checked',
        severity: accepted ? 'info' : 'warning',
        title: {
          zh: `${of.categoryName.zh}：${accepted ? '审核通过' : '审核退回'}`,
          en: `${of.categoryName.en}: ${accepted ? 'accepted' : 'refused'}`,
        },
        body: {
          zh: of.checkReason ?? '已计入您的资质。',
          en: of.checkReason ?? 'It counts as your qualification now.',
        },
        link: noticeLink('qualification.checked', of.id),
        subject: subject(of),
      });
    },
    async lost(unit, of, reason) {
      const name = nameOf(of);
      const revoked = of.state === 'revoked';
      const body =
        of.type === 'fitness'
          ? {
              zh: '原因见“我的证书”，或询问登记健康检查的人员。',
              en: 'My certificates says why; or ask those who enter medical checks.',
            }
          : { zh: reason, en: reason };
      await notices.notify(unit, {
        to: await accountsOf(unit.tx, of.person.id),
        kind: 'qualification.lost',
        severity: 'warning',
        title: {
          zh: `${name.zh}：已${revoked ? '吊销' : '暂停'}`,
          en: `${name.en}: ${revoked ? 'revoked' : 'suspended'}`,
        },
        body,
        link: noticeLink('qualification.lost', of.id),
        subject: subject(of),
      });
    },
  };
}
