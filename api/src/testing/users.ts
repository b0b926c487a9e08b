import { ulid } from 'ulid';
import type { Grant } from '../platform/access/permissions.ts';
import type { Database } from '../platform/db/database.ts';
import { hashCheaply, PASSWORD } from './prepared-server.ts';

let hashed: Promise<string> | undefined;

/**
 * Creates an account with exactly these grants, in a new role; it signs in with the password of the
 * demo accounts.
 *
 * @param options.employeeNo the account's person; their demo account is detached, as a person has
 *   only one.
 * @returns the id of the user.
 */
export async function makeUser(
  database: Database,
  username: string,
  grants: Grant[],
  options: { employeeNo?: string; tenant?: string } = {},
): Promise<string> {
  const tenantId = options.tenant ?? 'demo';
  hashed ??= hashCheaply(PASSWORD);
  const passwordHash = await hashed;
  return database.transaction({ tenant: tenantId, user: null }, async (tx) => {
    const id = ulid();
    const person = options.employeeNo
      ? await tx.person.findFirstOrThrow({ where: { employeeNo: options.employeeNo } })
      : null;
    if (person) {
      await tx.appUser.updateMany({
        where: { personId: person.id, demo: true },
        data: { personId: null },
      });
    }
    const roleId = `only-${username}`;
    await tx.role.create({
      data: { tenantId, id: roleId, name: { zh: username, en: username }, permissions: grants },
    });
    await tx.appUser.create({
      data: {
        tenantId,
        id,
        username,
        displayName: { zh: username, en: username },
        passwordHash,
        personId: person?.id ?? null,
      },
    });
    await tx.userRole.create({ data: { tenantId, userId: id, roleId } });
    return id;
  });
}
