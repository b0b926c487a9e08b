import { bilingual } from '@anshi/contracts';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { isDatabaseUnavailable, isUnstorable, noRoomOf } from '../db/database-errors.ts';
import type { App } from './app-types.ts';
import { Problem } from './errors.ts';
import { schemaError } from './field-errors.ts';

/** The schema of every error response. */
export const problemSchema = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.string(),
    detail: z.string(),
    errors: z
      .array(
        z.object({
          field: z.string(),
          message: z.string(),
          text: bilingual.describe('The message for people, in both languages.'),
        }),
      )
      .optional(),
  })
  .meta({ id: 'Problem', description: 'What is wrong, and what to do about it (RFC 9457).' });

const meanings: Record<number, string> = {
  400: 'The request is not valid.',
  401: 'Signing in is needed.',
  403: 'The role does not allow it.',
  404: 'There is no such thing.',
  409: 'It changed meanwhile; `current` shows how it is now.',
  410: 'It was removed at the end of its term.',
  413: 'Too large.',
  415: 'Wrong content type.',
  416: 'The range lies outside the file.',
  422: 'The bytes are not what was announced, or not what was stored.',
  429: 'Too many attempts; the header retry-after says when to go on.',
  502: 'The camera worker refused.',
  503: 'Not available now.',
  507: 'The disk is full.',
};

/**
 * The problems of a route, for its description. Its type is empty on purpose: a handler throws
 * problems, it does not return them.
 */
export function problems(...statuses: number[]): Record<never, never> {
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: meanings[status] ?? '',
        content: { 'application/problem+json': { schema: problemSchema } },
      },
    ]),
  );
}

/**
 * Declares the server's own responses, so that no route has to: 400 where a part of the request has
 * a schema; 413 and 415 where there is a body; 429 where devices ask; 507 where something is changed.
 */
export function declareRefusedRequests(app: App): void {
  app.addHook('onRoute', ({ schema, method, config }) => {
    const response = schema?.response as Record<string, unknown> | undefined;
    if (!schema || !response) return;
    const isChecked = schema.params ?? schema.querystring ?? schema.body ?? schema.headers;
    const refusals = schema.body ? problems(400, 413, 415) : isChecked ? problems(400) : {};
    // A full disk keeps nothing from being read.
    const isRead = [method].flat().every((one) => one === 'GET' || one === 'HEAD');
    const noRoom = isRead ? {} : problems(507);
    const tries = config?.device ? problems(429) : {};
    schema.response = { ...refusals, ...tries, ...noRoom, ...response };
  });
}

/** Converts every thrown error to problem+json. */
export function answerProblems(app: App): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const problem = toProblem(error);
    // A tampered file is not a program error, but still has to be logged.
    if (problem.status >= 500 || problem.code.startsWith('sealed.'))
      request.log.error({ err: error }, problem.code);
    send(request, reply, problem);
  });
  app.setNotFoundHandler((request, reply) => send(request, reply, new Problem('route.unknown')));
}

function send(request: FastifyRequest, reply: FastifyReply, problem: Problem): void {
  if (problem.status === 401) {
    // Some devices send their name and secret only after they are asked for them.
    const isForDevices = !request.is404 && request.routeOptions.config.device;
    reply.header('www-authenticate', isForDevices ? 'Basic realm="anshi"' : 'Bearer');
  }
  const { retryAfterSeconds } = problem.extra;
  if (problem.code === 'auth.busy') reply.header('retry-after', 1);
  else if (typeof retryAfterSeconds === 'number') reply.header('retry-after', retryAfterSeconds);
  const extra = problem.status >= 500 ? { requestId: request.id } : {};
  reply
    .code(problem.status)
    .type('application/problem+json')
    .serializer((body: unknown) => JSON.stringify(body))
    .send({ ...problem.toJSON(), ...extra });
}

export function toProblem(error: FastifyError): Problem {
  if (error instanceof Problem) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const errors = error.validation.map((one) => schemaError(error.validationContext, one));
    const detail = errors.map(({ field, message }) => `${field}: ${message}`).join('; ');
    return new Problem('request.invalid', detail, { errors });
  }
  const noRoom = noRoomOf(error);
  if (noRoom) return new Problem(noRoom === 'database' ? 'database.full' : 'disk.full');
  if (isDatabaseUnavailable(error)) return new Problem('database.unavailable');
  if (isUnstorable(error)) {
    return new Problem('request.invalid', 'The record cannot hold one of the values.');
  }
  if (error.statusCode === 429) return new Problem('auth.too-many');
  if (error.statusCode === 413) return new Problem('request.too-large');
  if (error.statusCode === 415) return new Problem('request.media-type');
  if (error.statusCode !== undefined && error.statusCode < 500) {
    return new Problem('request.invalid', error.message);
  }
  return new Problem('server.failed');
}
