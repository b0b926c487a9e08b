import type { Account } from '../../platform/access/account.ts';
import { isWithin, reachOf } from '../../platform/access/scope.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { wordsIn } from '../../platform/features/dictionaries.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { kindTexts } from '../people/kind-words.ts';
import type { PersonKind } from '../people/kinds.ts';
import { readCategories } from '../qualifications/words.ts';
import { publicDecision, publicReasons, type Reason, reasonForms } from './reasons.ts';
import type { ReasonView } from './schema.ts';

/** A person as far as reach and list need it. */
export interface ShownPerson {
  id: string;
  name: string;
  employeeNo: string;
  post: string | null;
  departmentId: string;
  departmentName: Bilingual;
  site: string | null;
}

/** Whether an account reads all of the reasons: the person, and those who see their qualifications. */
export function seesDetail(
  account: Account,
  person: Pick<ShownPerson, 'id' | 'departmentId' | 'site'>,
): boolean {
  if (account.person === person.id) return true;
  if (!account.permissions.has('qualification:read')) return false;
  return isWithin(account, reachOf(account, 'qualification:read'), {
    person: person.id,
    department: person.departmentId,
    site: person.site,
  });
}

/** Shows reasons with the names of what they are about. */
export type ReasonViews = Awaited<ReturnType<typeof readReasonViews>>;

export async function readReasonViews(tx: Transaction) {
  const categories = await readCategories(tx);
  const permits = new Map((await wordsIn(tx, 'special-work')).map(({ id, name }) => [id, name]));
  const posts = new Map(
    (await tx.post.findMany({ select: { id: true, name: true } })).map(({ id, name }) => [
      id,
      name,
    ]),
  );
  const places = new Map(
    [
      ...(await tx.area.findMany({ select: { id: true, name: true } })),
      ...(await tx.equipment.findMany({ select: { id: true, name: true } })),
    ].map(({ id, name }) => [id, name as Bilingual]),
  );
  const certificate = (id: string): Bilingual => {
    for (const type of ['special-work', 'special-equipment', 'guardian'] as const) {
      const name = categories.name(type, id);
      if (name.zh !== id) return name;
    }
    return { zh: id, en: id };
  };

  function nameOf({ code, about }: Reason): Bilingual | null {
    if (about === null) return null;
    if (code.startsWith('skill')) return categories.name('skill', about);
    if (code.startsWith('permit')) return permits.get(about) ?? { zh: about, en: about };
    if (code === 'other-post') {
      // Without a post that would do, the sentence says it all.
      const names = about.split(' ').flatMap((id) => posts.get(id) ?? []);
      if (names.length === 0) return null;
      return { zh: names.join('、'), en: names.join(', ') };
    }
    if (code === 'kind-not-allowed') return kindTexts[about as PersonKind];
    if (code === 'area-not-of-visit' || code === 'escort-needed' || code === 'hours-too-few') {
      return places.get(about) ?? null;
    }
    if (code.startsWith('age')) return { zh: `${about} 岁`, en: `${about} years` };
    if (code.startsWith('training')) return { zh: about, en: about };
    if (reasonForms[code].shown === 'not-qualified' || code === 'review-fails') {
      return certificate(about);
    }
    return { zh: about, en: about };
  }

  return {
    category: (kind: 'special-work' | 'special-equipment' | 'guardian', id: string): Bilingual =>
      categories.name(kind, id),
    skill: (id: string) => categories.name('skill', id),
    permit: (id: string): Bilingual => permits.get(id) ?? { zh: id, en: id },

    /** @param detailed false: the words that machines say, without detail of health or exams. */
    show(reasons: readonly Reason[], detailed: boolean): ReasonView[] {
      if (!detailed) {
        const { decision, final } = publicDecision({
          decision: reasons.some((one) => one.decision === 'deny') ? 'deny' : 'hold',
          final: reasons.some((one) => one.final),
          reasons,
        });
        return publicReasons(reasons).map(({ code, text }) => ({
          code,
          text,
          cure: null,
          about: null,
          record: null,
          decision: decision as 'hold' | 'deny',
          final,
        }));
      }
      return reasons.map((reason) => {
        const { code, about, record, decision, final } = reason;
        const { text, cure } = reasonForms[code];
        const name = nameOf(reason);
        return {
          code,
          text,
          cure,
          about: name === null ? null : { id: about as string, name },
          record,
          decision,
          final,
        };
      });
    },
  };
}
