import fastifyJwt from '@fastify/jwt';
import type { FastifyRequest } from 'fastify';
import type { App, GuardedRoute } from '../http/app-types.ts';
import { Problem } from '../http/errors.ts';
import type { Account } from './account.ts';
import type { Accounts } from './accounts.ts';
import type { DeviceGate } from './devices.ts';
import { permissions } from './permissions.ts';
import { permits } from './permits.ts';

interface Claims {
  sub: string;
  tenant: string;
  /** The session, which can end before the token expires. */
  sid: string;
  exp: number;
}

/** The claims of a valid token. */
export interface Verified {
  account: Account;
  session: string;
  expiresAt: Date;
}

export interface Auth {
  issue(account: Account, session: string): { accessToken: string; expiresAt: string };
  /**
   * @throws Problem where the token is invalid or expired, its session has ended, or its user is
   *   deleted, locked or has to choose a password first.
   */
  verify(token: string): Promise<Verified>;
  /** The current account; null where it or the session no longer exists. */
  stillSignedIn(who: { tenant: string; user: string; session: string }): Promise<Account | null>;
}

/**
 * Adds the guard to every route of the app: a route declares its access rule in its config, or the
 * start fails.
 */
export async function guardRoutes(
  app: App,
  options: {
    accounts: Accounts;
    tenant: string;
    tokenSecret: string;
    devices: Pick<DeviceGate, 'check'>;
    /** Lifetime of an access token. Short, because the session is kept alive by the cookie. */
    accessMinutes: number;
  },
): Promise<Auth> {
  await app.register(fastifyJwt, {
    secret: options.tokenSecret,
    sign: { algorithm: 'HS256', expiresIn: options.accessMinutes * 60 },
    verify: { algorithms: ['HS256'] },
  });
  const routes: GuardedRoute[] = [];

  async function check(token: string) {
    const claims = readClaims(app, token);
    // Cameras, live view and events of a process belong to one tenant.
    if (claims.tenant !== options.tenant) {
      throw new Problem('auth.required', 'The token belongs to another company. Sign in here.');
    }
    const found = await options.accounts.ofSession(claims.tenant, claims.sub, claims.sid);
    if (!found) throw new Problem('auth.expired');
    const expiresAt = new Date(claims.exp * 1000);
    return { ...found, session: claims.sid, expiresAt };
  }

  const auth: Auth = {
    issue(account, session) {
      const accessToken = app.jwt.sign({ sub: account.id, tenant: account.tenant, sid: session });
      const { exp } = app.jwt.decode<Claims>(accessToken)!;
      return { accessToken, expiresAt: new Date(exp * 1000).toISOString() };
    },
    async verify(token) {
      const { account, session, expiresAt, mustChangePassword } = await check(token);
      if (mustChangePassword) throw new Problem('auth.password-due');
      return { account, session, expiresAt };
    },
    async stillSignedIn({ tenant, user, session }) {
      const found = await options.accounts.ofSession(tenant, user, session);
      return found && !found.mustChangePassword ? found.account : null;
    },
  };

  app.decorate('guardedRoutes', routes);
  app.decorateRequest('account', null);
  app.decorateRequest('session', null);
  app.decorateRequest('device', null);
  app.addHook('onRoute', (route) => {
    const { permission, device, public: anyone, screen } = route.config ?? {};
    const methods = [route.method].flat();
    const named = [permission, device, anyone].filter(Boolean).length;
    if (named !== 1) {
      throw new Error(
        `the route ${methods.join(', ')} ${route.url} must say who may use it: exactly one of permission, device or public in its config (it has ${named})`,
      );
    }
    if (permission && permission !== 'self' && !(permission in permissions)) {
      throw new Error(
        `the route ${methods.join(', ')} ${route.url} names the permission "${permission}", which permissions.ts does not know`,
      );
    }
    for (const method of methods) {
      routes.push({
        method,
        url: route.url,
        permission: permission ?? null,
        device: device?.kinds ?? null,
        public: anyone === true,
        screen: screen === true,
        // The feature of the route is written into the config after this.
        get feature() {
          return route.config?.feature ?? null;
        },
      });
    }
  });
  app.addHook('onRequest', async (request) => {
    if (request.is404) return;
    const { config } = request.routeOptions;
    const { permission, device, public: anyone, whilePasswordDue } = config;
    if (anyone) return;
    if (device) {
      request.device = await options.devices.check(request);
      return;
    }
    const { account, session, mustChangePassword } = await check(bearer(request));
    if (mustChangePassword && !whilePasswordDue) throw new Problem('auth.password-due');
    const isForScreens = config.screen === true || account.screen === undefined;
    if (!permission || !isForScreens || !permits(account.permissions, permission)) {
      // By route: the address may name a record.
      const { method, ip: address, routeOptions } = request;
      const refused = { user: account.id, address, method, route: routeOptions.url, permission };
      request.log.warn(refused, 'refused: the permission is missing');
      throw new Problem(
        'auth.forbidden',
        isForScreens ? `It needs the permission ${permission}.` : 'A screen shows its wall alone.',
      );
    }
    request.account = account;
    request.session = session;
  });
  return auth;
}

function readClaims(app: App, token: string): Claims {
  let claims: Claims;
  try {
    claims = app.jwt.verify<Claims>(token);
  } catch (error) {
    const { code } = error as { code?: string };
    throw new Problem(code === 'FAST_JWT_EXPIRED' ? 'auth.expired' : 'auth.required');
  }
  // A token of an earlier version has no session id.
  if (typeof claims.sid !== 'string') throw new Problem('auth.expired');
  return claims;
}

/** The bearer token. @throws Problem `auth.required` where there is none. */
export function bearer(request: FastifyRequest): string {
  const [scheme, token] = (request.headers.authorization ?? '').split(' ');
  if (scheme?.toLowerCase() !== 'bearer' || !token) throw new Problem('auth.required');
  return token;
}
