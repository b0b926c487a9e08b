import { subscribe } from 'node:diagnostics_channel';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

/** A response that does not match its route's schema. */
interface Mismatch {
  route: string;
  /** Path in the response. */
  path: string;
  message: string;
}

const found: Mismatch[] = [];
let watching = false;

/**
 * From now on, validates every response of every server in this process against the schema that its
 * route declares for the status: no missing field, no wrong type, no undeclared field. Responses
 * are not changed; mismatches are collected for {@link takeMismatches}.
 */
export function watchAnswers(): void {
  if (watching) return;
  watching = true;
  subscribe('fastify.initialization', (message) => {
    const { fastify } = message as { fastify: FastifyInstance };
    fastify.addHook('preSerialization', async (request, reply, payload) => {
      compare(request, reply, payload);
      return payload;
    });
  });
}

/** Mismatches since the last call, one line each. */
export function takeMismatches(): string[] {
  const lines = found.splice(0).map(({ route, path, message }) => `${route}: ${path} ${message}`);
  return [...new Set(lines)];
}

function compare(request: FastifyRequest, reply: FastifyReply, payload: unknown): void {
  const { method, url } = request.routeOptions;
  const declared = request.routeOptions.schema?.response as Record<string, unknown> | undefined;
  if (!declared) return;
  const route = `${String(method)} ${url} ${reply.statusCode}`;
  const answer = declared[reply.statusCode];
  if (answer === undefined) {
    found.push({ route, path: '', message: `is not declared, and was ${JSON.stringify(payload)}` });
    return;
  }
  const schema = schemaOf(answer, String(reply.getHeader('content-type') ?? 'application/json'));
  if (!schema) {
    found.push({ route, path: '', message: 'has no schema for its content type' });
    return;
  }
  // As the client gets it: dates are strings, undefined fields are absent.
  const sent: unknown = JSON.parse(JSON.stringify(payload));
  const { data, error } = z.safeEncode(schema, sent as never);
  if (error) {
    for (const issue of error.issues) {
      found.push({ route, path: issue.path.join('.'), message: issue.message });
    }
  } else {
    for (const path of unnamed(sent, data)) {
      found.push({ route, path, message: 'is not in the schema' });
    }
  }
}

/** The schema of a response; one per content type, or one for JSON. */
function schemaOf(answer: unknown, contentType: string): z.ZodType | undefined {
  if (answer instanceof z.ZodType) return answer;
  const { content } = answer as { content?: Record<string, { schema: z.ZodType }> };
  return content?.[contentType.split(';')[0]!.trim()]?.schema;
}

/** Paths that were sent and are not in the parsed result. */
function unnamed(sent: unknown, passed: unknown, path = ''): string[] {
  if (typeof sent !== 'object' || sent === null) return [];
  if (typeof passed !== 'object' || passed === null) return [];
  return Object.entries(sent).flatMap(([key, value]) => {
    const at = path === '' ? key : `${path}.${key}`;
    if (!Object.hasOwn(passed, key)) return [at];
    return unnamed(value, (passed as Record<string, unknown>)[key], at);
  });
}
