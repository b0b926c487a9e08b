import { reachOf } from '../../platform/access/scope.ts';
import { describe } from '../../platform/audit/words.ts';
import { CHAIN_MOST, type ChainSource } from '../../platform/incident-chain.ts';
import { findLooks } from './repository.ts';

/** Packs and file entries of one incident whose log is searched. */
const MOST_RECORDS = 200;

/** Who looked at the evidence or took it out of the system, for readers of the audit log alone. */
export const chain: readonly ChainSource[] = [
  {
    kind: 'look',
    name: { zh: '查看与导出记录', en: 'Looks and exports' },
    part: 'after',
    permission: 'audit:read',
    feature: 'monitoring',
    of: 'whole',
    isAuditQuery: true,
    async read(tx, { incidents, findings }, account) {
      const violations = findings.map(({ id }) => id);
      // The newest ones, so that the query stays bounded.
      const bounded = {
        select: { id: true },
        orderBy: { id: 'desc' },
        take: MOST_RECORDS,
      } as const;
      const packs = await tx.evidencePack.findMany({
        where: { incidentId: { in: [...incidents] } },
        ...bounded,
      });
      const entries = await tx.safetyEntry.findMany({
        where: { violationId: { in: violations } },
        ...bounded,
      });
      const rows = await findLooks(tx, {
        records: [
          { entity: 'incident', ids: incidents },
          { entity: 'violation', ids: violations },
          { entity: 'evidence-pack', ids: packs.map(({ id }) => id) },
          { entity: 'safety-entry', ids: entries.map(({ id }) => id) },
        ],
        reach: reachOf(account, 'audit:read'),
        limit: CHAIN_MOST + 1,
      });
      return rows.map((row) => {
        const query = new URLSearchParams({ entity: row.entity, entityId: row.entityId ?? '' });
        return {
          id: String(row.seq),
          at: row.at,
          // The record is of this incident: its id says nothing more.
          title: describe({ ...row, entityId: null, before: null, after: null }),
          link: `/admin/audit?${query}`,
        };
      });
    },
  },
];
