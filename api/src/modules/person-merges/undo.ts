import type { Account } from '../../platform/access/account.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import type { PersonPair } from '../../platform/facts.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { partConsents } from '../consent/joining.ts';
import { holdFiles, reopenFile } from '../people/merged.ts';
import { isSealedChanged, sealedBack } from '../people/sealed-joining.ts';
import type { SensitiveStore } from '../people/sensitive.ts';
import { holdingsBack } from '../posts/merging.ts';
import { endRolesElsewhere } from '../users/parting.ts';
import { changedSince, giveBack } from '../violations/merging.ts';
import { columnBack, countChanged, moves as isMoving, personColumns } from './columns.ts';
import type { MergeKept, MergeMoves } from './moves.ts';
import { requireOther } from './own-case.ts';
import type { BadgeBack, PartedNames } from './parting.ts';
import type { Merge, UndoPreview, UndoRequest } from './schema.ts';
import { showMerge } from './show.ts';
import type { MergeTell } from './tell.ts';

const MERGE = 'person-merge';
const VIOLATIONS: Bilingual = { zh: '违章记录', en: 'violation' };
const NAMELESS: Bilingual = {
  zh: '违章记录（不再署名，请重新核定）',
  en: 'violation that names no person then, to be reviewed again',
};
const SEALED: Bilingual = { zh: '证件号与电话', en: 'identity number and phone' };

/** A merge that can be undone, with what changed since. */
interface Undoing {
  pair: PersonPair;
  kept: MergeKept;
  /** When they were joined. */
  at: Date;
  /** Violations that go back as they were. */
  back: string[];
  /** What was found since by badges that go back. */
  badges: BadgeBack[];
  isSealedChanged: boolean;
  shown: UndoPreview;
}

/** Parts files again. */
export function createMergeUndo(parts: {
  sensitive: SensitiveStore;
  moves: MergeMoves;
  names: PartedNames;
  tell: MergeTell;
}) {
  const { sensitive, moves, names, tell } = parts;

  /** @throws Problem `person-merge.unknown`, `person-merge.undone`, `person-merge.chained`, `person-merge.own-case`. */
  async function planUndo(unit: Unit, account: Account, id: string): Promise<Undoing> {
    const { tx } = unit;
    const row = await tx.personMerge.findFirst({ where: { id } });
    if (!row) throw new Problem('person-merge.unknown');
    const pair = { from: row.fromPerson, into: row.intoPerson };
    requireOther(account, [pair.from, pair.into]);
    if (row.undoneAt !== null) throw new Problem('person-merge.undone');
    const file = await tx.person.findFirst({ where: { id: pair.into } });
    if (file?.mergedInto) {
      const later = await tx.personMerge.findFirst({
        where: { fromPerson: pair.into, undoneAt: null },
        select: { id: true },
      });
      throw new Problem('person-merge.chained', undefined, { later: later?.id ?? null });
    }
    const kept = row.kept as unknown as MergeKept;
    const shown: UndoPreview = { back: [], changed: [] };
    const note = (what: Bilingual, all: number, changed: number) => {
      if (all > changed) shown.back.push({ what, count: all - changed });
      if (changed > 0) shown.changed.push({ what, count: changed });
    };
    for (const column of personColumns.filter(isMoving)) {
      const rows = kept.columns.find(({ name }) => name === column.name);
      if (rows) {
        note(column.entry.what, rows.rows.length, await countChanged(tx, column, rows, pair));
      }
    }
    const given = kept.violations.map(({ id }) => id);
    const changed = await changedSince(tx, pair, kept.violations);
    const back = given.filter((one) => !changed.includes(one));
    const badges = await names.plan(unit, kept.columns, pair, back);
    const since = badges.flatMap(({ depending }) => depending);
    // Whom a reviewer chose stays until a new verdict.
    const chosen = since.filter(({ what }) => what === 'check').map(({ row }) => row.id);
    const moved = since.filter(({ row }) => !chosen.includes(row.id));
    const movedIds = new Set(moved.map(({ row }) => row.id));
    const changedViolations = [
      ...new Set([...changed.filter((one) => !movedIds.has(one)), ...chosen]),
    ];
    const nameless = moved.filter(({ what, named }) => what === 'name-goes' && named).length;
    const all = new Set([...back, ...movedIds, ...changedViolations]).size;
    note(VIOLATIONS, all - nameless, changedViolations.length);
    note(NAMELESS, nameless, 0);
    const sealedChanged = await isSealedChanged(unit, pair, kept.sealed);
    const { length } = kept.sealed.fields;
    note(SEALED, length, sealedChanged ? length : 0);
    return { pair, at: row.at, kept, back, badges, isSealedChanged: sealedChanged, shown };
  }

  return {
    preview: async (unit: Unit, account: Account, id: string): Promise<UndoPreview> =>
      (await planUndo(unit, account, id)).shown,

    /** @throws Problem `person-merge.changed-since` with what changed, unless it may stay. */
    async make(
      unit: Unit,
      account: Account,
      id: string,
      { reason, leaveChanged }: UndoRequest,
    ): Promise<Merge> {
      const { tx } = unit;
      const made = await tx.personMerge.findFirst({ where: { id } });
      if (!made) throw new Problem('person-merge.unknown');
      await holdFiles(tx, [made.fromPerson, made.intoPerson]);
      const first = await planUndo(unit, account, id);
      const since = first.badges.flatMap(({ depending }) => depending.map(({ row }) => row.id));
      const given = [...first.kept.violations.map((one) => one.id), ...since];
      const rows = await tx.violation.findMany({
        where: { id: { in: given } },
        select: { id: true, site: true },
      });
      await moves.hold(unit, rows);
      const {
        pair,
        at,
        kept,
        back,
        badges: bindings,
        isSealedChanged: isChanged,
        shown,
      } = await planUndo(unit, account, id);
      if (shown.changed.length > 0 && !leaveChanged) {
        throw new Problem('person-merge.changed-since', undefined, { changed: shown.changed });
      }
      // First: what is written for a joined file goes to the one that remains.
      await reopenFile(unit, pair.from, kept.file);
      for (const column of personColumns.filter(isMoving)) {
        const moved = kept.columns.find(({ name }) => name === column.name);
        if (moved) await columnBack(tx, column, moved, pair);
      }
      await endRolesElsewhere(unit, pair);
      await holdingsBack(tx, pair, kept.holdings);
      if (!isChanged) await sealedBack(unit, sensitive, pair, kept.sealed);
      await giveBack(tx, pair, back);
      const [wrong, right] = [pair.into, pair.from];
      await moves.follow(unit, back, { wrong, right, merge: id, reason });
      await names.move(unit, bindings, { merge: id, at, reason });
      await partConsents(unit, pair, at);
      const notMovedBack = shown.changed.reduce((sum, { count }) => sum + count, 0);
      await tx.personMerge.updateMany({
        where: { id },
        data: {
          undoneBy: account.id,
          undoneByName: account.displayName,
          undoneAt: new Date(),
          undoneReason: reason,
          notMovedBack,
        },
      });
      const badges = await tx.badge.findMany({ where: { personId: pair.from, until: null } });
      await moves.tellAll(
        unit,
        pair,
        'parted',
        badges.map(({ badge }) => badge),
      );
      const merge = await showMerge(tx, id);
      const numbers: [string, string] = [merge.from.employeeNo, merge.into.employeeNo];
      await tell.parted(unit, id, [pair.from, pair.into], numbers);
      const after = { from: pair.from, into: pair.into, notMovedBack };
      await unit.audit({ action: 'undo-merge', entity: MERGE, id, after, reason });
      return merge;
    },
  };
}
export type MergeUndo = ReturnType<typeof createMergeUndo>;
