import type { z } from 'zod';
import type { Account } from '../../platform/access/account.ts';
import type { Caller } from '../../platform/access/caller.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import type { Sealed } from '../../platform/sealed/sealed.ts';
import { factsAbout } from '../facts.ts';
import { idsOfPerson } from './merged.ts';
import { auditOf } from './repository.ts';
import type { personHistory, personLineage, personOverview } from './schema.ts';
import { createSensitive } from './sensitive.ts';
import { personWithin } from './service.ts';
import { showPeople } from './view.ts';

type User = Caller & { account: Account };
export type PersonHistory = z.infer<typeof personHistory>;
type Lineage = z.infer<typeof personLineage>;
type Overview = z.infer<typeof personOverview>;

/** History and sources of a person's record, and the facts of other modules. */
export function createPeopleHistory(options: { units: Units; sealed: Sealed }) {
  const { units } = options;
  const sensitive = createSensitive(options.sealed);
  return {
    /** One entry per changed field, newest first. The log itself masks secrets. */
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
        const lines = [];
        for (const one of await idsOfPerson(tx, id)) lines.push(...(await auditOf(tx, one)));
        lines.sort((a, b) => a.at.getTime() - b.at.getTime());
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
              // A change by a user has this system as its source, not the first source.
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
        const known = await factsAbout(tx, 'person', id, user.account);
        return {
          account: null,
          areas: [],
          equipment: [],
          posts: [],
          consents: [],
          lastPosition: null,
          ...known,
          person,
        } as unknown as Overview;
      });
    },
  };
}
