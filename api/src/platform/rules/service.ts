import { DateTime } from 'luxon';
import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import { calendarZone, readCalendar } from '../calendar/repository.ts';
import { sqlIn, type Transaction } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import { type Query, queryOf, type RowsOf, readTogether } from '../db/readings.ts';
import type { Unit, Units } from '../db/unit-of-work.ts';
import { Problem } from '../http/errors.ts';
import { fieldError } from '../http/field-errors.ts';
import { listOrder } from '../kit/list-order.ts';
import type { User } from '../kit/routes.ts';
import { noteCreated } from '../kit/save.ts';
import { dayDate } from '../kit/schemas.ts';
import { userNames } from '../workflow/record-view.ts';
import { shippedRules } from './law/shipped.ts';
import {
  digestOf,
  isLawChanged,
  isOpen,
  type OverrideRow,
  overrideOf,
  readOverrides,
  showOverride,
  showVersion,
} from './overrides.ts';
import { dayAt, ruleAt, versionOn } from './rule-at.ts';
import type {
  OverrideEnd,
  OverrideInput,
  RuleDetail,
  RuleQuery,
  RuleRow,
  rulePage,
} from './schema.ts';
import type { Amount, Override, Rule, RuleBook } from './types.ts';

const byId = listOrder('rules by id', 'asc', { id: 'text' });
type Names = Awaited<ReturnType<typeof userNames>>;

export type Rules = ReturnType<typeof createRules>;

/**
 * The rules of law of a company: those of the program, and its own overrides.
 *
 * @param parts.timeZone of the installation, for a working calendar without one.
 * @param parts.rules those of the program; others for tests.
 */
export function createRules(parts: { units: Units; timeZone: string; rules?: readonly Rule[] }) {
  const { units, timeZone, rules = shippedRules } = parts;

  const zoneOf = async (tx: Transaction): Promise<string> =>
    (await readCalendar(tx)).calendar.timeZone ?? timeZone;

  /** @throws Problem `rule.unknown`. */
  function ruleOf(id: string): Rule {
    const rule = rules.find((one) => one.id === id);
    if (!rule) throw new Problem('rule.unknown');
    return rule;
  }

  function rowOf(rule: Rule, zone: string, now: Date, rows: readonly OverrideRow[], names: Names) {
    const today = dayAt(now, zone);
    const own = rows.filter((one) => one.rule === rule.id);
    const book = { rules: [rule], overrides: own.map(overrideOf), timeZone: zone };
    const answer = ruleAt(book, rule.id, now);
    const version = answer.version && showVersion(answer.version);
    const next = own.filter((one) => isOpen(overrideOf(one), today)).at(-1);
    const shown = own.find(({ id }) => id === answer.override?.id) ?? next;
    const { state, value, instead } = answer;
    return {
      id: rule.id,
      subject: rule.subject,
      title: rule.title,
      state,
      value: value?.kind === 'list' ? { ...value, items: [...value.items] } : value,
      instead,
      version,
      override: shown ? showOverride(rule, shown, today, names) : null,
      keepsTerms: rule.keeps !== null,
      unit: rule.overridable?.unit ?? null,
    } satisfies RuleRow;
  }

  async function detail(tx: Transaction, id: string): Promise<RuleDetail> {
    const rule = ruleOf(id);
    const [zone, rows] = [await zoneOf(tx), await readOverrides(tx, id)];
    const names = await namesIn(tx, rows);
    const now = new Date();
    const today = dayAt(now, zone);
    return {
      ...rowOf(rule, zone, now, rows, names),
      versions: rule.versions.map(showVersion).reverse(),
      overrides: rows.map((one) => showOverride(rule, one, today, names)),
      today,
      timeZone: zone,
    };
  }

  /** The book of the rows of {@link bookQueries}. */
  const bookOf = ({ overrides, calendar }: BookRows): RuleBook => ({
    rules,
    overrides,
    timeZone: calendar[0]?.timeZone ?? timeZone,
  });

  return {
    bookOf,

    /** The book of a company, for `ruleAt`. */
    book: async (tx: Transaction): Promise<RuleBook> => bookOf(await readTogether(tx, bookQueries)),

    list: (user: User, query: RuleQuery): Promise<z.infer<typeof rulePage>> =>
      units.run(user, async ({ tx }) => {
        const [zone, overrides] = [await zoneOf(tx), await readOverrides(tx)];
        const names = await namesIn(tx, overrides);
        const now = new Date();
        const today = dayAt(now, zone);
        const after = byId.after(query.cursor);
        const rows = rules
          .filter(
            (rule) =>
              (after === null || rule.id > after.id) &&
              (query.state !== 'law-changed' ||
                overrides.some((one) => one.rule === rule.id && isLawChanged(rule, one, today))),
          )
          .sort((a, b) => (a.id < b.id ? -1 : 1))
          .map((rule) => rowOf(rule, zone, now, overrides, names))
          .filter((row) => fits(row, query));
        const { rows: items, next } = byId.page(rows, query.limit);
        return { items, next };
      }),

    get: (user: User, id: string): Promise<RuleDetail> =>
      units.run(user, ({ tx }) => detail(tx, id)),

    /**
     * @throws Problem `rule.fixed` for a rule without a number, `rule.override-days`,
     *   `rule.override-overlaps` with the other one in `current`.
     */
    override: (user: User, id: string, input: OverrideInput): Promise<RuleDetail> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const rule = ruleOf(id);
        if (!rule.overridable) throw new Problem('rule.fixed');
        await lock(unit, id);
        const today = dayAt(new Date(), await zoneOf(tx));
        const { from = today, until, amount, reason } = input;
        requireDays(from, until, today);
        const rows = await readOverrides(tx, id);
        const names = await namesIn(tx, rows);
        const other = rows.find((one) => overlaps(overrideOf(one), from, until));
        if (other) {
          const current = showOverride(rule, other, today, names);
          throw new Problem('rule.override-overlaps', undefined, { current });
        }
        const law = versionOn(rule, from);
        const value: Amount = { kind: 'amount', amount, ...rule.overridable };
        const override = newId();
        await tx.ruleOverride.create({
          data: {
            tenantId: user.tenant,
            id: override,
            rule: id,
            value: { ...value },
            fromOn: dayDate(from),
            untilOn: dayDate(until),
            reason,
            lawDigest: digestOf(law),
            lawVersion: law ? (showVersion(law) as Prisma.InputJsonObject) : Prisma.JsonNull,
            setBy: user.account.id,
          },
        });
        await noteCreated(unit, {
          entity: 'rule-override',
          id: override,
          after: { rule: id, value, law: law?.value ?? null, from, until, reason },
          event: ['created', { rule: id, override }],
        });
        return detail(tx, id);
      }),

    /** @throws Problem `rule.override-over` where it has ended, `rule.override-days`. */
    end: (user: User, id: string, { reason, lastDay }: OverrideEnd): Promise<RuleDetail> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const found = await tx.ruleOverride.findFirst({ where: { id } });
        if (!found) throw new Problem('rule.override-unknown');
        await lock(unit, found.rule);
        const row = await tx.ruleOverride.findFirstOrThrow({ where: { id } });
        const override = overrideOf(row);
        const today = dayAt(new Date(), await zoneOf(tx));
        if (!isOpen(override, today)) throw new Problem('rule.override-over');
        const until = override.from > today ? dayBefore(override.from) : (lastDay ?? today);
        if (override.from <= today) {
          if (until < today) throw refuseDays('lastDay', 'It is today or later.');
          if (override.until !== null && until > override.until) {
            throw refuseDays('lastDay', `It ends on ${override.until} already.`);
          }
        }
        await tx.ruleOverride.updateMany({
          where: { id },
          data: {
            untilOn: dayDate(until),
            endedAt: new Date(),
            endedBy: user.account.id,
            endReason: reason,
          },
        });
        await unit.audit({
          action: 'end-override',
          entity: 'rule-override',
          id,
          before: { rule: row.rule, until: override.until },
          after: { rule: row.rule, until, reason },
        });
        const data = { rule: row.rule, override: id };
        await unit.emit({ entity: 'rule-override', what: 'ended', subject: id, data });
        return detail(tx, row.rule);
      }),
  };
}

/** What was read by {@link bookQueries}. */
export type BookRows = RowsOf<BookQueries>;
export type BookQueries = {
  readonly overrides: Query<Override>;
  readonly calendar: Query<{ timeZone: string | null }>;
};

/** What a book is made of; to be read with other queries. */
export const bookQueries: BookQueries = {
  overrides: queryOf(Prisma.sql`
    SELECT id, rule, value, from_on::text AS "from", until_on::text AS until, reason
    FROM rule_override ORDER BY from_on DESC, id DESC`),
  calendar: calendarZone,
};

const namesIn = (tx: Transaction, rows: readonly OverrideRow[]): Promise<Names> =>
  userNames(
    tx,
    rows.flatMap(({ setBy, endedBy }) => (endedBy === null ? [setBy] : [setBy, endedBy])),
  );

/** Two overrides at once would not see each other. */
const lock = ({ tx, caller }: Unit, rule: string) =>
  sqlIn(tx)(
    Prisma.sql`SELECT pg_advisory_xact_lock(hashtextextended(${`anshi rule ${caller.tenant} ${rule}`}, 0))::text`,
  );

const dayBefore = (day: string): string =>
  DateTime.fromISO(day, { zone: 'utc' }).minus({ days: 1 }).toISODate() as string;

const refuseDays = (field: string, earliest: string) =>
  new Problem('rule.override-days', undefined, {
    errors: [fieldError(field, `不早于 ${earliest}。`, `It is ${earliest} or later.`)],
  });

function requireDays(from: string, until: string | null, today: string): void {
  if (from < today) throw refuseDays('from', today);
  if (until !== null && until < from) throw refuseDays('until', from);
}

const overlaps = (
  one: { from: string; until: string | null },
  from: string,
  until: string | null,
): boolean =>
  !(one.until !== null && one.until < one.from) &&
  (until === null || one.from <= until) &&
  (one.until === null || from <= one.until);

/** Whether a row passes the filters of the query, but for `law-changed`, which filters the overrides. */
function fits(row: RuleRow, { q, subject, certainty, state }: RuleQuery): boolean {
  const { version, title } = row;
  if (subject?.length && !subject.includes(row.subject)) return false;
  if (certainty?.length && !(version && certainty.includes(version.certainty))) return false;
  if (state === 'override' && row.override === null) return false;
  if (state === 'not-known' && row.state !== 'not-known') return false;
  if (!q) return true;
  const texts = [title, version?.text, version?.citation].flatMap((one) => one ?? []);
  const sought = q.toLowerCase();
  return [row.id, ...texts.flatMap(({ zh, en }) => [zh, en])].some((text) =>
    text.toLowerCase().includes(sought),
  );
}
