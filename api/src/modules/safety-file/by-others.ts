import { DateTime } from 'luxon';
import type { Account } from '../../platform/access/account.ts';
import { accountsOf } from '../../platform/access/holders.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import type { Files } from '../../platform/files/types.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import { dayDate, dayText } from '../../platform/kit/schemas.ts';
import { dayAt } from '../../platform/rules/rule-at.ts';
import { isBarred } from './barred.ts';
import { OBJECTION } from './flow.ts';
import type { Objections } from './objections.ts';
import { readsFileOf } from './reach.ts';
import { type EntryRow, findEntry, holdViolation, objectUntilOf, stateOf } from './rows.ts';
import type { Entry, ObjectionByOther, Telling } from './schema.ts';
import { showEntries } from './show.ts';

export type ByOthers = ReturnType<typeof createByOthers>;

/** Records of other people for a person without an account: that the person was told, and the objection. */
export function createByOthers(parts: {
  units: Units;
  objections: Pick<Objections, 'start'>;
  files: Pick<Files, 'attach'>;
  timeZone: string;
}) {
  const { units, objections, files, timeZone } = parts;
  const startOf = (day: string) => DateTime.fromISO(day, { zone: timeZone }).startOf('day');
  const endOf = (day: string) => startOf(day).plus({ days: 1 }).startOf('day').toJSDate();

  /**
   * The entry, held for a change.
   *
   * @throws Problem `safety-entry.unknown`, `workflow.separation` for the person, a reviewer and a candidate,
   *   `safety-entry.not-in-force`.
   */
  async function held({ tx }: Unit, account: Account, id: string): Promise<EntryRow> {
    const seen = await findEntry(tx, id);
    if (!seen || !(await readsFileOf(tx, account, seen.personId, 'safety-file:keep'))) {
      throw new Problem('safety-entry.unknown');
    }
    await holdViolation(tx, seen.violationId);
    const entry = (await findEntry(tx, id)) ?? seen;
    if (await isBarred(tx, account, entry)) throw new Problem('workflow.separation');
    if (stateOf(entry) !== 'in-force') throw new Problem('safety-entry.not-in-force');
    return entry;
  }

  /** @throws Problem `safety-entry.day` where a day is not one from the first to today. */
  function checkDay(day: string, first: string): void {
    if (day < first || day > dayAt(new Date(), timeZone)) {
      throw new Problem('safety-entry.day', undefined, { first });
    }
  }

  async function requireNoAccount(tx: Transaction, { personId }: EntryRow): Promise<void> {
    if ((await accountsOf(tx, personId)).length > 0) throw new Problem('objection.has-account');
  }

  const shown = async (tx: Transaction, account: Account, id: string): Promise<Entry> => {
    const now = await findEntry(tx, id);
    return (await showEntries(tx, account, now ? [now] : []))[0] as Entry;
  };

  return {
    /**
     * Records that the person was told. The time to object runs from the end of that day, and never from before it is
     * recorded: a late entry takes no time away.
     *
     * @throws Problem `objection.has-account`, `safety-entry.told-already`, and of `held` and `checkDay`.
     */
    tell: (user: User, id: string, { on, how }: Telling): Promise<Entry> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const entry = await held(unit, user.account, id);
        if (entry.told || entry.telling || entry.opening) {
          throw new Problem('safety-entry.told-already');
        }
        await requireNoAccount(tx, entry);
        checkDay(on, dayAt(entry.writtenAt, timeZone));
        await tx.safetyEntryTelling.create({
          data: {
            tenantId: user.tenant,
            entryId: id,
            toldOn: dayDate(on),
            how,
            runsFrom: new Date(Math.max(+endOf(on), Date.now())),
            byUser: user.account.id,
            byName: user.account.displayName,
          },
        });
        await unit.audit({
          action: 'entry-tell',
          entity: 'safety-entry',
          id,
          person: entry.personId,
          after: { on, how },
        });
        return shown(tx, user.account, id);
      }),

    /**
     * Records the objection of a person who has no account. The day on which it was said counts for the time to object.
     *
     * @throws Problem `objection.has-account`, `objection.twice`, `safety-entry.not-told`, `objection.too-late`, and of `held`
     *   and `checkDay`.
     */
    object: (user: User, id: string, given: ObjectionByOther): Promise<Entry> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const { text, on, how, fileIds } = given;
        const entry = await held(unit, user.account, id);
        await requireNoAccount(tx, entry);
        if (entry.objection) throw new Problem('objection.twice');
        const until = objectUntilOf(entry);
        if (until === null) throw new Problem('safety-entry.not-told');
        checkDay(
          on,
          entry.telling ? dayText(entry.telling.toldOn) : dayAt(entry.writtenAt, timeZone),
        );
        if (+startOf(on) >= +until) throw new Problem('objection.too-late');
        const objection = await objections.start(unit, entry, { text, how, saidOn: on });
        if (fileIds.length > 0) {
          await files.attach(unit, fileIds, { entity: OBJECTION, id: objection, role: 'scan' });
        }
        return shown(tx, user.account, id);
      }),
  };
}
