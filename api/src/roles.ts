import { parseArgs } from 'node:util';
import { inDatabaseOf, moveOwner, on } from './platform/db/move-owner.ts';
import { walkRights } from './platform/db/rights-walk.ts';

const USAGE = `Tells what roles of the database may do beyond what the program needs, and mends it.

  npm run -w api roles                 # exit 1 where there are findings
  npm run -w api roles -- --move       # gives the tables to an owner that is no superuser

ANSHI_DATABASE_ADMIN_URL names the owner of the tables, DATABASE_URL the role of the API. --move makes
both where they are missing, with the passwords of these addresses, and needs a superuser of the server:
ANSHI_SUPERUSER_URL, else the owner itself, where it is one. Where the owner is the very role that the
server was made with, that role keeps its rights as "anshi_superuser" with the password of
ANSHI_SUPERUSER_PASSWORD. The database is always that of ANSHI_DATABASE_ADMIN_URL. Exit 1 where roles,
the database or tables have findings afterwards. Stop the API first; restart it afterwards.`;

/** What a move is about. */
const MOVED = ['database', 'tables', 'roles'];

/** The role of an address. */
function roleOf(address: string) {
  const { username, password } = new URL(address);
  return { name: decodeURIComponent(username), password: decodeURIComponent(password) };
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      move: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const {
    ANSHI_DATABASE_ADMIN_URL: adminUrl,
    DATABASE_URL: appUrl,
    ANSHI_SUPERUSER_URL: superUrl = adminUrl,
    ANSHI_SUPERUSER_PASSWORD: password,
  } = process.env;
  if (!adminUrl || !appUrl || !superUrl) {
    throw new Error(`ANSHI_DATABASE_ADMIN_URL and DATABASE_URL must be set\n\n${USAGE}`);
  }
  if (values.move) {
    if (superUrl === adminUrl && !password) {
      throw new Error(`set ANSHI_SUPERUSER_PASSWORD to a new password\n\n${USAGE}`);
    }
    await moveOwner({
      superUrl: inDatabaseOf(adminUrl, superUrl),
      superuser: { name: 'anshi_superuser', password: password ?? '' },
      owner: roleOf(adminUrl),
      app: roleOf(appUrl),
    });
  }
  const findings = await on(appUrl, (client) => walkRights(client, roleOf(appUrl).name));
  for (const { area, name, problem } of findings) console.log(`${area}: ${name} ${problem}`);
  console.log(`findings: ${findings.length}`);
  const left = values.move ? findings.filter(({ area }) => MOVED.includes(area)) : findings;
  if (values.move) {
    console.log(
      left.length === 0
        ? 'the tables belong to an owner that is no superuser; start the API, which gives the rights'
        : 'not all is mended: start the API, which gives the rights, and run this again without --move',
    );
  }
  return left.length === 0 ? 0 : 1;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error((error as Error).message);
    process.exitCode = 1;
  },
);
