import { type BusUser, busUserName, filtersOf } from '@anshi/contracts';

/** The password file of mosquitto. */
export function mosquittoPasswords(users: readonly (BusUser & { hash: string })[]): string {
  return users.map((user) => `${busUserName(user)}:${user.hash}\n`).join('');
}

/**
 * The access list of mosquitto: the same rights as the embedded broker gives. Its patterns (`%u`, `%c`)
 * stand for the whole name of a user, which is not a level of our topics, so that each user has lines of
 * its own. What no line allows is denied; a subscription may ask for more and is handed what may be read.
 */
export function mosquittoAcl(users: readonly BusUser[]): string {
  return users
    .map((user) => {
      const read = filtersOf(user, 'subscribe').map((filter) => `topic read ${filter}\n`);
      const write = filtersOf(user, 'publish').map((filter) => `topic write ${filter}\n`);
      return `user ${busUserName(user)}\n${[...read, ...write].join('')}`;
    })
    .join('\n');
}

/** Who is there in a production installation before any device is registered (docker-compose.yml). */
export const composeUsers: readonly BusUser[] = [
  { tenant: '+', kind: 'api', name: '' },
  { tenant: '+', kind: 'worker', name: 'worker-1' },
  { tenant: '+', kind: 'simulator', name: '' },
];

/** What deploy/mosquitto/acl holds. */
export function composeAcl(): string {
  return `# Made by \`npm run -s broker-acl\` from contracts/src/bus/rights.ts; a test compares them. The users of
# devices are added from the folder of the API (deploy/mosquitto/start.sh).
# Looks whether the broker lives.
user health
topic read $SYS/broker/uptime

${mosquittoAcl(composeUsers)}`;
}
