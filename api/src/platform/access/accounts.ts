import { LRUCache } from 'lru-cache';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Database } from '../db/database.ts';
import type { Account } from './account.ts';
import type { AccountEvents } from './account-events.ts';
import { mergeGrants } from './permissions.ts';
import { loadScreen } from './screens.ts';

/** The current account, with the data needed to sign in. */
export interface KnownAccount {
  account: Account;
  passwordHash: string;
  /** The user has to choose a new password first. */
  mustChangePassword: boolean;
  /** Whether a second factor is required. */
  secondFactor: boolean;
  /** Sessions that have not ended, with their latest end (ms since the epoch). */
  sessions: ReadonlyMap<string, number>;
}

/** Reads accounts and caches them while account changes are received. */
export interface Accounts {
  /** The account of a session; null where either no longer exists. */
  ofSession(tenant: string, user: string, session: string): Promise<KnownAccount | null>;
  byId(tenant: string, user: string): Promise<KnownAccount | null>;
  byName(tenant: string, username: string): Promise<KnownAccount | null>;
}

const MOST = 20_000;
/** Longest cache time, in case a change was missed. */
const AT_MOST_MS = 5 * 60_000;

/** @param options.demo whether demo accounts may sign in. */
export function createAccounts(options: {
  database: Database;
  events: AccountEvents;
  demo: boolean;
}): Accounts {
  const { events } = options;
  const cache = new LRUCache<string, KnownAccount>({ max: MOST, ttl: AT_MOST_MS });
  // Incremented by every change: a row read before a change is not cached after it.
  let change = 0;
  events.on(({ tenant, user }) => {
    change++;
    if (user !== null) cache.delete(key(tenant, user));
    else for (const one of cache.keys()) if (one.startsWith(`${tenant}|`)) cache.delete(one);
  });
  events.onGap(() => {
    change++;
    cache.clear();
  });

  async function read(tenant: string, user: string): Promise<KnownAccount | null> {
    const before = change;
    const found =
      (await loadAccount(options, tenant, { id: user })) ??
      (await loadScreen(options.database, tenant, user));
    if (found && events.listening && change === before) cache.set(key(tenant, user), found);
    return found;
  }
  const remembered = (tenant: string, user: string) =>
    events.listening ? (cache.get(key(tenant, user)) ?? null) : null;

  return {
    async ofSession(tenant, user, session) {
      const lives = (found: KnownAccount | null) =>
        found !== null && (found.sessions.get(session) ?? 0) > Date.now();
      let found = remembered(tenant, user);
      // A session that started since it was cached is not in it.
      if (!lives(found)) found = await read(tenant, user);
      return lives(found) ? found : null;
    },
    byId: async (tenant, user) => remembered(tenant, user) ?? read(tenant, user),
    byName: (tenant, username) =>
      loadAccount(options, tenant, { username: username.trim().toLowerCase() }),
  };
}

const key = (tenant: string, user: string) => `${tenant}|${user}`;

/** One query, since a request waits for it. */
async function loadAccount(
  { database, demo }: { database: Database; demo: boolean },
  tenant: string,
  who: { id: string } | { username: string },
): Promise<KnownAccount | null> {
  const [user] = await database.transaction(
    { tenant, user: null },
    (tx) => tx.$queryRaw<AccountRow[]>`
      SELECT u.id, u.username, u.display_name AS "displayName", u.password_hash AS "passwordHash",
             u.active, u.demo, u.must_change_password AS "mustChangePassword",
             u.totp_since IS NOT NULL AS "secondFactor",
             coalesce(array_agg(r.id ORDER BY r.id) FILTER (WHERE r.id IS NOT NULL), '{}') AS roles,
             coalesce(jsonb_agg(r.permissions) FILTER (WHERE r.id IS NOT NULL), '[]') AS permissions,
             p.id AS person, d.id AS department, d.site,
             CASE WHEN d.id IS NULL THEN '{}' ELSE ARRAY(
               WITH RECURSIVE below AS (
                 SELECT d.id UNION SELECT c.id FROM department c JOIN below b ON c.parent_id = b.id
               ) SELECT id FROM below ORDER BY id) END AS departments,
             (SELECT coalesce(jsonb_object_agg(s.id, extract(epoch FROM s.expires_at) * 1000), '{}')
              FROM session s WHERE s.user_id = u.id AND s.ended_at IS NULL AND s.expires_at > now()
             ) AS sessions
      FROM app_user u
      LEFT JOIN person p ON p.id = u.person_id
      LEFT JOIN department d ON d.id = p.department_id
      LEFT JOIN user_role h ON h.user_id = u.id
      LEFT JOIN role r ON r.id = h.role_id
      WHERE ${'id' in who ? Prisma.sql`u.id = ${who.id}` : Prisma.sql`u.username = ${who.username}`}
      GROUP BY u.tenant_id, u.id, p.tenant_id, p.id, d.tenant_id, d.id`,
  );
  if (!user?.active || (user.demo && !demo)) return null;
  const { passwordHash, mustChangePassword, secondFactor, sessions, ...row } = user;
  const { active: _active, demo: _demo, permissions, ...found } = row;
  return {
    account: { tenant, ...found, permissions: mergeGrants(permissions.flat()) },
    passwordHash,
    mustChangePassword,
    secondFactor,
    sessions: new Map(Object.entries(sessions).map(([id, at]) => [id, Number(at)])),
  };
}

interface AccountRow {
  id: string;
  username: string;
  displayName: Account['displayName'];
  passwordHash: string;
  active: boolean;
  demo: boolean;
  mustChangePassword: boolean;
  secondFactor: boolean;
  roles: string[];
  /** A list of grants for each role. */
  permissions: string[][];
  person: string | null;
  department: string | null;
  site: string | null;
  departments: string[];
  sessions: Record<string, number>;
}
