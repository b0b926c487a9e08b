import { accountsOf, accountsWithRole, holdersWithin } from '../access/holders.ts';
import type { Transaction } from '../db/database.ts';
import type { Unit } from '../db/unit-of-work.ts';
import { dayDate } from '../kit/schemas.ts';
import type { Bilingual, ObligationStep } from '../manifest.ts';
import { noticeLink } from '../notices/kinds.ts';
import { dayMark } from '../notices/times.ts';
import type { Notices } from '../notices/types.ts';
import type { ObligationKind } from './kinds.ts';
import type { ObligationRow } from './store.ts';

type Told = Pick<
  ObligationRow,
  'personId' | 'responsiblePerson' | 'responsibleRole' | 'name' | 'detail' | 'departmentId' | 'site'
>;

/** Recipients and names, looked up once for the cases of a batch. */
export interface TellCache {
  readonly holders: Map<string, Promise<string[]>>;
  readonly people: Map<string, Promise<string>>;
}
export const tellCache = (): TellCache => ({ holders: new Map(), people: new Map() });

function once<Value>(known: Map<string, Promise<Value>>, key: string, read: () => Promise<Value>) {
  const found = known.get(key) ?? read();
  known.set(key, found);
  return found;
}

/** Until it is overdue, those who have to see to it are told alone. */
const forResponsible = new Set<ObligationStep | 'moved'>(['upcoming', 'due', 'moved']);

/** The accounts of those who have to see to it. */
async function responsibleOf(tx: Transaction, row: Told, cache: TellCache): Promise<string[]> {
  const { responsiblePerson, responsibleRole } = row;
  if (responsiblePerson !== null) return accountsOf(tx, responsiblePerson);
  if (responsibleRole === null) return [];
  return once(cache.holders, `role ${responsibleRole}`, () =>
    accountsWithRole(tx, responsibleRole),
  );
}

/** Whom a step of a case is told to. */
async function recipients(
  tx: Transaction,
  kind: ObligationKind,
  row: Told,
  step: ObligationStep | 'moved',
  cache: TellCache,
): Promise<string[]> {
  const place = { department: row.departmentId, site: row.site };
  const { to, person, escalateTo } = kind.tell;
  const permissions = step === 'escalated' && escalateTo ? [to, escalateTo] : [to];
  const found = await responsibleOf(tx, row, cache);
  if (found.length > 0 && forResponsible.has(step)) return [...new Set(found)];
  for (const permission of permissions) {
    const key = JSON.stringify([permission, place]);
    found.push(...(await once(cache.holders, key, () => holdersWithin(tx, permission, place))));
  }
  if (person && row.personId !== null) found.push(...(await accountsOf(tx, row.personId)));
  return [...new Set(found)];
}

/** The name of the subject; of a person, as the register has it now. */
async function nameOf(tx: Transaction, row: Told, cache: TellCache): Promise<Bilingual> {
  const { personId, name } = row;
  if (personId === null) return (name as Bilingual | null) ?? { zh: '—', en: '—' };
  const read = async () =>
    (await tx.person.findFirst({ where: { id: personId }, select: { name: true } }))?.name ?? '—';
  const text = await once(cache.people, personId, read);
  return { zh: text, en: text };
}

const fill = (
  template: Bilingual,
  values: Record<'name' | 'detail', Bilingual> & { due: string },
) =>
  Object.fromEntries(
    (['zh', 'en'] as const).map((language) => [
      language,
      // At once: a name that holds one of the words stays as it is.
      template[language].replace(/\{(name|detail|due)\}/g, (_, which: keyof typeof values) =>
        which === 'due' ? values.due : values[which][language],
      ),
    ]),
  ) as { zh: string; en: string };

const detailOf = (row: Told): Bilingual => (row.detail as Bilingual | null) ?? { zh: '', en: '' };

/**
 * Tells of a step of a case. Its row in `obligation_step`, written in the same transaction, makes
 * sure that it is told once.
 *
 * @returns `quiet` where the kind does not tell of it, `nobody` where there is none to tell.
 */
export async function tellStep(
  notices: Notices,
  unit: Unit,
  kind: ObligationKind,
  given: { row: Told; id: string; step: ObligationStep; dueOn: string | null; cache: TellCache },
): Promise<'told' | 'quiet' | 'nobody'> {
  const { row, id, step, dueOn, cache } = given;
  const words = kind.steps[step];
  if (!words) return 'quiet';
  const to = await recipients(unit.tx, kind, row, step, cache);
  if (to.length === 0) return 'nobody';
  const values = {
    name: await nameOf(unit.tx, row, cache),
    detail: detailOf(row),
    due: dueOn ? dayMark(dueOn) : '—',
  };
  await notices.notify(unit, {
    to,
    kind: kind.notice,
    severity: words.severity,
    title: fill(words.title, values),
    body: fill(words.body, values),
    link: noticeLink(kind.notice, id),
    subject: { entity: 'obligation', id },
    // Each step of a day is told once, so there is no earlier one to join.
    first: true,
  });
  // One statement for each: all of a batch in one would take the database seconds to plan.
  await unit.flush();
  return 'told';
}

/** Tells those who know of a case that its day moved. */
export async function tellMoved(
  { notices }: { notices: Notices },
  unit: Unit,
  kind: ObligationKind,
  given: { row: Told; id: string; before: string | null; after: string; now: Date },
): Promise<void> {
  const { row, id, before, after, now } = given;
  const cache = tellCache();
  // Moved to a day that was told of before: said once only.
  const { count } = await unit.tx.obligationStep.createMany({
    data: [
      {
        tenantId: unit.caller.tenant,
        caseId: id,
        dueOn: dayDate(after),
        step: 'moved',
        outcome: 'told',
        at: now,
      },
    ],
    skipDuplicates: true,
  });
  if (count === 0) return;
  const to = await recipients(unit.tx, kind, row, 'moved', cache);
  if (to.length === 0) return;
  const name = await nameOf(unit.tx, row, cache);
  const detail = detailOf(row);
  await notices.notify(unit, {
    to,
    kind: kind.notice,
    severity: 'info',
    title: {
      zh: `${name.zh}：${detail.zh || kind.zh}的到期日改为 ${dayMark(after)}`,
      en: `${name.en}: ${detail.en || kind.en} is due on ${dayMark(after)} now`,
    },
    body: {
      zh: `原为 ${before ? dayMark(before) : '未定'}。`,
      en: `It was ${before ? dayMark(before) : 'not known'} before.`,
    },
    link: noticeLink(kind.notice, id),
    subject: { entity: 'obligation', id },
  });
}
