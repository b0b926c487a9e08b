import { ulid } from '@anshi/contracts';
import type { FastifyReply, FastifyRequest, FastifySchema, RouteShorthandOptions } from 'fastify';
import { z } from 'zod';
import type { Account } from '../access/account.ts';
import { type Caller, callerOf } from '../access/caller.ts';
import type { Permission } from '../access/permissions.ts';
import type { App } from '../http/app-types.ts';
import { problems } from '../http/problems.ts';

/** The account of the request. */
export type User = Caller & { account: Account };

/** The names of the parameters of an address: `id` of `/suppliers/:id`. */
type Names<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | Names<Rest>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;
/** The default parameters of an address: ids. */
type Ids<Path extends string> = z.ZodType<{ [Name in Names<Path>]: string }>;

/** The input of a handler: the parsed parts of the request. */
interface Asked<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType> {
  user: User;
  params: z.output<Params>;
  query: z.output<Query>;
  body: z.output<Body>;
  request: FastifyRequest;
  reply: FastifyReply;
}

type Answered<Answer extends z.ZodType> =
  | z.output<Answer>
  | FastifyReply
  | (null extends z.output<Answer> ? void : never);

/** A route of a module. Its problems are derived, see {@link routesOf}. */
interface Route<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Answer extends z.ZodType,
> {
  /** `self`: any signed-in user. */
  permission: Permission | 'self';
  operationId: string;
  summary: string;
  description?: string;
  /** By default each parameter of the address is an id. */
  params?: Params;
  query?: Query;
  body?: Body;
  /** Status 200. Without `answer`, `created` and `accepted` it is 204, without a body. */
  answer?: Answer;
  /** Status 201. Beside `answer`, the handler sets the status by `reply.code`. */
  created?: Answer;
  /** Status 202. */
  accepted?: Answer;
  /**
   * The description of a response that is not JSON, such as `exportAnswer`; the handler sends it.
   */
  file?: Record<number, unknown>;
  /** Problems beside the derived ones: 422, 429 … */
  problems?: readonly number[];
  preHandler?: RouteShorthandOptions['preHandler'];
  bodyLimit?: number;
  config?: { whilePasswordDue?: true; screen?: true; feature?: string | null };
  handle(asked: Asked<Params, Query, Body>): Answered<Answer> | Promise<Answered<Answer>>;
}

/** A response without a body; `accepted: done` is a 202. */
export const done = z.null().describe('Done.');

/**
 * Declares routes below `/api/v1`. A route declares what is specific; the rest is derived:
 *
 * - 401, 403 and 503 for each of them; 400 where something is checked, 413 and 415 with a body, 507 where something is changed
 *   (`declareRefusedRequests`);
 * - 404 where its address has a parameter, or its module can be switched off (`guardFeatures`);
 * - 409 where its body names a `version`.
 *
 * @param tag of the operations, in the API reference.
 * @example
 * const route = routesOf(app, 'suppliers');
 * route.get('/suppliers/:id', {
 *   permission: 'supplier:read',
 *   operationId: 'getSupplier',
 *   summary: 'Reads a supplier',
 *   answer: supplierSchema,
 *   handle: ({ user, params }) => suppliers.get(user, params.id),
 * });
 */
export function routesOf(app: App, tag: string) {
  const declare =
    (method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE') =>
    <
      Path extends `/${string}`,
      Params extends z.ZodType = Ids<Path>,
      Query extends z.ZodType = z.ZodUndefined,
      Body extends z.ZodType = z.ZodUndefined,
      Answer extends z.ZodType = z.ZodNull,
    >(
      path: Path,
      route: Route<Params, Query, Body, Answer>,
    ): void => {
      const { permission, operationId, summary, description, query, body, handle } = route;
      const params = route.params ?? idsIn(path);
      const [status, answers] = answersOf(route);
      const statuses = [
        401,
        403,
        503,
        ...(params ? [404] : []),
        ...(namesVersion(body) ? [409] : []),
        ...(route.problems ?? []),
      ];
      const schema: FastifySchema = {
        tags: [tag],
        operationId,
        summary,
        ...(description === undefined ? {} : { description }),
        ...(params ? { params } : {}),
        ...(query ? { querystring: query } : {}),
        ...(body ? { body } : {}),
        response: { ...answers, ...problems(...statuses) },
      };
      app.route({
        method,
        url: `/api/v1${path}`,
        config: { ...route.config, permission },
        schema,
        ...(route.preHandler ? { preHandler: route.preHandler } : {}),
        ...(route.bodyLimit ? { bodyLimit: route.bodyLimit } : {}),
        async handler(request, reply) {
          const asked = {
            user: callerOf(request as FastifyRequest),
            // The server has validated them with the schemas of the route.
            params: request.params as z.output<Params>,
            query: request.query as z.output<Query>,
            body: request.body as z.output<Body>,
            request: request as FastifyRequest,
            reply: reply as unknown as FastifyReply,
          };
          reply.code(status);
          const isEmpty = answers[status] === done;
          if (!isEmpty) return handle(asked);
          await handle(asked);
          return null;
        },
      });
    };
  return {
    get: declare('GET'),
    post: declare('POST'),
    put: declare('PUT'),
    patch: declare('PATCH'),
    delete: declare('DELETE'),
  };
}

/** The status of a success, and the responses by status. */
function answersOf(
  route: Pick<
    Route<z.ZodType, z.ZodType, z.ZodType, z.ZodType>,
    'answer' | 'created' | 'accepted' | 'file'
  >,
): [status: number, answers: Record<number, unknown>] {
  const { answer, created, accepted, file } = route;
  if (file) return [200, file];
  if (answer) return [200, { 200: answer, ...(created ? { 201: created } : {}) }];
  if (created) return [201, { 201: created }];
  return accepted ? [202, { 202: accepted }] : [204, { 204: done }];
}

/** The schema of the parameters of an address: ids. */
function idsIn(path: string): z.ZodType | undefined {
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name as string);
  return names.length === 0
    ? undefined
    : z.object(Object.fromEntries(names.map((name) => [name, ulid])));
}

const namesVersion = (body: z.ZodType | undefined) =>
  body instanceof z.ZodObject && 'version' in body.shape;
