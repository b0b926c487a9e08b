import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Account } from '../access/account.ts';
import type { Permission } from '../access/permissions.ts';

/** The HTTP server, with schemas in zod. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/**
 * A vertical slice of the API. Its factory takes what it stands on; `register` adds its routes.
 */
export interface Module {
  name: string;
  register(app: App): void;
  /**
   * The switch of the tenant that all its routes hang on; left out for what every tenant needs, such
   * as signing in. Where it is off, the routes answer 404 and nothing is lost.
   */
  feature?: string;
}

/** A route as it was registered, for the test that walks them all. */
export interface GuardedRoute {
  method: string;
  url: string;
  permission: Permission | 'self' | null;
  worker: boolean;
  public: boolean;
  /** The switch of the tenant that it hangs on. */
  readonly feature: string | null;
}

declare module 'fastify' {
  interface FastifyInstance {
    guardedRoutes: readonly GuardedRoute[];
  }
  interface FastifyContextConfig {
    /** The permission that a signed-in user needs; `self` is everyone's. */
    permission?: Permission | 'self';
    /** For camera workers and gateways, with the shared token. */
    worker?: true;
    /** For anyone. */
    public?: true;
    /** Open also to someone who has to choose a password before all else. */
    whilePasswordDue?: true;
  }
  interface FastifyRequest {
    /** Who asks; null on routes for anyone and for workers. */
    account: Account | null;
    /** Their session; null where the account is. */
    session: string | null;
  }
}
