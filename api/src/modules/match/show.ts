import type { Account } from '../../platform/access/account.ts';
import { isWithin, reachOf } from '../../platform/access/scope.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { wordsIn } from '../../platform/features/dictionaries.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { kindTexts } from '../people/kind-words.ts';
import type { PersonKind } from '../people/kinds.ts';
import { readCategories } from '../qualifications/words.ts';
import { readCourses } from '../training/records.ts';
import {
  type Hint,
  hintTexts,
  type PublicReason,
  publicDecision,
  publicReasons,
  type Reason,
  reasonForms,
} from './reasons.ts';
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

type Concerning = Pick<ShownPerson, 'id' | 'departmentId' | 'site'>;

/** Whether a person is within the scope of an account's permission; false without the permission. */
const reaches = (
  account: Account,
  permission: 'qualification:read' | 'violation:read',
  { id, departmentId, site }: Concerning,
): boolean =>
  account.permissions.has(permission) &&
  isWithin(account, reachOf(account, permission), { person: id, department: departmentId, site });

/** What a reader sees of the reasons of a person. */
export interface Sees {
  /** All of them; else the words that machines say, without detail of health or exams. */
  detail: boolean;
  /** Also that the person has violations: by the person, not by the place of the act. */
  violations: boolean;
}

/** What machines say. */
export const seesNothing: Sees = { detail: false, violations: false };
/** The person themself. */
export const seesAll: Sees = { detail: true, violations: true };

/** The person sees all; others what their rights to qualifications and violations reach. */
export const seesOf = (account: Account, person: Concerning): Sees =>
  account.person === person.id
    ? seesAll
    : {
        detail: reaches(account, 'qualification:read', person),
        violations: reaches(account, 'violation:read', person),
      };

/** Shows reasons with the names of what they are about. */
export type ReasonViews = Awaited<ReturnType<typeof readReasonViews>>;

export async function readReasonViews(tx: Transaction) {
  const named = { select: { id: true, name: true } } as const;
  const [categories, words, courses, postRows, areas, machines, supplierRows] = await Promise.all([
    readCategories(tx),
    wordsIn(tx, 'special-work'),
    readCourses(tx),
    tx.post.findMany(named),
    tx.area.findMany(named),
    tx.equipment.findMany(named),
    tx.supplier.findMany(named),
  ]);
  const permits = new Map(words.map(({ id, name }) => [id, name]));
  const posts = new Map(postRows.map(({ id, name }) => [id, name]));
  const places = new Map([...areas, ...machines].map(({ id, name }) => [id, name as Bilingual]));
  const suppliers = new Map(supplierRows.map(({ id, name }) => [id, { zh: name, en: name }]));
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
    if (code.startsWith('supplier') || code === 'contract-over')
      return suppliers.get(about) ?? null;
    if (code.startsWith('age')) return { zh: `${about} 岁`, en: `${about} years` };
    if (code.startsWith('training') || code === 'retraining-overdue') return courses.name(about);
    if (reasonForms[code].shown === 'not-qualified' || code === 'review-fails') {
      return certificate(about);
    }
    return { zh: about, en: about };
  }

  return {
    category: (kind: 'special-work' | 'special-equipment' | 'guardian', id: string): Bilingual =>
      categories.name(kind, id),
    skill: (id: string) => categories.name('skill', id),
    course: courses.name,
    permit: (id: string): Bilingual => permits.get(id) ?? { zh: id, en: id },

    hints: (hints: readonly Hint[]) =>
      hints.map(({ code, about }) => ({
        code,
        text: hintTexts[code],
        about: { id: about, name: certificate(about) },
      })),

    show(reasons: readonly Reason[], sees: Sees): ReasonView[] {
      if (!sees.detail) {
        const { decision, final } = publicDecision({
          decision: reasons.some((one) => one.decision === 'deny') ? 'deny' : 'hold',
          final: reasons.some((one) => one.final),
          reasons,
        });
        return publicReasons(reasons).map((one) =>
          asMachine(one, { decision: decision as 'hold' | 'deny', final }),
        );
      }
      return reasons.map((reason) => {
        const { code, about, record, decision, final } = reason;
        if (!sees.violations && code === 'review-fails') {
          const [word] = publicReasons([reason]);
          return asMachine(word as PublicReason, { decision, final });
        }
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

/** A reason as machines say it. */
const asMachine = (
  { code, text }: PublicReason,
  { decision, final }: Pick<ReasonView, 'decision' | 'final'>,
): ReasonView => ({ code, text, cure: null, about: null, record: null, decision, final });
