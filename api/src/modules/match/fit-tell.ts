import { accountsOf, holdersWithin } from '../../platform/access/holders.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { noticeLink } from '../../platform/notices/kinds.ts';
import type { Notices } from '../../platform/notices/types.ts';
import { hasMedical, publicReasons, type Reason, reasonForms } from './reasons.ts';

/** Tells that a person does not fit the post. */
export type FitTell = (
  unit: Unit,
  misfit: { id: string; personId: string; postId: string; reasons: readonly Reason[] },
) => Promise<void>;

/**
 * Those who deal with it in the person's department read what a machine would say; the person reads all of it and
 * what to do.
 */
export const createFitTell =
  (notices: Notices): FitTell =>
  async (unit, { id, personId, postId, reasons }) => {
    const { tx } = unit;
    const person = await tx.person.findFirstOrThrow({
      where: { id: personId },
      select: { name: true, departmentId: true, department: { select: { site: true } } },
    });
    const post = await tx.post.findFirstOrThrow({ where: { id: postId }, select: { name: true } });
    const own = await accountsOf(tx, personId);
    const heads = await holdersWithin(tx, 'match:follow', {
      department: person.departmentId,
      site: person.department.site,
    });
    const isDenied = reasons.some(({ decision }) => decision === 'deny');
    const severityOf = (denied: boolean) => (denied ? 'warning' : 'info');
    const subject = { entity: 'post-misfit', id };
    const shown = publicReasons(reasons);
    await notices.notify(unit, {
      to: heads.filter((user) => !own.includes(user)),
      kind: 'match.misfit',
      // As machines say it: a medical check that is missing looks like a certificate that is.
      severity: severityOf(isDenied || hasMedical(reasons)),
      title: {
        zh: `${person.name} 不符合岗位“${post.name}”的要求`,
        en: `${person.name} does not fit the post ${post.name}`,
      },
      body: {
        zh: `${shown.map(({ text }) => text.zh).join('')}打开“人岗不符”查看怎么办。`,
        en: `${shown.map(({ text }) => text.en).join(' ')} Open Does not fit the post to see what to do.`,
      },
      link: noticeLink('match.misfit', id),
      subject,
    });
    await notices.notify(unit, {
      to: own,
      kind: 'match.own-misfit',
      severity: severityOf(isDenied),
      title: {
        zh: `您目前不符合岗位“${post.name}”的要求`,
        en: `You do not fit your post ${post.name} at present`,
      },
      body: {
        zh: reasons
          .map(({ code }) => `${reasonForms[code].text.zh}${reasonForms[code].cure.zh}`)
          .join(''),
        en: reasons
          .map(({ code }) => `${reasonForms[code].text.en} ${reasonForms[code].cure.en}`)
          .join(' '),
      },
      link: noticeLink('match.own-misfit', id),
      subject,
    });
  };
