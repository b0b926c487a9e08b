import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Account } from '../access/account.ts';
import type { DeviceCaller, DeviceClass, DeviceRoute } from '../access/devices.ts';
import type { Permission } from '../access/permissions.ts';

/** The HTTP server, with schemas in zod. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** A module's HTTP part. Its factory gets its dependencies; `register` adds its routes. */
export interface Module {
  name: string;
  register(app: App): void;
  /** Adds hooks on the routes of all modules. */
  watch?(app: App): void;
  /**
   * The feature switch of all its routes; left out for what every tenant needs, such as signing in.
   * While it is off, the routes answer 404 and no data is lost.
   */
  feature?: string;
}

/** A registered route, for the test that walks all routes. */
export interface GuardedRoute {
  method: string;
  url: string;
  permission: Permission | 'self' | null;
  /** The kinds of devices that may use it; null where none may. */
  device: readonly DeviceClass[] | null;
  public: boolean;
  /** Whether screens on walls may use it, too. */
  screen: boolean;
  /** Its feature switch. */
  readonly feature: string | null;
}

declare module 'fastify' {
  interface FastifyInstance {
    guardedRoutes: readonly GuardedRoute[];
  }
  interface FastifyContextConfig {
    /** The permission of a signed-in user; `self` for any signed-in user. */
    permission?: Permission | 'self';
    /** For devices of these kinds, each with its own credential. */
    device?: DeviceRoute;
    /** Public. */
    public?: true;
    /** Also open to screens on walls, which see the cameras of their group alone. */
    screen?: true;
    /** The address holds a secret: it is logged by its route alone. */
    secretAddress?: true;
    /** Also open to a user who has to choose a password first. */
    whilePasswordDue?: true;
  }
  interface FastifyRequest {
    /** The caller; null on public routes and for devices. */
    account: Account | null;
    /** The session; null without an account. */
    session: string | null;
    /** The device that asks; null on all other routes. */
    device: DeviceCaller | null;
  }
}
