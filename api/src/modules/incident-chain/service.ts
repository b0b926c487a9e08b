import type { Account } from '../../platform/access/account.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import type { Features } from '../../platform/features/state.ts';
import {
  CHAIN_MOST,
  type ChainEntry,
  type ChainPerson,
  type ChainSource,
  chainParts,
  mayReadOf,
} from '../../platform/incident-chain.ts';
import type { User } from '../../platform/kit/routes.ts';
import { readFacts } from '../facts.ts';
import { isWithinReach } from '../incidents/view.ts';
import { asReader } from '../violations/reach.ts';
import type { ChainItem, IncidentChain } from './schema.ts';
import type { Subjects } from './subject.ts';

/** An incident with what led to it, met it and followed it, from all modules. */
export function createIncidentChains(parts: {
  units: Units;
  features: Features;
  subjects: Subjects;
}) {
  const { units, features, subjects } = parts;

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
        const reader = asReader(account);
        const { subject } = await subjects.find(tx, id, reader);
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
