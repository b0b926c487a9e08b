import { readCalendar } from '../calendar/repository.ts';
import { insertAll } from '../db/bulk.ts';
import { newId } from '../db/ids.ts';
import type { Unit } from '../db/unit-of-work.ts';
import { dayDate, dayText } from '../kit/schemas.ts';
import type { Interval } from '../manifest.ts';
import type { Notices } from '../notices/types.ts';
import { ruleAt } from '../rules/rule-at.ts';
import type { Rules } from '../rules/service.ts';
import type { RuleBook } from '../rules/types.ts';
import { carryOut, closeObligation } from './carry-out.ts';
import { caseColumns, obligationColumns } from './columns.ts';
import type { ObligationKind } from './kinds.ts';
import { planCases } from './plan.ts';
import { dayIn } from './schedule.ts';
import { casesOf, knownCase, lockSources, obligationsOf } from './store.ts';
import type { EndedBy, Every, NotOwed, ObligationProvider, Owed } from './types.ts';

/** So many rows are compared in one go. */
export const CHUNK = 200;

export interface RefreshParts {
  notices: Notices;
  rules: Pick<Rules, 'book'>;
  /** Of the installation, for a working calendar without a zone. */
  timeZone: string;
}

/** The rule book is read once, and only where an interval is a rule of law. */
interface Asked {
  zone: string;
  now: Date;
  book(): Promise<RuleBook>;
}

/** Brings the cases of rows of a kind in line with what they owe; see `Obligations.refresh`. */
export async function refreshSources(
  parts: RefreshParts,
  unit: Unit,
  kind: ObligationKind,
  provider: ObligationProvider,
  given: { sources: readonly string[]; now: Date; endedBy?: EndedBy },
): Promise<void> {
  const { tx, caller } = unit;
  const sources = [...new Set(given.sources)];
  let book: RuleBook | undefined;
  for (let at = 0; at < sources.length; at += CHUNK) {
    const chunk = sources.slice(at, at + CHUNK);
    await lockSources(tx, caller.tenant, kind.id, chunk);
    const owed = new Map((await provider.read(tx, chunk)).map((one) => [one.source, one]));
    const zone = (await readCalendar(tx)).calendar.timeZone ?? parts.timeZone;
    const asked: Asked = {
      zone,
      now: given.now,
      book: async () => {
        book ??= await parts.rules.book(tx);
        return book;
      },
    };
    await refreshChunk(parts, unit, kind, { chunk, owed, asked, endedBy: given.endedBy });
  }
}

async function refreshChunk(
  parts: RefreshParts,
  unit: Unit,
  kind: ObligationKind,
  given: {
    chunk: readonly string[];
    owed: ReadonlyMap<string, Owed | NotOwed>;
    asked: Asked;
    endedBy: EndedBy | undefined;
  },
): Promise<void> {
  const { tx, caller } = unit;
  const { asked, owed } = given;
  const known = new Map(
    (await obligationsOf(tx, kind.id, given.chunk)).map((one) => [one.source, one]),
  );
  const cases = await casesOf(
    tx,
    [...known.values()].map(({ id }) => id),
  );
  const newRows: Record<string, unknown>[] = [];
  const newCases: Record<string, unknown>[] = [];
  for (const source of given.chunk) {
    const row = known.get(source);
    const one = owed.get(source) ?? { source, closed: 'gone' as const };
    const waiting = (row && cases.get(row.id)) ?? [];
    if ('closed' in one) {
      if (row && row.closedAt === null)
        await closeObligation(unit, row, waiting, one.closed, asked.now);
      continue;
    }
    const zone = one.zone ?? asked.zone;
    const today = dayIn(asked.now, zone);
    const every =
      'every' in one.due && typeof one.due.every === 'object'
        ? await intervalOf(one.due.every, asked)
        : 'within' in one.due && one.due.within !== undefined
          ? await intervalOf(one.due.within, asked)
          : null;
    const lead = one.due.by === 'meter' ? null : await intervalOf(one.lead ?? kind.lead, asked);
    const columns = obligationColumns(kind, one, { every, lead });
    const isBack = row !== undefined && row.closedAt !== null;
    const since = row && !isBack ? dayText(row.sinceOn) : today;
    const plan = planCases({
      due: one.due,
      every,
      lead,
      today,
      since,
      lastEvidence: row?.lastEvidence ?? null,
      cases: waiting.map(knownCase),
    });
    if (!row && plan.creates.length === 0) continue;
    const id = row?.id ?? newId();
    const created = plan.creates.map((dates) =>
      caseColumns(kind, zone, dates, {
        tenant: caller.tenant,
        obligation: id,
        grace: one.grace ?? null,
      }),
    );
    newCases.push(...created);
    const lastEvidence = plan.ends.at(-1)?.evidence ?? doneKey(one) ?? null;
    if (!row) {
      newRows.push({
        tenant_id: caller.tenant,
        id,
        kind: kind.id,
        source,
        ...columns.bulk,
        last_evidence: lastEvidence,
        since_on: since,
        created_at: asked.now,
        changed_at: asked.now,
      });
      continue;
    }
    await carryOut(parts, unit, kind, {
      row,
      zone,
      plan,
      waiting,
      grace: one.grace ?? null,
      now: asked.now,
      endedBy: given.endedBy,
    });
    // Of a condition that was over before a second person confirmed: it ends no later case.
    const isLate = isStanding(one) && doneKey(one) !== row.lastEvidence;
    const isSame = !isBack && !isLate && columns.same(row) && plan.ends.length === 0;
    if (!isSame) {
      await tx.obligation.updateMany({
        where: { id: row.id },
        data: {
          ...columns.data,
          ...(plan.ends.length > 0 || isBack || isLate ? { lastEvidence } : {}),
          ...(isBack ? { closedAt: null, closedReason: null, sinceOn: dayDate(since) } : {}),
          changedAt: asked.now,
        },
      });
    }
  }
  await insertAll(tx, [
    { table: 'obligation', rows: newRows },
    { table: 'obligation_case', rows: newCases },
  ]);
}

const isStanding = ({ due }: Owed): boolean => due.by === 'condition' && due.standing === true;

/** What tells one time that it was done from the next. */
const doneKey = ({ due }: Owed): string | null =>
  due.done ? (due.done.evidence ?? `on:${due.done.on}`) : null;

/** An interval, of its rule where it has one; null where the rule does not say it. */
async function intervalOf(every: Every, { book, now }: Asked): Promise<Interval | null> {
  if (!('rule' in every)) return every;
  const { rule, issuedOn, otherwise } = every;
  const { value } = ruleAt(await book(), rule, now, issuedOn === undefined ? {} : { issuedOn });
  if (
    value?.kind === 'amount' &&
    value.unit !== 'hours' &&
    value.unit !== 'times' &&
    value.unit !== 'yuan'
  ) {
    return { n: value.amount, unit: value.unit };
  }
  return otherwise ?? null;
}
