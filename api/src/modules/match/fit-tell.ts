import { accountsOf, holdersWithin } from '../../platform/access/holders.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { noticeLink } from '../../platform/notices/kinds.ts';
import type { Notices } from '../../platform/notices/types.ts';
import {
  type Decided,
  type Decision,
  hasMedical,
  isWorse,
  publicDecision,
  publicReasons,
  type Reason,
  reasonForms,
  shownReasons,
} from './reasons.ts';

interface Told {
  readonly decision: Decision;
  readonly reasons: readonly Reason[];
}

/** Tells that a person does not fit the post. */
export type FitTell = (
  unit: Unit,
  misfit: Told & {
    readonly id: string;
    readonly personId: string;
    readonly postId: string;
    /** What was told of it before; left out the first time. */
    readonly before?: Told;
  },
) => Promise<void>;

/** Without what is medical: that looks like a certificate that is missing. */
const publicly = ({ decision, reasons }: Told): Decided => ({
  decision: publicDecision({ decision, final: false, reasons }).decision,
  codes: [
    ...shownReasons(reasons),
    ...reasons
      .filter((reason) => !hasMedical([reason]))
      .map(({ code, about }) => `${code} ${about}`),
  ],
});

/**
 * Those who deal with it in the person's department read what a machine would say; the person reads all of it and
 * what to do.
 */
export const createFitTell =
  (notices: Notices): FitTell =>
  async (unit, { id, personId, postId, decision, reasons, before }) => {
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
    // A medical reason that came to others is no news for them.
    const isNews = !before || isWorse(publicly({ decision, reasons }), publicly(before));
    await notices.notify(unit, {
      to: isNews ? heads.filter((user) => !own.includes(user)) : [],
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
