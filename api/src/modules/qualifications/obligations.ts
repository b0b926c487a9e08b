import type { Transaction } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { dayText } from '../../platform/kit/schemas.ts';
import type {
  NotOwed,
  ObligationProvider,
  Obligations,
  Owed,
} from '../../platform/obligations/types.ts';
import { dayAt } from '../../platform/rules/rule-at.ts';
import { listsOf } from '../posts/records.ts';
import { refreshFirstCheck } from './first-checks.ts';
import { needsOf } from './needs.ts';
import { factOf, withSuspensions } from './person-facts.ts';
import { deciding } from './replacing.ts';
import type { QualificationType } from './state.ts';
import { type Categories, readCategories } from './words.ts';

/** The end of a certificate, a review that is due, and the next medical check. */
const END = 'qualification-end' as const;
const REVIEW = 'qualification-review' as const;
const FITNESS_CHECK = 'medical-check' as const;
/** Of a skill. */
const LEVELS = [1, 2, 3, 4];
type Kind = typeof END | typeof REVIEW | typeof FITNESS_CHECK;

/**
 * Person, type and category, of skills the level, too: a renewed one continues the obligation, and one of a lower
 * level does not.
 */
const sourceOf = (row: {
  personId: string;
  type: string;
  category: string;
  level: number | null;
}): string =>
  [
    row.personId,
    row.type,
    // Of medical checks the newest counts, of whatever kind it is.
    row.type === 'fitness' ? '*' : row.category,
    ...(row.level === null ? [] : [row.level]),
  ].join(':');

const readRows = async (tx: Transaction, people: readonly string[] | null) =>
  (
    await tx.qualification.findMany({
      where: {
        status: 'counted',
        revokedAt: null,
        ...(people === null ? {} : { personId: { in: [...people] } }),
      },
      include: {
        ...withSuspensions,
        person: {
          select: {
            status: true,
            departmentId: true,
            department: { select: { site: true } },
            postRow: true,
          },
        },
      },
    })
  ).map((row) => ({ ...factOf(row), row }));
type Read = Awaited<ReturnType<typeof readRows>>[number];
type Row = Read['row'];

/** Which day of the deciding record a kind is about, and the document that it stands in. */
const dayOf = (kind: Kind, row: Row): { on: Date | null; basis: string } =>
  kind === REVIEW
    ? { on: row.reviewDueOn, basis: `${row.id}/${dayText(row.reviewedOn) ?? ''}` }
    : { on: row.validUntil, basis: row.id };

/** Whether the post that the person holds asks for such a qualification. */
function isAskedFor({ type, category, person: { postRow } }: Row): boolean {
  if (postRow === null) return false;
  return needsOf({ ...postRow, ...listsOf(postRow) }).some(
    (need) => need.type === type && (need.category === null || need.category === category),
  );
}

function owedBy(
  kind: Kind,
  source: string,
  row: Row,
  { categories, today }: { categories: Categories; today: string },
): Owed | NotOwed {
  const { person, personId } = row;
  if (person.status === 'left') return { source, closed: 'left' };
  const { on, basis } = dayOf(kind, row);
  if (on === null) return { source, closed: 'not-needed' };
  // Nobody can end what is over and has no use at the present post.
  if (dayText(on) < today && !isAskedFor(row)) return { source, closed: 'not-needed' };
  const issuedOn = dayText(row.issuedOn);
  return {
    source,
    subject: personId,
    person: personId,
    detail: categories.name(row.type as QualificationType, row.category),
    department: person.departmentId,
    site: person.department.site,
    // Special work: as the law says for this certificate; 60 days where it does not say it.
    ...(row.type === 'special-work' && issuedOn !== null
      ? {
          lead: {
            rule: 'special-work-apply-before',
            issuedOn,
            otherwise: { n: 60, unit: 'days' },
          },
        }
      : {}),
    due: { by: 'date', on: dayText(on), basis },
  };
}

const isOf = (kind: Kind, { type }: { type: string }) =>
  kind === FITNESS_CHECK
    ? type === 'fitness'
    : kind === REVIEW
      ? type === 'special-work' || type === 'special-equipment'
      : type !== 'fitness';

const providerOf = (kind: Kind, timeZone: string): ObligationProvider => ({
  async read(tx, sources) {
    const people = sources && [
      ...new Set(sources.map((source) => source.slice(0, source.indexOf(':')))),
    ];
    const wanted = sources && new Set(sources);
    const groups = new Map<string, Read[]>();
    for (const one of await readRows(tx, people)) {
      if (!isOf(kind, one.row)) continue;
      const group = sourceOf({ ...one.row, level: null });
      groups.set(group, [...(groups.get(group) ?? []), one]);
    }
    const categories = await readCategories(tx);
    const now = new Date();
    const moment = { now, today: dayAt(now, timeZone) };
    return [...groups.values()].flatMap((all) =>
      [...new Set(all.map(({ level }) => level))].flatMap((level) => {
        const source = sourceOf({ ...all[0]!.row, level });
        if (wanted !== null && !wanted.has(source)) return [];
        const one = deciding(
          all.filter((other) => (other.level ?? 0) >= (level ?? 0)),
          moment,
        );
        // One of a higher level counts longer: its end is told.
        if (one.level !== level) return [{ source, closed: 'not-needed' as const }];
        return [owedBy(kind, source, one.row, { categories, today: moment.today })];
      }),
    );
  },
});

/** What falls due of qualifications; the rows are the truth. */
export function provideObligations(obligations: Obligations, timeZone: string): void {
  for (const kind of [END, REVIEW, FITNESS_CHECK] as const) {
    obligations.provide(kind, providerOf(kind, timeZone));
  }
}

export type Refresh = (
  unit: Unit,
  row: { personId: string; type: string; category: string },
) => Promise<void>;

/** To be called after any change of a qualification that counts. */
export const refreshOf =
  (obligations: Pick<Obligations, 'refresh'>): Refresh =>
  async (unit, row) => {
    for (const kind of [END, REVIEW, FITNESS_CHECK] as const) {
      if (!isOf(kind, row)) continue;
      // A change of one level may decide about the others.
      const levels = row.type === 'skill' ? LEVELS : [null];
      const sources = levels.map((level) => sourceOf({ ...row, level }));
      await obligations.refresh(unit, kind, sources);
    }
    if (row.type === 'fitness') await refreshFirstCheck(obligations)(unit, row.personId);
  };
