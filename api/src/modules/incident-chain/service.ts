import type { Account } from '../../platform/access/account.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import type { Features } from '../../platform/features/state.ts';
import {
  CHAIN_MOST,
  type ChainEntry,
  type ChainPerson,
  type ChainSource,
  type ChainSubject,
  chainParts,
  mayReadOf,
} from '../../platform/incident-chain.ts';
import type { User } from '../../platform/kit/routes.ts';
import { readFacts } from '../facts.ts';
import { showDetail } from '../incidents/detail.ts';
import { withMerged } from '../incidents/rows.ts';
import type { IncidentsService } from '../incidents/service.ts';
import { isWithinReach } from '../incidents/view.ts';
import { idsOfPerson } from '../people/merged.ts';
import { kindOf } from '../violations/kind.ts';
import type { Reader } from '../violations/reach.ts';
import type { ChainItem, IncidentChain } from './schema.ts';

/** An incident with what led to it, met it and followed it, from all modules. */
export function createIncidentChains(parts: {
  units: Units;
  features: Features;
  incidents: Pick<IncidentsService, 'find'>;
  timeZone: string;
}) {
  const { units, features, incidents, timeZone } = parts;

  /** The incident as far as the reader sees it: findings, areas and a name as the page of the incident shows them. */
  async function subjectFor(tx: Transaction, id: string, reader: Reader): Promise<ChainSubject> {
    const row = await incidents.find(tx, id, reader);
    const shown = await showDetail(tx, row, reader);
    const counted = shown.members.filter(({ takenOut }) => takenOut === null);
    const findings = (counted.length > 0 ? counted : shown.members).map(
      ({ violation }) => violation,
    );
    const places = await tx.violation.findMany({
      where: { id: { in: findings.map((one) => one.id) }, areaId: { not: null } },
      select: { areaId: true },
      distinct: ['areaId'],
    });
    return {
      incident: row.id,
      incidents: await withMerged(tx, row.id),
      site: shown.site,
      timeZone,
      areas: places.flatMap(({ areaId }) => areaId ?? []),
      findings: findings.map((one) => ({
        id: one.id,
        kind: kindOf(one),
        camera: one.camera,
        startedAt: new Date(one.startedAt),
        endedAt: one.endedAt === null ? null : new Date(one.endedAt),
      })),
      startedAt: new Date(shown.startedAt),
      endedAt: new Date(shown.lastAt),
      person: shown.person && (await personFor(tx, shown.person)),
    };
  }

  async function personFor(
    tx: Transaction,
    { id, name }: { id: string; name: string },
  ): Promise<ChainPerson> {
    const row = await tx.person.findFirst({
      where: { id },
      select: { departmentId: true, department: { select: { site: true } } },
    });
    const place = row && { department: row.departmentId, site: row.department.site };
    return { id, name, ids: await idsOfPerson(tx, id), place };
  }

  /** The sources that the account may ask, of features that are on. */
  async function sourcesFor(
    account: Account,
    { isWhole, person }: { isWhole: boolean; person: ChainPerson | null },
  ): Promise<ChainSource[]> {
    const may = ({ permission, of }: ChainSource) => {
      if (!account.permissions.has(permission)) return false;
      if (of === 'whole') return isWhole;
      return of === 'place' || (person !== null && mayReadOf(account, permission, person));
    };
    const all = (await readFacts()).flatMap(({ chain }) => chain ?? []).filter(may);
    const on = await Promise.all(all.map(({ feature }) => features.check(feature)));
    return all.filter((_, n) => on[n]);
  }

  return {
    /**
     * The chain of an incident as an account may read it.
     *
     * @throws Problem `incident.unknown`, also for one out of reach.
     */
    read: (user: User, id: string): Promise<IncidentChain> =>
      units.run(user, async ({ tx, audit }) => {
        const { account } = user;
        const reader = { account, right: 'violation:read' } as const;
        const subject = await subjectFor(tx, id, reader);
        const sources = await sourcesFor(account, {
          isWhole: await isWithinReach(tx, subject.incident, reader, 'whole'),
          person: subject.person,
        });
        // One after another: they share a connection.
        const found: { source: ChainSource; entries: readonly ChainEntry[] }[] = [];
        for (const source of sources) {
          found.push({ source, entries: await source.read(tx, subject, account) });
        }
        const after = { incident: subject.incident };
        const person = subject.person?.id;
        if (person !== undefined && person !== account.person) {
          await audit({ action: 'view', entity: 'person', id: person, person, after });
        }
        if (sources.some(({ isAuditQuery }) => isAuditQuery)) {
          await audit({ action: 'query', entity: 'audit', after });
        }
        return {
          incident: subject.incident,
          startedAt: subject.startedAt.toISOString(),
          endedAt: subject.endedAt.toISOString(),
          kinds: found.map(({ source: { kind, name, part }, entries }) => ({
            kind,
            name,
            part,
            more: entries.length > CHAIN_MOST,
          })),
          items: found.flatMap(itemsOf).sort(byTime),
        };
      }),
  };
}

const itemsOf = ({
  source,
  entries,
}: {
  source: ChainSource;
  entries: readonly ChainEntry[];
}): ChainItem[] =>
  entries.slice(0, CHAIN_MOST).map(({ id, at, until, title, detail, tone, link }) => ({
    kind: source.kind,
    id,
    part: source.part,
    at: at?.toISOString() ?? null,
    until: until?.toISOString() ?? null,
    title,
    detail: detail ?? null,
    tone: tone ?? 'neutral',
    link: link ?? null,
  }));

/** What held comes first; entries of one instant stay in the order of the parts and of their sources. */
function byTime(a: ChainItem, b: ChainItem): number {
  if (a.at !== b.at) {
    if (a.at === null || b.at === null) return a.at === null ? -1 : 1;
    return a.at < b.at ? -1 : 1;
  }
  return chainParts.indexOf(a.part) - chainParts.indexOf(b.part);
}
