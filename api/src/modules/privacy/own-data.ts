import type { Account } from '../../platform/access/account.ts';
import type { Caller } from '../../platform/access/caller.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { Sealed } from '../../platform/sealed/sealed.ts';
import { consentsOf } from '../consent/service.ts';
import { findPerson } from '../people/repository.ts';
import { createSensitive, sensitiveFields } from '../people/sensitive.ts';
import { showPeople } from '../people/view.ts';
import { register } from './register.ts';

type User = Caller & { account: Account };

/** @throws Problem where the account is one of the system's own. */
export function personOf(user: User): string {
  const { person } = user.account;
  if (person === null) throw new Problem('person.unknown', 'This account belongs to no person.');
  return person;
}

/** What the company holds about the one who asks (PIPL articles 44 and 45). */
export function createOwnData(options: { units: Units; sealed: Sealed }) {
  const { units, sealed } = options;
  const sensitive = createSensitive(sealed);

  async function collect(tx: Transaction, user: User, person: string) {
    const row = await findPerson(tx, person);
    if (!row) throw new Problem('person.unknown');
    const [shown] = await showPeople(tx, user.tenant, sensitive, [row]);
    const policies = (await register(tx)).filter(({ personal }) => personal);
    const [hazards] = await tx.$queryRaw<{ reported: number; assigned: number }[]>`
      SELECT count(*) FILTER (WHERE reporter_id = ${user.account.id})::int AS reported,
             count(*) FILTER (WHERE ${user.account.id} = ANY (assignees))::int AS assigned
      FROM hazard`;
    const positions = await countPositions(tx, person);
    const views = await tx.auditLog.findMany({
      where: { personId: person, NOT: { userId: user.account.id } },
      orderBy: { seq: 'desc' },
      take: 200,
      select: { at: true, action: true, entity: true, userName: true, reason: true },
    });
    const { username, displayName, roles } = user.account;
    return {
      person: shown,
      account: { username, displayName, roles },
      consents: await consentsOf(tx, person),
      counts: {
        positions,
        hazardsReported: hazards?.reported ?? 0,
        hazardsAssigned: hazards?.assigned ?? 0,
      },
      policies: policies.map(({ id, name, purpose, fields, retentionDays, retentionSource }) => ({
        id,
        name,
        purpose,
        fields,
        retentionDays,
        retentionSource,
      })),
      /** Who looked at it or changed it, newest first. */
      accesses: views.map(({ at, ...rest }) => ({ at: at.toISOString(), ...rest })),
    };
  }

  return {
    /** Sensitive fields are masked: a screen may be seen by others. */
    show: (user: User) => units.run(user, ({ tx }) => collect(tx, user, personOf(user))),

    /** Everything, in the clear, as a file that can be taken along. */
    export: (user: User) =>
      units.run(user, async ({ tx, audit }) => {
        const person = personOf(user);
        const data = await collect(tx, user, person);
        const plain: Record<string, string | null> = {};
        for (const field of sensitiveFields) {
          plain[field] = await sensitive
            .reveal(tx, user.tenant, person, field)
            .catch((error: unknown) => {
              if (error instanceof Problem && error.code === 'person.nothing-sealed') return null;
              throw error;
            });
        }
        await audit({ action: 'export', entity: 'person', id: person, person });
        return {
          exportedAt: new Date().toISOString(),
          ...data,
          person: { ...data.person, ...plain },
          positions: await positionsOf(tx, person, 100_000),
        };
      }),
  };
}

/** Which rows of the history are of the person: those of a badge while they wore it. */
async function wornBy(tx: Transaction, person: string) {
  const badges = await tx.badge.findMany({ where: { personId: person } });
  // Without a badge, none: an empty OR matches nothing.
  return {
    OR: badges.map(({ badge, since, until }) => ({
      providerId: badge,
      generatedAt: { gte: since, ...(until ? { lt: until } : {}) },
    })),
  };
}

const countPositions = async (tx: Transaction, person: string) =>
  tx.locationHistory.count({ where: await wornBy(tx, person) });

async function positionsOf(tx: Transaction, person: string, most: number) {
  const rows = await tx.locationHistory.findMany({
    where: await wornBy(tx, person),
    orderBy: { generatedAt: 'desc' },
    take: most,
    select: { generatedAt: true, location: true },
  });
  return rows.map(({ generatedAt, location }) => ({ at: generatedAt.toISOString(), location }));
}
