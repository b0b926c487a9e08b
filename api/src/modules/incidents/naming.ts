import type { Cluster } from './join.ts';

/** A cluster with the id of its incident. */
export interface NamedCluster extends Cluster {
  incident: string;
}

/**
 * Gives each cluster the id of its incident, so that ids are stable: what people decided keeps its id;
 * else the oldest incident that one of its findings opened; else a new one, with the id of its first
 * finding. An incident that is not pinned always has the finding that it is named for, so two clusters
 * never get the same id.
 *
 * @param incidentOf where each finding is now; null for one that is in none yet.
 */
export function nameClusters(
  clusters: readonly Cluster[],
  incidentOf: ReadonlyMap<string, string | null>,
): NamedCluster[] {
  const existing = new Set(incidentOf.values());
  return clusters.map((cluster) => ({
    ...cluster,
    incident:
      cluster.pin ?? cluster.findings.find((id) => existing.has(id)) ?? cluster.findings[0]!,
  }));
}
