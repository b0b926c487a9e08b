import { client, received } from './client.ts';
import type { paths } from './schema.d.ts';
import type { Received } from './types.ts';

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
/** The addresses with a method. */
type PathsWith<M extends Method> = {
  [Path in keyof paths]: paths[Path][M] extends { responses: object } ? Path : never;
}[keyof paths];

/** The parameters of an operation: path and query merged. */
type Given<Op> = Op extends { parameters: { path?: infer InPath; query?: infer InQuery } }
  ? Loose<InPath> & Loose<InQuery>
  : unknown;
/** Null and undefined are left out. */
type Loose<Parameters> = [Parameters] extends [undefined]
  ? unknown
  : { [Name in keyof Parameters]: Parameters[Name] | OrNull<Parameters, Name> };
type OrNull<Parameters, Name extends keyof Parameters> = undefined extends Parameters[Name]
  ? null
  : never;

/** The request body of an operation. */
type Body<Op> = Op extends { requestBody?: infer Request }
  ? [NonNullable<Request>] extends [never]
    ? undefined
    : NonNullable<Request> extends { content: { 'application/json': infer Sent } }
      ? Sent
      : undefined
  : undefined;

/** The success response of an operation. */
type Answered<Op> = Op extends { responses: infer Responses }
  ? Received<
      {
        [Status in keyof Responses]: Status extends 200 | 201 | 202
          ? Responses[Status] extends { content: { 'application/json': infer Sent } }
            ? Sent
            : never
          : never;
      }[keyof Responses]
    >
  : never;

type HasBody<Op> = [Body<Op>] extends [undefined] ? false : true;
type HasParameters<Op> = keyof Given<Op> extends never ? false : true;
type Arguments<Op> =
  HasParameters<Op> extends true
    ? HasBody<Op> extends true
      ? [given: Given<Op>, body: Body<Op>]
      : Record<never, never> extends Given<Op>
        ? [given?: Given<Op>]
        : [given: Given<Op>]
    : HasBody<Op> extends true
      ? [body: Body<Op>]
      : [];
type Call<Op> = (
  ...given: Arguments<Op>
) => Promise<[Answered<Op>] extends [never] ? void : Answered<Op>>;

const declare =
  <M extends Method>(method: M) =>
  <Path extends PathsWith<M>>(path: Path): Call<paths[Path][M]> => {
    const inPath = new Set([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    const call = (...values: object[]) => {
      const isBodyOnly = inPath.size === 0 && method !== 'get' && values.length === 1;
      const [given, body] = isBodyOnly ? [undefined, values[0]] : values;
      const params = { path: {} as Record<string, unknown>, query: {} as Record<string, unknown> };
      for (const [name, value] of Object.entries(given ?? {})) {
        if (value !== null && value !== undefined) {
          params[inPath.has(name) ? 'path' : 'query'][name] = value;
        }
      }
      const init = { params, ...(body === undefined ? {} : { body }) };
      return received(client.request(method, path as never, init as never));
    };
    return call as unknown as Call<paths[Path][M]>;
  };

/**
 * An operation of the API as a function of its parameters (path and query merged; null is left out)
 * and its body. It throws an ApiError on failure.
 *
 * @example
 * const listLots = operation.GET('/api/v1/supplier-lots');
 * const setStatus = operation.POST('/api/v1/suppliers/{id}/status');
 * const { items } = await listLots({ supplier: id, cursor: null });
 * const changed = await setStatus({ id }, { version, status: 'approved', reason });
 */
export const operation = {
  GET: declare('get'),
  POST: declare('post'),
  PUT: declare('put'),
  PATCH: declare('patch'),
  DELETE: declare('delete'),
};
