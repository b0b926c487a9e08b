import { createHash } from 'node:crypto';
import type { Account } from '../../platform/access/account.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import type { MergeConflict, PersonPair } from '../../platform/facts.ts';
import { Problem } from '../../platform/http/errors.ts';
import { dayText } from '../../platform/kit/schemas.ts';
import { consentsJoined } from '../consent/joining.ts';
import { readFacts } from '../facts.ts';
import type { IncidentsService } from '../incidents/service.ts';
import { badgesOf, findPerson, type PersonRow } from '../people/repository.ts';
import type { SensitiveStore } from '../people/sensitive.ts';
import { violationsNaming } from '../violations/merging.ts';
import type { ViolationRow } from '../violations/repository.ts';
import { countAll, personColumns } from './columns.ts';
import { distinctPairs, pairKey } from './distinct-pairs.ts';
import { requireOther } from './own-case.ts';
import type { MergeItem, MergePreview, Side } from './schema.ts';

/** Upper limit of violations per merge: all of them stay locked in one transaction. */
const MOST_VIOLATIONS = 500;

/** A checked request with what it would change. */
export interface MergePlan {
  from: PersonRow;
  into: PersonRow;
  violations: ViolationRow[];
  shown: MergePreview;
}

/** Previews merges. */
export function createMergePlans(parts: {
  sensitive: SensitiveStore;
  incidents: Pick<IncidentsService, 'inTwoPlaces'>;
}) {
  const { sensitive, incidents } = parts;

  async function sideOf({ tx, caller }: Unit, row: PersonRow): Promise<Side> {
    const masked = (await sensitive.masked(tx, caller.tenant, [row.id])).get(row.id);
    const badges = await badgesOf(tx, [row.id]);
    const account = await tx.appUser.count({ where: { personId: row.id, active: true } });
    return {
      id: row.id,
      name: row.name,
      employeeNo: row.employeeNo,
      department: { id: row.departmentId, name: row.department.name as Side['department']['name'] },
      post: row.post,
      status: row.status as Side['status'],
      hiredOn: dayText(row.hiredOn),
      leftOn: dayText(row.leftOn),
      nationalId: masked?.nationalId ?? null,
      phone: masked?.phone ?? null,
      badges: badges.map(({ badge }) => badge),
      account: account > 0,
      createdAt: row.createdAt.toISOString(),
    };
  }

  async function itemsOf(tx: Transaction, pair: PersonPair): Promise<MergeItem[]> {
    const counts = await countAll(tx, pair);
    return personColumns.flatMap((column): MergeItem[] => {
      const { from = 0, into = 0 } = counts.get(column.name) ?? {};
      if (from + into === 0) return [];
      const { what, merge, ...rest } = column.entry;
      const fate = merge === 'stays' ? 'stays' : 'moves';
      return [
        { what, column: column.name, from, into, fate, why: 'why' in rest ? rest.why : null },
      ];
    });
  }

  async function conflictsOf(
    unit: Unit,
    pair: PersonPair,
    violations: readonly ViolationRow[],
  ): Promise<MergeConflict[]> {
    const found: MergeConflict[] = [];
    for (const { merge } of await readFacts()) {
      found.push(...((await merge?.conflicts?.(unit.tx, pair)) ?? []));
    }
    if ((await distinctPairs(unit.tx)).has(pairKey(pair.from, pair.into))) {
      found.push({
        code: 'said-two-people',
        blocks: true,
        text: {
          zh: '两份档案已标为不同的人：确属同一人时，先取消该标记',
          en: 'They were marked as two people: take the mark back first where they are one',
        },
      });
    }
    for (const row of violations) {
      if ((await incidents.inTwoPlaces(unit, { ...row, personId: pair.into })).length === 0)
        continue;
      found.push({
        code: 'violations-apart',
        blocks: true,
        text: {
          zh: '两份档案在同一时刻被确认在不同地点：不是同一个人，或其中一次认错',
          en: 'They were confirmed in two places at one time: they are not one person, or one of the names is wrong',
        },
      });
      break;
    }
    return found.sort((a, b) => Number(b.blocks) - Number(a.blocks));
  }

  return async function plan(unit: Unit, account: Account, pair: PersonPair): Promise<MergePlan> {
    const { tx } = unit;
    const [from, into] = [await findPerson(tx, pair.from), await findPerson(tx, pair.into)];
    if (!from || !into) throw new Problem('person.unknown');
    if (from.id === into.id) throw new Problem('person-merge.same');
    if (from.mergedInto !== null || into.mergedInto !== null) {
      throw new Problem('person-merge.joined-already');
    }
    requireOther(account, [from.id, into.id]);
    const violations = await violationsNaming(tx, from.id, MOST_VIOLATIONS + 1);
    if (violations.length > MOST_VIOLATIONS) throw new Problem('person-merge.too-many');
    const items = await itemsOf(tx, pair);
    const consents = await consentsJoined(tx, pair);
    const conflicts = await conflictsOf(unit, pair, violations);
    // Lines of the log are added by each look, and change nothing of what moves.
    const seen = [
      [pair.from, from.version, pair.into, into.version],
      items.filter(({ fate }) => fate === 'moves').map((one) => [one.column, one.from]),
      consents.map(({ purpose, result }) => [purpose, result]),
      conflicts.map(({ code }) => code),
    ];
    const digest = createHash('sha256').update(JSON.stringify(seen)).digest('hex');
    const shown = {
      into: await sideOf(unit, into),
      from: await sideOf(unit, from),
      items,
      consents,
      conflicts,
      digest,
    };
    return { from, into, violations, shown };
  };
}
export type MergePlans = ReturnType<typeof createMergePlans>;
