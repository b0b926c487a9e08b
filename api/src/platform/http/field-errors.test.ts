import Fastify from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { expect, it } from 'vitest';
import { z } from 'zod';
import type { App } from './app-types.ts';
import type { FieldError } from './field-errors.ts';
import { answerProblems } from './problems.ts';

const body = z.strictObject({
  name: z.string().max(3),
  level: z.number().int().min(1).max(5),
  kind: z.enum(['a', 'b']),
  on: z.iso.date(),
  phone: z.string().regex(/^1/, { error: 'must begin with 1' }),
});

async function errorsOf(payload: object): Promise<FieldError[]> {
  const app = Fastify().setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  answerProblems(app as unknown as App);
  app.post('/', { schema: { body } }, async () => 'done');
  const answer = await app.inject({ method: 'POST', url: '/', payload });
  await app.close();
  expect(answer.statusCode).toBe(400);
  return answer.json().errors;
}

it('a field that does not match its schema is refused in both languages', async () => {
  const given = { name: 'long', level: 9, kind: 'c', on: '2026-02-31', phone: '12', more: 1 };
  const errors = await errorsOf(given);
  expect(errors.map(({ field }) => field)).toEqual([
    'body.name',
    'body.level',
    'body.kind',
    'body.on',
    'body',
  ]);
  for (const { message, text } of errors) {
    expect(text.en).toBe(message);
    expect(text.en).not.toMatch(/\p{Script=Han}/u);
    expect(text.zh).toMatch(/\p{Script=Han}/u);
  }
});

it.each([[1], [true], [null], [[]], [{}]])(
  '%j in place of a text is refused in both languages',
  async (name) => {
    const errors = await errorsOf({
      name,
      level: 'high',
      kind: 'a',
      on: '2026-02-01',
      phone: '12',
    });
    expect(errors.map(({ field }) => field)).toEqual(['body.name', 'body.level']);
    for (const { text } of errors) expect(text.zh).toMatch(/\p{Script=Han}/u);
  },
);

it('a missing field, too, and a schema with words of its own keeps them', async () => {
  const errors = await errorsOf({ name: 'abc', level: 1, kind: 'a', phone: '23' });
  const byField = new Map(errors.map((one) => [one.field, one.text]));
  expect(byField.get('body.on')?.zh).toMatch(/\p{Script=Han}/u);
  expect(byField.get('body.phone')).toEqual({ zh: 'must begin with 1', en: 'must begin with 1' });
});
