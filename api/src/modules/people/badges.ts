import { ulid } from 'ulid';
import type { Account } from '../../platform/access/account.ts';
import type { Caller } from '../../platform/access/caller.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { personWithin } from './service.ts';

type User = Caller & { account: Account };

/** Badge assignments. A position belongs to the wearer of the badge at that moment. */
export function createBadges({ units }: { units: Units }) {
  return {
    bind(user: User, person: string, badge: string) {
      return units.run(user, async (unit) => {
        const row = await personWithin(unit.tx, user.account, 'person:manage', person);
        if (row.status === 'left') throw new Problem('person.left');
        const worn = await unit.tx.badge.findFirst({ where: { badge, until: null } });
        if (worn && worn.personId !== person) throw new Problem('badge.taken');
        if (worn) return { id: worn.id, badge, since: worn.since.toISOString() };
        const id = ulid();
        const since = new Date();
        await unit.tx.badge.create({
          data: { tenantId: user.tenant, id, badge, personId: person, since },
        });
        const line = { entity: 'person', id: person, person } as const;
        await unit.audit({ ...line, action: 'badge-bind', after: { badge } });
        await unit.emit({
          entity: 'person',
          what: 'badge-bound',
          subject: person,
          data: { person, badge },
        });
        return { id, badge, since: since.toISOString() };
      });
    },

    release(user: User, person: string, id: string): Promise<void> {
      return units.run(user, async (unit) => {
        await personWithin(unit.tx, user.account, 'person:manage', person);
        const found = await unit.tx.badge.findFirst({
          where: { id, personId: person, until: null },
        });
        if (!found) throw new Problem('badge.unknown');
        await unit.tx.badge.updateMany({ where: { id }, data: { until: new Date() } });
        const line = { entity: 'person', id: person, person } as const;
        await unit.audit({ ...line, action: 'badge-release', before: { badge: found.badge } });
        await unit.emit({
          entity: 'person',
          what: 'badge-released',
          subject: person,
          data: { person, badge: found.badge },
        });
      });
    },
  };
}
