import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { wordsIn } from '../../platform/features/dictionaries.ts';
import { Problem } from '../../platform/http/errors.ts';
import { fieldError } from '../../platform/http/field-errors.ts';
import { versionConflict } from '../../platform/kit/save.ts';
import { tradeAt } from '../match/trades.ts';
import type { UnqualifiedOperator } from './operator-schema.ts';
import { requireOther } from './person.ts';
import * as rows from './repository.ts';
import type { TradeRequest, Violation } from './schema.ts';
import { showViolations } from './view.ts';

/**
 * In which trade of special work a violation was. A verdict that confirms it derives the trade from what was asked for at
 * the place; a reviewer chooses another one or none, before or after it. The matcher counts violations of a trade.
 */
export type TradeColumns = Pick<Prisma.ViolationUncheckedUpdateManyInput, 'trade' | 'tradeName'>;

const noTrade: TradeColumns = { trade: null, tradeName: Prisma.DbNull };

const named = async (tx: Transaction, trade: string) =>
  (await wordsIn(tx, 'special-work-category')).find(({ id }) => id === trade);

/**
 * What a verdict writes: derived for one that confirms it, none for one that undoes that.
 *
 * @returns null where a reviewer chose it: that stays.
 */
export async function tradeBy(
  tx: Transaction,
  row: rows.ViolationRow,
  { status, person }: { status: string; person: string | null },
): Promise<TradeColumns | null> {
  if (row.tradeBy !== null) return null;
  if (status !== 'confirmed') return noTrade;
  const { areaId: area, startedAt: at } = row;
  const machine = (row.operator as UnqualifiedOperator | null)?.machine ?? null;
  const trade = await tradeAt(tx, { machine, area, person, at });
  const word = trade === null ? undefined : await named(tx, trade);
  return word === undefined ? noTrade : { trade: word.id, tradeName: word.name };
}

/**
 * Sets the trade of a violation, or that it was in none.
 *
 * @throws Problem `violation.unknown` out of reach, `violation.own-case`, `violation.version-conflict`,
 *   `violation.trade-unknown`.
 */
export async function chooseTrade(
  unit: Unit,
  account: Account,
  id: string,
  { trade, version }: TradeRequest,
): Promise<{ row: rows.ViolationRow; shown: Violation }> {
  const { tx } = unit;
  const row = await rows.findWithin(tx, { account, right: 'violation:review' }, id);
  if (!row) throw new Problem('violation.unknown');
  await requireOther(tx, account, row);
  const word = trade === null ? null : await named(tx, trade);
  if (word === undefined || (word !== null && !word.active && row.trade !== word.id)) {
    const error = fieldError('trade', '不是在用的作业类别', 'is no trade in use');
    throw new Problem('violation.trade-unknown', undefined, { errors: [error] });
  }
  const columns = word === null ? noTrade : { trade: word.id, tradeName: word.name };
  const { count } = await tx.violation.updateMany({
    where: { id, version },
    data: { ...columns, tradeBy: account.id, version: version + 1 },
  });
  const after = (await rows.findViolation(tx, id)) ?? row;
  const [shown] = await showViolations(tx, account, [after]);
  if (count === 0) throw versionConflict('violation.version-conflict', shown as Violation);
  await unit.audit({
    action: 'update',
    entity: 'violation',
    id,
    person: after.status === 'confirmed' ? after.personId : null,
    before: { trade: row.trade },
    after: { trade },
  });
  return { row: after, shown: shown as Violation };
}
