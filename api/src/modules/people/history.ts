import type { z } from 'zod';
import type { Account } from '../../platform/access/account.ts';
import type { Caller } from '../../platform/access/caller.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import type { Sealed } from '../../platform/sealed/sealed.ts';
import { auditOf } from './repository.ts';
import type { personHistory, personLineage, personOverview } from './schema.ts';
import { createSensitive } from './sensitive.ts';
import { personWithin } from './service.ts';
import { showPeople } from './view.ts';

type User = Caller & { account: Account };
export type PersonHistory = z.infer<typeof personHistory>;
type Lineage = z.infer<typeof personLineage>;
type Overview = z.infer<typeof personOverview>;

/** What became of a person's record, where it came from, and what the modules know of the person. */
export function createPeopleHistory(options: { units: Units; sealed: Sealed }) {
  const { units } = options;
  const sensitive = createSensitive(options.sealed);
  return {
    /** One entry for each field of each change, newest first. Secrets are masked in the log itself. */
    history(user: User, id: string): Promise<PersonHistory> {
      return units.run(user, async ({ tx, audit }) => {
        await personWithin(tx, user.account, 'person:read', id);
        await audit({
          action: 'view',
          entity: 'person',
          id,
          person: id,
          after: { what: 'history' },
        });
        const lines = await auditOf(tx, id);
        const items = lines.flatMap((line): PersonHistory['items'] => {
          const before = (line.before ?? {}) as Record<string, unknown>;
          const after = (line.after ?? {}) as Record<string, unknown>;
          const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])];
          const { action, reason } = line;
          const entry = { at: line.at.toISOString(), by: line.userName, action, reason };
          if (fields.length === 0) return [{ ...entry, field: null, before: null, after: null }];
          return fields.map((field) => ({
            ...entry,
            field,
            before: before[field] ?? null,
            after: after[field] ?? null,
          }));
        });
        return { items: items.reverse() };
      });
    },

    lineage(user: User, id: string): Promise<Lineage> {
      return units.run(user, async ({ tx }) => {
        const row = await personWithin(tx, user.account, 'person:read', id);
        const lines = await auditOf(tx, id);
        const fields = new Map<string, Lineage['fields'][0]>();
        for (const line of lines) {
          for (const field of Object.keys((line.after ?? {}) as object)) {
            if (!['create', 'update', 'transfer', 'leave', 'return'].includes(line.action))
              continue;
            if (field === 'source') continue;
            fields.set(field, {
              field,
              // What a person of ours changed is from here, whatever the first source was.
              system: line.action === 'create' ? row.sourceSystem : 'anshi',
              at: line.at.toISOString(),
              by: line.userName,
              changes: (fields.get(field)?.changes ?? 0) + 1,
            });
          }
        }
        return {
          source: { system: row.sourceSystem, ref: row.sourceRef },
          createdAt: row.createdAt.toISOString(),
          updatedAt: row.updatedAt.toISOString(),
          fields: [...fields.values()],
        };
      });
    },

    overview(user: User, id: string): Promise<Overview> {
      return units.run(user, async ({ tx, audit, caller }) => {
        const row = await personWithin(tx, user.account, 'person:read', id);
        await audit({
          action: 'view',
          entity: 'person',
          id,
          person: id,
          after: { what: 'overview' },
        });
        const [person] = await showPeople(tx, caller.tenant, sensitive, [row]);
        const { counts, lastPosition, ...rest } = await joined(tx, id);
        const { permissions, person: own } = user.account;
        const isOwn = own === id;
        const identifies = permissions.get('hazard:identify') === 'all';
        return {
          ...rest,
          person: person as Overview['person'],
          lastPosition: isOwn || permissions.has('location:read') ? lastPosition : null,
          counts: {
            ...counts,
            hazardsReported: isOwn || identifies ? counts.hazardsReported : null,
          },
        };
      });
    },
  };
}

interface Joined {
  account: Overview['account'];
  areas: Overview['areas'];
  equipment: Overview['equipment'];
  consents: Overview['consents'];
  lastPosition: { at: string; source: string | null } | null;
  counts: Overview['counts'];
}

const inIso = (text: string) => new Date(text).toISOString();

/** Everything that hangs on the id of one person, in one query. */
async function joined(tx: Transaction, id: string): Promise<Omit<Overview, 'person'>> {
  const [row] = await tx.$queryRaw<Joined[]>`
    SELECT
      (SELECT jsonb_build_object('username', u.username, 'active', u.active, 'roles',
         coalesce((SELECT jsonb_agg(r.role_id ORDER BY r.role_id) FROM user_role r WHERE r.user_id = u.id), '[]'))
       FROM app_user u WHERE u.person_id = p.id ORDER BY u.active DESC LIMIT 1) AS account,
      coalesce((SELECT jsonb_agg(jsonb_build_object('id', a.id, 'name', a.name) ORDER BY a.id)
        FROM area a WHERE a.department_id = p.department_id AND a.active), '[]') AS areas,
      coalesce((SELECT jsonb_agg(jsonb_build_object('id', e.id, 'name', e.name) ORDER BY e.id)
        FROM equipment e WHERE e.department_id = p.department_id), '[]') AS equipment,
      coalesce((SELECT jsonb_agg(jsonb_build_object('purpose', c.purpose_id, 'decision', c.decision, 'at', c.at))
        FROM (SELECT DISTINCT ON (purpose_id) purpose_id, decision, at FROM consent
              WHERE person_id = p.id ORDER BY purpose_id, seq DESC) c), '[]') AS consents,
      (SELECT jsonb_build_object('at', l.generated_at, 'source', l.location ->> 'source')
       FROM badge b JOIN location_latest l ON l.provider_id = b.badge AND l.generated_at >= b.since
       WHERE b.person_id = p.id AND b.until IS NULL ORDER BY l.generated_at DESC LIMIT 1) AS "lastPosition",
      jsonb_build_object(
        'verdictsGiven', (SELECT count(*) FROM verdict v JOIN app_user u ON u.id = v.by_user WHERE u.person_id = p.id),
        'hazardsReported', (SELECT count(*) FROM hazard h JOIN app_user u ON u.id = h.reporter_id WHERE u.person_id = p.id),
        'hazardsAssigned', (SELECT count(*) FROM hazard h JOIN app_user u ON u.id = ANY (h.assignees) WHERE u.person_id = p.id),
        'violationsInAreas', (SELECT count(DISTINCT v.id) FROM area a JOIN violation v ON v.site = a.site
           WHERE a.department_id = p.department_id AND a.polygon IS NOT NULL AND v.floor IS NOT NULL
             AND v.started_at > now() - interval '90 days'
             AND (SELECT string_agg(format('(%s,%s)', c ->> 0, c ->> 1), ',')::polygon
                  FROM jsonb_array_elements(a.polygon) c)
               @> point((v.floor ->> 0)::float8, (v.floor ->> 1)::float8)),
        'auditLines', (SELECT count(*) FROM audit_log x WHERE x.person_id = p.id)) AS counts
    FROM person p WHERE p.id = ${id}`;
  if (!row) throw new Error(`the person ${id} vanished`);
  return {
    ...row,
    consents: row.consents.map((one) => ({ ...one, at: inIso(one.at) })),
    lastPosition: row.lastPosition && { ...row.lastPosition, at: inIso(row.lastPosition.at) },
  };
}
