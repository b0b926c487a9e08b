import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { findByUsername, saveAccount } from './modules/auth/repository.ts';
import { seedTenant } from './modules/seeds.ts';
import { checkPassword, hashPassword } from './platform/access/passwords.ts';
import { seedRoles } from './platform/access/seed-roles.ts';
import { openDatabase } from './platform/db/database.ts';

const USAGE = `Creates the first account of an installation, or sets a new password for an account.

  node api/src/create-user.ts --username NAME [--role ROLE]... [--name-zh NAME] [--name-en NAME]

The password is read from ANSHI_NEW_PASSWORD, else from standard input. DATABASE_URL names the
database as the role of the API, ANSHI_TENANT the company (demo). Roles: ${seedRoles.map(({ id }) => id).join(', ')} (admin).`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      username: { type: 'string' },
      role: { type: 'string', multiple: true, default: ['admin'] },
      'name-zh': { type: 'string' },
      'name-en': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  const username = values.username?.trim().toLowerCase() ?? '';
  const url = process.env.DATABASE_URL;
  if (!/^[a-z0-9._-]{1,64}$/.test(username)) {
    throw new Error(`--username must be letters, digits, dots and hyphens\n\n${USAGE}`);
  }
  if (!url) throw new Error(`DATABASE_URL is not set\n\n${USAGE}`);
  const password =
    process.env.ANSHI_NEW_PASSWORD || (await text(process.stdin)).replace(/\r?\n$/, '');
  try {
    checkPassword(password, username);
  } catch (error) {
    throw new Error(`the password is too weak: ${(error as Error).message}`);
  }

  const tenant = process.env.ANSHI_TENANT || 'demo';
  const database = openDatabase(url);
  try {
    await seedTenant(database, tenant);
    const passwordHash = await hashPassword(password);
    const isNew = await database.transaction({ tenant, user: null }, async (tx) => {
      const roles = (await tx.role.findMany({ select: { id: true } })).map(({ id }) => id);
      const strange = values.role.filter((role) => !roles.includes(role));
      if (strange.length > 0) {
        throw new Error(`there is no role ${strange.join(', ')}: take one of ${roles.join(', ')}`);
      }
      const known = await findByUsername(tx, username);
      const displayName = {
        zh: values['name-zh'] ?? username,
        en: values['name-en'] ?? username,
      };
      const account = { username, displayName, passwordHash, roles: values.role, demo: false };
      await saveAccount(tx, tenant, account);
      return known === null;
    });
    console.log(isNew ? `created the account ${username}` : `changed the account ${username}`);
  } finally {
    await database.close();
  }
}

main().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exit(1);
});
