import type { Transaction } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { dayText } from '../../platform/kit/schemas.ts';
import type {
  NotOwed,
  ObligationProvider,
  Obligations,
  Owed,
} from '../../platform/obligations/types.ts';
import type { QualificationType } from './state.ts';
import { type Categories, readCategories } from './words.ts';

/** The end of a certificate, a review that is due, and the next medical check. */
const END = 'qualification-end' as const;
const REVIEW = 'qualification-review' as const;
const FITNESS_CHECK = 'medical-check' as const;
type Kind = typeof END | typeof REVIEW | typeof FITNESS_CHECK;

/** Person, type and category: a renewed one continues the obligation. */
const sourceOf = (row: { personId: string; type: string; category: string }): string =>
  // Of medical checks the newest counts, of whatever kind it is.
  [row.personId, row.type, row.type === 'fitness' ? '*' : row.category].join(':');

const readRows = (tx: Transaction, people: readonly string[] | null) =>
  tx.qualification.findMany({
    where: {
      status: 'counted',
      revokedAt: null,
      ...(people === null ? {} : { personId: { in: [...people] } }),
    },
    include: {
      person: {
        select: { status: true, departmentId: true, department: { select: { site: true } } },
      },
    },
  });
type Row = Awaited<ReturnType<typeof readRows>>[number];

/** The one of a group that counts longest; of medical checks the newest. */
function deciding(rows: readonly Row[]): Row {
  const key = (row: Row) =>
    row.type === 'fitness'
      ? (dayText(row.validFrom) ?? '')
      : (dayText(row.validUntil) ?? dayText(row.reviewDueOn) ?? '9999');
  return [...rows].sort((a, b) => key(b).localeCompare(key(a)) || b.id.localeCompare(a.id))[0]!;
}

/** Which day of the deciding record a kind is about, and the document that it stands in. */
const dayOf = (kind: Kind, row: Row): { on: Date | null; basis: string } =>
  kind === REVIEW
    ? { on: row.reviewDueOn, basis: `${row.id}/${dayText(row.reviewedOn) ?? ''}` }
    : { on: row.validUntil, basis: row.id };

function owedBy(kind: Kind, source: string, row: Row, categories: Categories): Owed | NotOwed {
  const { person, personId } = row;
  if (person.status === 'left') return { source, closed: 'left' };
  const { on, basis } = dayOf(kind, row);
  if (on === null) return { source, closed: 'not-needed' };
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

const providerOf = (kind: Kind): ObligationProvider => ({
  async read(tx, sources) {
    const people = sources && [
      ...new Set(sources.map((source) => source.slice(0, source.indexOf(':')))),
    ];
    const wanted = sources && new Set(sources);
    const groups = new Map<string, Row[]>();
    for (const row of await readRows(tx, people)) {
      if (!isOf(kind, row)) continue;
      const source = sourceOf(row);
      if (wanted !== null && !wanted.has(source)) continue;
      groups.set(source, [...(groups.get(source) ?? []), row]);
    }
    const categories = await readCategories(tx);
    return [...groups].map(([source, rows]) => owedBy(kind, source, deciding(rows), categories));
  },
});

/** What falls due of qualifications; the rows are the truth. */
export function provideObligations(obligations: Obligations): void {
  for (const kind of [END, REVIEW, FITNESS_CHECK] as const) {
    obligations.provide(kind, providerOf(kind));
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
      if (isOf(kind, row)) await obligations.refresh(unit, kind, [sourceOf(row)]);
    }
  };
