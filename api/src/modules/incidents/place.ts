import type { Unit } from '../../platform/db/unit-of-work.ts';
import type { IncidentEvents } from './events.ts';
import { areOfTwoPeople } from './finding.ts';
import { joinFindings } from './join.ts';
import { linkPeople } from './links.ts';
import { type NamedCluster, nameClusters } from './naming.ts';
import { type FindingRow, findNeighbourhood, findSettings, type PlanOf } from './rows.ts';
import { summarise } from './summary.ts';
import { higherTold } from './told.ts';
import { mergeAway, placeFindings, refresh, type Why, writeIncident } from './write.ts';

/** What joining needs to know beside the findings, and whom it tells. */
export interface Joining {
  events: IncidentEvents;
  planOf: PlanOf;
}

/**
 * Divides the findings around some that came or changed, and writes what is other than before. The
 * caller holds the site.
 *
 * @param options.isSeen whether people see a difference of the first ones where they are.
 */
export async function regroup(
  unit: Unit,
  { events, planOf }: Joining,
  site: string,
  first: readonly string[],
  { isSeen = false }: { isSeen?: boolean } = {},
): Promise<void> {
  const { tx, caller } = unit;
  await linkPeople(tx, caller.tenant, first);
  const settings = await findSettings(tx, site);
  const near = await findNeighbourhood(tx, first, settings, planOf);
  const rows = new Map(near.map(({ row }) => [row.id, row]));
  const incidentOf = new Map([...rows].map(([id, { incidentId }]) => [id, incidentId]));
  const was = (id: string) => rows.get(id)!;
  /** Whose incident a finding left because two people are certain. */
  const apartFrom = (id: string): Why => {
    const other = [...rows.values()].find(
      (one) =>
        one.incidentId === was(id).incidentId && areOfTwoPeople(personOf(one), personOf(was(id))),
    );
    return other && was(id).incidentId !== null ? { by: 'name', with: other.id, odds: null } : null;
  };
  const clusters = nameClusters(joinFindings(near, settings), incidentOf);
  const moved = clusters.flatMap((cluster) =>
    cluster.findings
      .filter((id) => incidentOf.get(id) !== cluster.incident)
      .map((id) => ({ id, incident: cluster.incident, why: whyOf(cluster, id) ?? apartFrom(id) })),
  );
  const existing = new Set([...rows.values()].flatMap(({ incidentId }) => incidentId ?? []));
  const opened = clusters.filter(({ incident }) => !existing.has(incident));
  for (const { incident, findings } of opened) {
    const [one, ...others] = findings.map(was) as [FindingRow, ...FindingRow[]];
    const summary = summarise([one, ...others], 'pending');
    await writeIncident(unit, { id: incident, site, summary, told: null, isChanged: true });
  }
  await placeFindings(unit, moved);

  const left = new Set(moved.flatMap(({ id }) => was(id).incidentId ?? []));
  const stays = new Set(clusters.map(({ incident }) => incident));
  const changed = new Set([...moved.map(({ incident }) => incident), ...left]);
  const emptied = [...left].filter((id) => !stays.has(id));
  const isNew = new Set(opened.map(({ incident }) => incident));
  const told = new Map<string, string | null>();
  for (const id of emptied) {
    const gone = moved.find((one) => was(one.id).incidentId === id)!;
    await mergeAway(unit, id, gone.incident);
    told.set(gone.incident, higherTold(told.get(gone.incident) ?? null, was(gone.id).incidentTold));
  }
  // The end of a finding is part of its incident, too.
  const again = new Set([...changed, ...first.flatMap((id) => incidentNow(clusters, id) ?? [])]);
  await refresh(unit, events, {
    incidents: [...again].filter((id) => !isNew.has(id) && stays.has(id)),
    unchanged: isSeen ? [] : [...again].filter((id) => !changed.has(id)),
    others: new Map([
      ...[...isNew].map((id) => [id, 'opened'] as const),
      ...emptied.map((id) => [id, 'updated'] as const),
    ]),
    told,
  });
}

const personOf = ({ personId }: FindingRow) => ({ person: personId });

const incidentNow = (clusters: readonly NamedCluster[], id: string) =>
  clusters.find(({ findings }) => findings.includes(id))?.incident;

/** Why a finding is with the others; null for the one that the incident is named for. */
function whyOf({ incident, joins }: NamedCluster, id: string): Why {
  const found = id === incident ? undefined : joins.find(({ a, b }) => a === id || b === id);
  if (!found) return null;
  const { a, b, by, odds } = found;
  const times = odds === null ? null : Math.round(Math.min(Math.exp(odds), 1e6));
  return { by, with: a === id ? b : a, odds: times };
}
