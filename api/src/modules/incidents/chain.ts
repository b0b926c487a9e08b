import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn } from '../../platform/db/database.ts';
import {
  CHAIN_MOST,
  type ChainSource,
  joinTexts,
  plainText,
  shifted,
} from '../../platform/incident-chain.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { kindColumn, kindNames } from '../violations/kind.ts';
import { actsWithin, asReader, findingsWithin, wholeActs } from '../violations/reach.ts';

const DAY_MS = 86_400_000;
/** Earlier incidents are counted over so many days, and so many at most. */
const EARLIER_DAYS = 30;
const MOST_COUNTED = 1_000;

const changes: Readonly<Record<string, Bilingual>> = {
  'take-out': { zh: '移出一项发现', en: 'A finding was taken out' },
  split: { zh: '拆分事件', en: 'The incident was split' },
  join: { zh: '合并事件', en: 'Incidents were joined' },
};

export const chain: readonly ChainSource[] = [
  {
    kind: 'earlier-incident',
    name: { zh: '此前同类事件', en: 'Earlier incidents of this kind' },
    part: 'before',
    permission: 'violation:read',
    feature: 'monitoring',
    of: 'place',
    async read(tx, { incidents, findings, areas, site, startedAt }, account) {
      const kinds = [...new Set(findings.map(({ kind }) => kind))];
      const cameras = [...new Set(findings.map(({ camera }) => camera))];
      // Without an area, the place is what the camera sees.
      const place =
        areas.length > 0
          ? Prisma.sql`i.areas && ${[...areas]}::text[]`
          : Prisma.sql`i.cameras && ${cameras}::text[]`;
      const from = shifted(startedAt, -EARLIER_DAYS * DAY_MS);
      const reader = asReader(account);
      // Of an act that the reader does not see whole, only what is in its findings that the reader sees.
      const rows = await sqlIn(tx)<{
        kind: string;
        count: number;
        listed: number;
        last: Date;
      }>(Prisma.sql`
        SELECT k.kind, count(*) FILTER (WHERE k.counts)::int AS count, count(*)::int AS listed,
          max(k.started_at) FILTER (WHERE k.counts) AS last
        FROM (
          SELECT i.id, unnest(i.rules) AS kind, i.started_at, i.status <> 'dismissed' AS counts,
            ${wholeActs(reader)} AS whole
          FROM incident i
          WHERE i.site = ${site} AND i.merged_into IS NULL
            AND i.id <> ALL (${[...incidents]}::text[]) AND i.rules && ${kinds}::text[] AND ${place}
            AND i.started_at >= ${from} AND i.started_at < ${startedAt} AND ${actsWithin(reader)}
          ORDER BY i.started_at DESC LIMIT ${MOST_COUNTED}) k
        WHERE k.kind = ANY (${kinds}::text[]) AND (k.whole OR EXISTS (
          SELECT 1 FROM incident_finding f JOIN violation v ON v.tenant_id = f.tenant_id AND v.id = f.finding_id
          WHERE f.incident_id = k.id AND f.taken_out_at IS NULL AND ${kindColumn} = k.kind
            AND ${findingsWithin(reader)}))
        GROUP BY k.kind HAVING bool_or(k.counts) ORDER BY 2 DESC, 1 LIMIT ${CHAIN_MOST + 1}`);
      if (rows.length === 0) return [];
      const nameOf = await kindNames(tx);
      const [camera] = cameras;
      return rows.map(({ kind, count, listed, last }) => {
        const name = nameOf(kind);
        // The list knows no areas and shows dismissed ones, too: a link only where it shows what was counted.
        const query =
          areas.length === 0 && cameras.length === 1 && camera !== undefined && listed === count
            ? new URLSearchParams({
                status: 'all',
                rule: kind,
                camera,
                from: from.toISOString(),
                to: startedAt.toISOString(),
              })
            : null;
        return {
          id: kind,
          at: last,
          title: {
            zh: `30 天内此处“${name.zh}”已有 ${count} 次`,
            en: `${name.en}: ${count} here in the 30 days before`,
          },
          detail: {
            zh: '含未复核的；此为最近一次的时间',
            en: 'undecided ones included; this is the time of the latest one',
          },
          tone: count > 1 ? 'warn' : 'neutral',
          link: query && `/incidents?${query}`,
        };
      });
    },
  },
  {
    kind: 'hand-change',
    name: { zh: '人工调整', en: 'Changes by hand' },
    part: 'after',
    permission: 'violation:read',
    feature: 'monitoring',
    of: 'whole',
    async read(tx, { incidents }) {
      const rows = await tx.incidentOperation.findMany({
        where: {
          OR: [{ incidentId: { in: [...incidents] } }, { otherId: { in: [...incidents] } }],
        },
        orderBy: { id: 'asc' },
        take: CHAIN_MOST + 1,
      });
      return rows.map(({ id, kind, at, byName, reason, undoneAt }) => ({
        id,
        at,
        title: changes[kind] ?? plainText(kind),
        detail: joinTexts([
          byName as Bilingual,
          reason === null ? null : plainText(reason),
          undoneAt && { zh: '已撤销', en: 'undone' },
        ]),
      }));
    },
  },
];
