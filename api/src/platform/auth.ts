import { createHash, timingSafeEqual } from 'node:crypto';
import fastifyJwt from '@fastify/jwt';
import { hash, verify } from '@node-rs/argon2';
import type { FastifyRequest } from 'fastify';
import { Prisma } from '../generated/prisma/client.ts';
import type { Account } from './account.ts';
import type { App } from './app-types.ts';
import type { Database } from './database.ts';
import { Problem } from './errors.ts';
import { mergeGrants } from './permissions.ts';

/** One shift. The full platform brings refresh tokens with shorter ones. */
const TOKEN_LIFETIME_SECONDS = 8 * 3600;

interface Claims {
  sub: string;
  tenant: string;
  exp: number;
}

export interface Auth {
  issue(account: Account): { accessToken: string; expiresAt: string };
  /**
   * @throws Problem where the token is bad or over, or its user is gone or locked.
   */
  verify(token: string): Promise<{ account: Account; expiresAt: Date }>;
  /** The account of a name with its password hash, or null. */
  find(username: string): Promise<{ account: Account; passwordHash: string } | null>;
}

/**
 * Adds the guard to every route of the app: a route says in its config who may use it, or the
 * start fails.
 */
export async function guardRoutes(
  app: App,
  options: {
    database: Database;
    tenant: string;
    tokenSecret: string;
    workerToken: string;
    /** Whether demo accounts may sign in. */
    demo: boolean;
  },
): Promise<Auth> {
  await app.register(fastifyJwt, {
    secret: options.tokenSecret,
    sign: { algorithm: 'HS256', expiresIn: TOKEN_LIFETIME_SECONDS },
    verify: { algorithms: ['HS256'] },
  });
  const auth: Auth = {
    issue(account) {
      const accessToken = app.jwt.sign({ sub: account.id, tenant: account.tenant });
      const { exp } = app.jwt.decode<Claims>(accessToken)!;
      return { accessToken, expiresAt: new Date(exp * 1000).toISOString() };
    },
    async verify(token) {
      const claims = readClaims(app, token);
      // Cameras, live view and events of a process are those of one tenant.
      if (claims.tenant !== options.tenant) {
        throw new Problem('auth.required', 'The token belongs to another company. Sign in here.');
      }
      const found = await loadAccount(options, claims.tenant, { id: claims.sub });
      if (!found) throw new Problem('auth.expired');
      return { account: found.account, expiresAt: new Date(claims.exp * 1000) };
    },
    find: (username) =>
      loadAccount(options, options.tenant, { username: username.trim().toLowerCase() }),
  };
  const workerToken = digest(options.workerToken);

  app.decorateRequest('account', null);
  app.addHook('onRoute', (route) => {
    const { permission, worker, public: anyone } = route.config ?? {};
    const named = [permission, worker, anyone].filter(Boolean).length;
    if (named !== 1) {
      throw new Error(
        `the route ${String(route.method)} ${route.url} must say who may use it: exactly one of permission, worker or public in its config (it has ${named})`,
      );
    }
  });
  app.addHook('onRequest', async (request) => {
    if (request.is404) return;
    const { permission, worker, public: anyone } = request.routeOptions.config;
    if (anyone) return;
    const token = bearer(request);
    if (worker) {
      if (!timingSafeEqual(digest(token), workerToken)) {
        throw new Problem(
          'auth.required',
          'Send the shared token of ANSHI_WORKER_TOKEN as bearer.',
        );
      }
      return;
    }
    const { account } = await auth.verify(token);
    if (permission !== 'self' && !(permission && account.permissions.has(permission))) {
      throw new Problem('auth.forbidden', `It needs the permission ${permission}.`);
    }
    request.account = account;
  });
  return auth;
}

function readClaims(app: App, token: string): Claims {
  try {
    return app.jwt.verify<Claims>(token);
  } catch (error) {
    const { code } = error as { code?: string };
    throw new Problem(code === 'FAST_JWT_EXPIRED' ? 'auth.expired' : 'auth.required');
  }
}

/** One query, since every request asks it. */
async function loadAccount(
  { database, demo }: { database: Database; demo: boolean },
  tenant: string,
  who: { id: string } | { username: string },
): Promise<{ account: Account; passwordHash: string } | null> {
  const [user] = await database.transaction(
    { tenant, user: null },
    (tx) => tx.$queryRaw<AccountRow[]>`
      SELECT u.id, u.username, u.display_name AS "displayName", u.password_hash AS "passwordHash",
             u.active, u.demo, coalesce(array_agg(r.id ORDER BY r.id) FILTER (WHERE r.id IS NOT NULL), '{}') AS roles,
             coalesce(jsonb_agg(r.permissions) FILTER (WHERE r.id IS NOT NULL), '[]') AS permissions,
             p.id AS person, d.id AS department, d.site,
             CASE WHEN d.id IS NULL THEN '{}' ELSE ARRAY(
               WITH RECURSIVE below AS (
                 SELECT d.id UNION SELECT c.id FROM department c JOIN below b ON c.parent_id = b.id
               ) SELECT id FROM below ORDER BY id) END AS departments
      FROM app_user u
      LEFT JOIN person p ON p.id = u.person_id
      LEFT JOIN department d ON d.id = p.department_id
      LEFT JOIN user_role h ON h.user_id = u.id
      LEFT JOIN role r ON r.id = h.role_id
      WHERE ${'id' in who ? Prisma.sql`u.id = ${who.id}` : Prisma.sql`u.username = ${who.username}`}
      GROUP BY u.tenant_id, u.id, p.tenant_id, p.id, d.tenant_id, d.id`,
  );
  if (!user?.active || (user.demo && !demo)) return null;
  const { passwordHash, active: _active, demo: _demo, permissions, ...found } = user;
  const account = { tenant, ...found, permissions: mergeGrants(permissions.flat()) };
  return { passwordHash, account };
}

interface AccountRow {
  id: string;
  username: string;
  displayName: Account['displayName'];
  passwordHash: string;
  active: boolean;
  demo: boolean;
  roles: string[];
  /** A list of grants for each role. */
  permissions: string[][];
  person: string | null;
  department: string | null;
  site: string | null;
  departments: string[];
}

function bearer(request: FastifyRequest): string {
  const [scheme, token] = (request.headers.authorization ?? '').split(' ');
  if (scheme?.toLowerCase() !== 'bearer' || !token) throw new Problem('auth.required');
  return token;
}

const digest = (text: string) => createHash('sha256').update(text).digest();

export const hashPassword = (password: string): Promise<string> => hash(password);

let decoy: Promise<string> | undefined;

/**
 * Compares a password with the hash of an account, and with some hash where there is no account, so
 * that the time of the answer does not tell which names exist.
 */
export async function passwordMatches(
  passwordHash: string | null,
  password: string,
): Promise<boolean> {
  decoy ??= hashPassword('nobody has this password');
  const matches = await verify(passwordHash ?? (await decoy), password);
  return matches && passwordHash !== null;
}
