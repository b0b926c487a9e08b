import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import type { Caller } from '../../platform/access/caller.ts';
import { reachOf } from '../../platform/access/scope.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { OUTGOING_EVENTS } from './purgers.ts';
import type { catalogueSchema, lineageSchema } from './schema.ts';

type User = Caller & { account: Account };
type Catalogue = z.infer<typeof catalogueSchema>;
type Lineage = z.infer<typeof lineageSchema>;
type Text = { zh: string; en: string };

interface Entity {
  entity: string;
  name: Text;
  table: string;
  key: string;
  api: string | null;
  policy: string | null;
  /** SQL of which system a record came from. */
  source: string;
  /** SQL of when a record changed last; null where it is not kept. */
  changed: string | null;
  references: string[];
}

const ours = "'anshi'";
/** The entities that all modules share, where they lie, and where their records come from. */
const entities: Entity[] = [
  {
    entity: 'person',
    name: { zh: '人员', en: 'Person' },
    table: 'person',
    key: 'id',
    api: '/api/v1/persons',
    policy: 'person-file',
    source: 'source_system',
    changed: 'updated_at',
    references: ['department'],
  },
  {
    entity: 'department',
    name: { zh: '部门', en: 'Department' },
    table: 'department',
    key: 'id',
    api: '/api/v1/departments',
    policy: null,
    source: ours,
    changed: null,
    references: ['department', 'site'],
  },
  {
    entity: 'area',
    name: { zh: '区域', en: 'Area' },
    table: 'area',
    key: 'id',
    api: '/api/v1/areas',
    policy: null,
    source: ours,
    changed: null,
    references: ['site', 'department'],
  },
  {
    entity: 'equipment',
    name: { zh: '设备', en: 'Equipment' },
    table: 'equipment',
    key: 'id',
    api: '/api/v1/equipment',
    policy: 'equipment-parameters',
    source: 'source_system',
    changed: 'updated_at',
    references: ['area', 'department'],
  },
  {
    entity: 'site',
    name: { zh: '厂区', en: 'Site' },
    table: 'site',
    key: 'id',
    api: '/api/v1/sites',
    policy: null,
    source: "'cameras.yaml'",
    changed: null,
    references: [],
  },
  {
    entity: 'violation',
    name: { zh: '违章', en: 'Violation' },
    table: 'violation',
    key: 'id',
    api: '/api/v1/violations',
    policy: 'violation-records',
    source: 'source',
    changed: 'recorded_at',
    references: ['site'],
  },
  {
    entity: 'hazard',
    name: { zh: '隐患', en: 'Hazard' },
    table: 'hazard',
    key: 'id',
    api: '/api/v1/hazards',
    policy: 'hazard-records',
    source: 'source',
    changed: 'reported_at',
    references: ['area', 'department', 'site', 'user'],
  },
  {
    entity: 'position',
    name: { zh: '位置', en: 'Position' },
    table: 'location_history',
    key: 'provider_type, provider_id, generated_at, source',
    api: '/api/v1/locations',
    policy: 'location-history',
    source: 'source',
    changed: 'generated_at',
    references: ['badge'],
  },
  {
    entity: 'badge',
    name: { zh: '工牌', en: 'Badge' },
    table: 'badge',
    key: 'id',
    api: null,
    policy: 'person-file',
    source: ours,
    changed: 'since',
    references: ['person'],
  },
  {
    entity: 'machine-state',
    name: { zh: '设备状态', en: 'Machine state' },
    table: 'machine_state',
    key: 'machine',
    api: '/api/v1/machines',
    policy: null,
    source: 'machine',
    changed: 'at',
    references: ['equipment'],
  },
  {
    entity: 'user',
    name: { zh: '账号', en: 'Account' },
    table: 'app_user',
    key: 'id',
    api: '/api/v1/users',
    policy: 'sessions',
    source: ours,
    changed: 'created_at',
    references: ['person'],
  },
  {
    entity: 'audit-line',
    name: { zh: '审计记录', en: 'Audit line' },
    table: 'audit_log',
    key: 'seq',
    api: '/api/v1/audit',
    policy: 'audit-log',
    source: ours,
    changed: 'at',
    references: ['user', 'person'],
  },
];

const MOST_SOURCES = 20;
/** Of one record's changes, and of the events about it: the newest are shown. */
const MOST_LINES = 1000;

/** The rows that are shown, the oldest first. @param rows the newest first, one more than is shown. */
const shown = <Row>(rows: readonly Row[]): Row[] => rows.slice(0, MOST_LINES).reverse();
/** The time of the newest row that is not shown for its place. */
const leftOutUpTo = (rows: readonly { at: Date }[]): Date | null => rows[MOST_LINES]?.at ?? null;
const later = (a: Date | null, b: Date | null): Date | null => (a && b && a > b ? a : (b ?? a));

/**
 * Events are removed at the end of their term and leave no row of their own; the proofs of the purges
 * stay, and say up to when events are gone.
 */
async function newestPurgedEvent(tx: Transaction): Promise<Date | null> {
  const { _max } = await tx.purgeProof.aggregate({
    where: { policyId: OUTGOING_EVENTS },
    _max: { newest: true },
  });
  return _max.newest;
}

/** The canonical entities of the hub, with how many records of which source they hold. */
export function createCatalogue({ units }: { units: Units }) {
  return {
    list: (user: User): Promise<Catalogue> =>
      units.run(user, async ({ tx }) => {
        const items: Catalogue['items'] = [];
        for (const { table, source, changed, ...entity } of entities) {
          // Names of tables and columns are from the list above, never from a request.
          const rows = await tx.$queryRaw<{ system: string; records: number; at: Date | null }[]>`
            SELECT ${Prisma.raw(source)}::text AS system, count(*)::int AS records,
                   ${Prisma.raw(changed ? `max(${changed})::timestamptz` : 'NULL::timestamptz')} AS at
            FROM ${Prisma.raw(table)} GROUP BY 1 ORDER BY 2 DESC`;
          const newest = Math.max(...rows.map(({ at }) => at?.getTime() ?? 0), 0);
          items.push({
            ...entity,
            records: rows.reduce((sum, row) => sum + row.records, 0),
            sources: rows
              .slice(0, MOST_SOURCES)
              .map(({ system, records }) => ({ system, records })),
            changedAt: newest > 0 ? new Date(newest).toISOString() : null,
          });
        }
        return { items };
      }),

    /** Where one record came from, each change of it, and what others were told of it. */
    lineage(user: User, entity: string, id: string): Promise<Lineage> {
      // It may be any record of the company.
      if (reachOf(user.account, 'audit:read').scope !== 'all') {
        throw new Problem('auth.forbidden', 'It needs the permission audit:read for all.');
      }
      return units.run(user, async ({ tx, audit }) => {
        const found = entities.find((one) => one.entity === entity && !one.key.includes(','));
        if (!found) throw new Problem('privacy.unknown', `There is no entity ${entity}.`);
        const { table, key, source, changed } = found;
        const [row] = await tx.$queryRaw<{ system: string; at: Date | null }[]>`
          SELECT ${Prisma.raw(source)}::text AS system,
                 ${Prisma.raw(changed ? `${changed}::timestamptz` : 'NULL::timestamptz')} AS at
          FROM ${Prisma.raw(table)} WHERE ${Prisma.raw(key)}::text = ${id}`;
        if (!row) throw new Problem('privacy.unknown', `There is no ${entity} ${id}.`);
        const lines = await tx.auditLog.findMany({
          where: { entity, entityId: id, action: { notIn: ['view', 'search', 'reveal'] } },
          orderBy: { seq: 'desc' },
          take: MOST_LINES + 1,
        });
        const told = await tx.outboxEvent.findMany({
          where: { entity, subject: id },
          orderBy: { seq: 'desc' },
          take: MOST_LINES + 1,
        });
        const purgedUpTo = await newestPurgedEvent(tx);
        await audit({ action: 'view', entity, id, after: { what: 'lineage' } });
        return {
          entity,
          id,
          source: row.system,
          changedAt: row.at?.toISOString() ?? null,
          changes: shown(lines).map(({ at, userName, action, after }) => ({
            at: at.toISOString(),
            by: userName,
            action,
            fields: Object.keys((after ?? {}) as object),
          })),
          changesSince: leftOutUpTo(lines)?.toISOString() ?? null,
          told: shown(told).map(({ at, type, id: event }) => ({
            at: at.toISOString(),
            type,
            event,
          })),
          toldSince: later(leftOutUpTo(told), purgedUpTo)?.toISOString() ?? null,
        };
      });
    },
  };
}
