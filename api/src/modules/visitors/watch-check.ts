import type { Unit } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { Platform } from '../../platform/module.ts';
import { normaliseNationalId } from '../people/identity.ts';
import { createSensitive } from '../people/sensitive.ts';
import { companyKey, personKey } from './name-key.ts';
import type { DecisionInput } from './schema.ts';
import type { VisitTell } from './tell.ts';
import { dayAt } from './times.ts';
import { activeEntries, showEntry, watchIndex } from './watch-list.ts';

type By = 'name' | 'company' | 'id-number';
export type WatchState = 'clear' | 'blocked' | 'admitted' | 'refused';
/** A visit as the list is asked about it. */
interface Asked {
  id: string;
  personId: string;
  company: string | null;
  hostId: string;
  fromAt: Date;
  toAt: Date;
  watch: string;
}
export type WatchCheck = ReturnType<typeof createWatchCheck>;

/** Whether the watch list finds a visitor, and what was decided of it. */
export function createWatchCheck({
  units,
  sealed,
  settings,
  tell,
}: Pick<Platform, 'units' | 'sealed' | 'settings'> & { tell: VisitTell }) {
  const sensitive = createSensitive(sealed);
  const today = () => dayAt(new Date(), settings.timeZone);

  async function found(unit: Unit, visit: Asked): Promise<{ entryId: string; by: By }[]> {
    const { tx, caller } = unit;
    const entries = await activeEntries(tx, today());
    if (entries.length === 0) return [];
    const person = await tx.person.findFirstOrThrow({ where: { id: visit.personId } });
    const name = personKey(person.name);
    const companies = [visit.company, person.company].flatMap((one) =>
      one ? companyKey(one) : [],
    );
    const number = (await sensitive.revealAll(tx, caller.tenant, [person.id], 'nationalId')).get(
      person.id,
    );
    const indexes =
      number === undefined
        ? []
        : await sealed.indexes(tx, watchIndex(caller.tenant), normaliseNationalId(number));
    return entries.flatMap((entry): { entryId: string; by: By }[] => {
      const { id: entryId, kind, nationalIdIndex } = entry;
      if (nationalIdIndex !== null && indexes.includes(nationalIdIndex)) {
        return [{ entryId, by: 'id-number' }];
      }
      // The key is computed from the name: a stored key may be from an earlier version of the normalisation.
      if (kind === 'company') {
        return companies.includes(companyKey(entry.name)) ? [{ entryId, by: 'company' }] : [];
      }
      return personKey(entry.name) === name ? [{ entryId, by: 'name' }] : [];
    });
  }

  /**
   * Asks the list, keeps what it finds, and tells those who decide of what is new.
   *
   * @returns `blocked` while one match is not decided; `refused` where one was refused.
   */
  async function check(unit: Unit, visit: Asked): Promise<WatchState> {
    const { tx, caller } = unit;
    const matches = await found(unit, visit);
    const { count: isNew } = await tx.watchMatch.createMany({
      data: matches.map((one) => ({ tenantId: caller.tenant, visitId: visit.id, ...one })),
      skipDuplicates: true,
    });
    // Another person of this name was let in: the identity number says that it is the same one.
    const { count: isCertain } = await tx.watchMatch.updateMany({
      where: {
        visitId: visit.id,
        entryId: { in: matches.flatMap(({ by, entryId }) => (by === 'id-number' ? entryId : [])) },
        by: { not: 'id-number' },
        OR: [{ decision: null }, { decision: 'admit' }],
      },
      data: { by: 'id-number', decision: null, reason: null, decidedBy: null, decidedAt: null },
    });
    const kept = await tx.watchMatch.findMany({ where: { visitId: visit.id } });
    const counts = kept.filter(({ entryId }) => matches.some((one) => one.entryId === entryId));
    const state = stateOf(counts.map(({ decision }) => decision));
    if (state !== visit.watch) {
      await tx.visit.updateMany({ where: { id: visit.id }, data: { watch: state } });
    }
    if (isNew + isCertain > 0) {
      const person = await tx.person.findFirstOrThrow({ where: { id: visit.personId } });
      await tell.blocked(unit, { ...visit, person });
    }
    return state;
  }

  return {
    check,

    /** What the list found for a visit, with its reasons. */
    matches: (user: User, visitId: string) =>
      units.run(user, async ({ tx, audit }) => {
        const rows = await tx.watchMatch.findMany({
          where: { visitId },
          include: { entry: true },
          orderBy: { foundAt: 'asc' },
        });
        await audit({
          action: 'view',
          entity: 'visit',
          id: visitId,
          after: { what: 'watch list' },
        });
        return {
          items: rows.map(({ entry, by, foundAt, decision, reason, decidedAt }) => ({
            entry: showEntry(entry, today()),
            by: by as By,
            foundAt: foundAt.toISOString(),
            decision: decision as 'admit' | 'refuse' | null,
            reason,
            decidedAt: decidedAt?.toISOString() ?? null,
          })),
        };
      }),

    /**
     * Decides all matches of a visit that are open; the reason stays with them.
     *
     * @throws Problem `visit.unknown`, `watch-entry.nothing-open`, `visit.state`.
     */
    decide: (user: User, id: string, { decision, reason }: DecisionInput) =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const visit = await tx.visit.findFirst({ where: { id } });
        if (!visit) throw new Problem('visit.unknown');
        if (visit.state !== 'announced') throw new Problem('visit.state');
        const decided = { decision, reason, decidedBy: user.account.id, decidedAt: new Date() };
        const { count } = await tx.watchMatch.updateMany({
          where: { visitId: id, decision: null },
          data: decided,
        });
        if (count === 0) throw new Problem('watch-entry.nothing-open');
        await unit.audit({
          action: 'decide-watch',
          entity: 'visit',
          id,
          person: visit.personId,
          after: { decision },
        });
        await check(unit, visit);
      }),
  };
}

function stateOf(decisions: readonly (string | null)[]): WatchState {
  if (decisions.length === 0) return 'clear';
  if (decisions.includes('refuse')) return 'refused';
  return decisions.includes(null) ? 'blocked' : 'admitted';
}
