import type { z } from 'zod';
import type { Account } from '../../platform/access/account.ts';
import { actorOf } from '../../platform/access/account.ts';
import type { Database, Transaction } from '../../platform/db/database.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import type { User } from '../../platform/kit/routes.ts';
import { requireVersion } from '../../platform/kit/save.ts';
import { asReader, type Reader } from '../violations/reach.ts';
import type { ViolationRow } from '../violations/repository.ts';
import type { ViolationsService } from '../violations/service.ts';
import type { Claims } from './claims.ts';
import { createDeciding, type VerdictRules } from './decide.ts';
import { showChanged, showDetail } from './detail.ts';
import { findIncident } from './find.ts';
import { listGroups } from './groups.ts';
import type { GroupQuery } from './groups-schema.ts';
import { countWaiting, findPage } from './list.ts';
import { type Joining, regroup } from './place.ts';
import { holdSite, holdSiteOf, type IncidentRow } from './rows.ts';
import type {
  Incident,
  IncidentDetail,
  IncidentQuery,
  IncidentVerdict,
  incidentPage,
} from './schema.ts';
import { inTwoPlaces } from './two-places.ts';
import { readIncidents, readIncidentsFor } from './view.ts';
import { refresh } from './write.ts';

export type IncidentsService = ReturnType<typeof createIncidents>;

/** Incidents: made of findings as they are recorded, and decided by people. */
export function createIncidents(options: {
  database: Database;
  units: Units;
  violations: Pick<ViolationsService, 'decideWithin'>;
  joining: Joining;
  claims: Claims;
}) {
  const { database, units, violations, joining, claims } = options;
  const { events } = joining;

  const find = (tx: Transaction, id: string, reader?: Reader): Promise<IncidentRow> =>
    findIncident(tx, id, reader);
  const findWhole = (tx: Transaction, id: string, reader?: Reader): Promise<IncidentRow> =>
    findIncident(tx, id, reader, 'whole');

  /**
   * Holds the site of an incident for a change of it.
   *
   * @throws Problem `incident.version-conflict` with the incident as it is, where it changed since.
   */
  async function holdAtVersion(
    unit: Unit,
    account: Account,
    id: string,
    version: number,
  ): Promise<IncidentRow> {
    const reviewing = { account, right: 'violation:review' } as const;
    const { site } = await find(unit.tx, id, reviewing);
    await holdSite(unit.tx, unit.caller.tenant, site);
    const row = await find(unit.tx, id, reviewing);
    if (row.id !== id || row.version !== version) {
      const [current] = await readIncidents(unit.tx, [row.id]);
      requireVersion('incident.version-conflict', { version: -1 }, version, current ?? null);
    }
    return row;
  }

  const decideWithin = createDeciding({ violations, joining, holdAtVersion, claims });

  return {
    find,
    findWhole,
    holdAtVersion,

    /** Serialises the recording of findings of a site. */
    hold: (unit: Unit, site: string) => holdSite(unit.tx, unit.caller.tenant, site),
    holdOf: (unit: Unit, finding: string) => holdSiteOf(unit.tx, unit.caller.tenant, finding),

    /** Joins a finding that was recorded or ended, in the transaction that wrote it. */
    place: (
      unit: Unit,
      { site, id }: { site: string; id: string },
      options: { isSeen?: boolean } = {},
    ) => regroup(unit, joining, site, [id], options),

    /** Violations of the same confirmed person at the same time in another place. */
    inTwoPlaces: (unit: Unit, row: ViolationRow) => inTwoPlaces(unit.tx, row, joining.planOf),

    /** Follows the verdict on a single finding, in its transaction. */
    async follow(unit: Unit, finding: string): Promise<void> {
      const found = await unit.tx.incidentFinding.findFirst({ where: { findingId: finding } });
      if (found) await refresh(unit, events, { incidents: [found.incidentId] });
    },

    async list(account: Account, query: IncidentQuery): Promise<z.infer<typeof incidentPage>> {
      return database.transaction(actorOf(account), async (tx) => {
        const reader = asReader(account);
        const { ids, next } = await findPage(tx, reader, query);
        const found = await readIncidentsFor(tx, reader, ids);
        const shown = new Map(found.map((one) => [one.id, one]));
        return {
          items: ids.flatMap((id) => shown.get(id) ?? []),
          next,
          ...(query.cursor === undefined
            ? { counts: await countWaiting(tx, reader, query.openedFrom) }
            : {}),
        };
      });
    },

    groups: (account: Account, query: GroupQuery) => listGroups(database, account, query),

    get: (account: Account, id: string): Promise<IncidentDetail> =>
      database.transaction(actorOf(account), async (tx) =>
        showDetail(tx, await find(tx, id, asReader(account)), asReader(account)),
      ),

    /** An incident as the account sees it; null out of its reach. */
    async summary(account: Account, id: string): Promise<Incident | null> {
      return database.transaction(actorOf(account), async (tx) => {
        const [found] = await readIncidentsFor(tx, asReader(account), [id]);
        return found ?? null;
      });
    },

    /** One verdict for all findings that wait for one, see {@link createDeciding}. */
    decide: (user: User, id: string, request: IncidentVerdict): Promise<IncidentDetail> =>
      units.run(user, async (unit) => {
        await decideWithin(unit, user.account, id, request);
        return showChanged(unit.tx, await find(unit.tx, id), {
          account: user.account,
          right: 'violation:review',
        });
      }),

    /** The same for one of many: what became of it is told in short. */
    decideOneOfMany: (
      user: User,
      id: string,
      request: IncidentVerdict,
      rules: VerdictRules,
    ): Promise<IncidentRow> =>
      units.run(user, async (unit) => {
        await decideWithin(unit, user.account, id, request, rules);
        return find(unit.tx, id);
      }),
  };
}
