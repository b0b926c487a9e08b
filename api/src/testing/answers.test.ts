import fastify from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import type { App } from '../platform/http/app-types.ts';
import { Problem } from '../platform/http/errors.ts';
import { answerProblems, declareRefusedRequests, problems } from '../platform/http/problems.ts';
import { takeMismatches, watchAnswers } from './answers.ts';

const thing = z.object({ id: z.string(), parts: z.array(z.object({ name: z.string() })) });
let answer: unknown;
let app: App;
beforeAll(() => {
  watchAnswers();
  app = fastify() as unknown as App;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  declareRefusedRequests(app);
  answerProblems(app);
  const schema = {
    querystring: z.object({ n: z.coerce.number().optional() }),
    response: { 200: thing, ...problems(404) },
  };
  app.get('/thing', { schema }, async () => {
    if (answer instanceof Error) throw answer;
    return answer as z.infer<typeof thing>;
  });
  app.get('/unchecked', { schema }, async (_request, reply) =>
    reply.serializer((body: unknown) => JSON.stringify(body)).send(answer as never),
  );
});
afterAll(() => app.close());

async function mismatches(url: string, given: unknown): Promise<string[]> {
  answer = given;
  await app.inject(url);
  return takeMismatches();
}

it('accepts declared responses', async () => {
  const right = { id: 'a', parts: [{ name: 'x' }], later: undefined };
  expect(await mismatches('/thing', right)).toEqual([]);
  expect(await mismatches('/thing', new Problem('user.unknown'))).toEqual([]);
  // Errors of the server itself are declared for all routes.
  expect(await mismatches('/thing?n=x', right)).toEqual([]);
});

it('finds fields that are not in the schema, at any depth, also in responses that bypass it', async () => {
  const wrong = { id: 'a', secret: 1, parts: [{ name: 'x', more: null }] };
  for (const path of ['/thing', '/unchecked']) {
    expect(await mismatches(path, wrong)).toEqual([
      `GET ${path} 200: secret is not in the schema`,
      `GET ${path} 200: parts.0.more is not in the schema`,
    ]);
  }
});

it('finds missing fields and wrong types', async () => {
  expect(await mismatches('/unchecked', { id: 1, parts: [{}] })).toEqual([
    expect.stringMatching(/^GET \/unchecked 200: id .*expected string/),
    expect.stringMatching(/^GET \/unchecked 200: parts\.0\.name .*expected string/),
  ]);
});

it('finds a status that is not declared', async () => {
  expect(await mismatches('/thing', new Problem('auth.forbidden'))).toEqual([
    expect.stringContaining('GET /thing 403:  is not declared'),
  ]);
});
