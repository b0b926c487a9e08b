import { type BusUser, busUserName, filtersOf } from '@anshi/contracts';

/** The password file of mosquitto. */
export function mosquittoPasswords(users: readonly (BusUser & { hash: string })[]): string {
  return users.map((user) => `${busUserName(user)}:${user.hash}\n`).join('');
}

/**
 * The ACL file of mosquitto: the same rights as in the embedded broker. Its patterns (`%u`, `%c`) match
 * the whole user name, which is not a level of our topics, so each user has its own lines. Everything
 * else is denied; a wider subscription only receives the readable topics.
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
