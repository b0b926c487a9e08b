import type { Account } from '../../platform/access/account.ts';
import type { Caller } from '../../platform/access/caller.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { Sealed } from '../../platform/sealed/sealed.ts';
import { ownDataOf } from '../facts.ts';
import { findPerson } from '../people/repository.ts';
import { createSensitive, sensitiveFields } from '../people/sensitive.ts';
import { showPeople } from '../people/view.ts';
import { register } from './register.ts';

type User = Caller & { account: Account };

/** @throws Problem for a system account. */
export function personOf(user: User): string {
  const { person } = user.account;
  if (person === null) throw new Problem('person.unknown', 'This account belongs to no person.');
  return person;
}

/** The company's data about the requesting person (PIPL articles 44 and 45). */
export function createOwnData(options: { units: Units; sealed: Sealed }) {
  const { units, sealed } = options;
  const sensitive = createSensitive(sealed);

  async function collect(tx: Transaction, user: User, person: string) {
    const row = await findPerson(tx, person);
    if (!row) throw new Problem('person.unknown');
    const [shown] = await showPeople(tx, user.tenant, sensitive, [row]);
    const policies = (await register(tx)).filter(({ personal }) => personal);
    const held = await ownDataOf(tx, { person, user: user.account.id }, 'show');
    const { username, displayName, roles } = user.account;
    return {
      person: shown,
      account: { username, displayName, roles },
      ...held,
      policies: policies.map(({ id, name, purpose, fields, retentionDays, retentionSource }) => ({
        id,
        name,
        purpose,
        fields,
        retentionDays,
        retentionSource,
      })),
    };
  }

  return {
    /** Sensitive fields are masked on the screen. */
    show: (user: User) => units.run(user, ({ tx }) => collect(tx, user, personOf(user))),

    /** Everything, unmasked, as a file for download. */
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
          ...(await ownDataOf(tx, { person, user: user.account.id }, 'export')),
        };
      }),
  };
}
