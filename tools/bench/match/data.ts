import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { matchJob, matchPerson } from '../../../api/src/modules/match/input.ts';
import { decisions } from '../../../api/src/modules/match/reasons.ts';
import type { Override } from '../../../api/src/platform/rules/types.ts';
import type { MatchCase } from './base.ts';

/** Data that cannot be used, with file and place. */
export class MatchDataError extends Error {}

const override = z.strictObject({
  id: z.string(),
  rule: z.string(),
  value: z.strictObject({
    kind: z.literal('amount'),
    amount: z.number(),
    unit: z.enum(['hours', 'days', 'months', 'years', 'times', 'yuan']),
    bound: z.enum(['exactly', 'at-least', 'at-most']),
  }),
  from: z.iso.date(),
  until: z.iso.date().nullable(),
  reason: z.string(),
});
const facts = z.strictObject({ people: z.array(matchPerson), jobs: z.array(matchJob) });
const rules = z.strictObject({
  timeZone: z.string().default('Asia/Shanghai'),
  overrides: z.array(override).default([]),
});
const question = z.strictObject({
  id: z.string(),
  person: z.string(),
  job: z.string(),
  at: z.iso.datetime({ offset: true }),
  timeZone: z.string().optional(),
});
const answer = z.strictObject({
  id: z.string(),
  decision: z.enum(decisions),
  codes: z.array(z.string()),
});

/**
 * Reads `facts.json`, `rules.json` (may be left out), `cases.jsonl` and `truth.jsonl` of a folder.
 *
 * @throws MatchDataError naming the file and what is wrong in it.
 */
export function readMatchData(folder: string): MatchCase[] {
  const known = read(folder, 'facts.json', facts);
  const law = existsSync(join(folder, 'rules.json'))
    ? read(folder, 'rules.json', rules)
    : rules.parse({});
  const people = new Map(known.people.map((one) => [one.id, one]));
  const jobs = new Map(known.jobs.map((one) => [one.id, one]));
  const truth = new Map(
    readLines(folder, 'truth.jsonl', answer).map((one) => [one.id, one] as const),
  );
  return readLines(folder, 'cases.jsonl', question).map(({ id, person, job, at, timeZone }) => {
    const [who, what, expected] = [people.get(person), jobs.get(job), truth.get(id)];
    if (!who || !what || !expected) {
      const missing = !who
        ? `person "${person}"`
        : !what
          ? `job "${job}"`
          : 'answer in truth.jsonl';
      throw new MatchDataError(`${folder}/cases.jsonl, case "${id}": there is no ${missing}`);
    }
    const overrides = law.overrides as readonly Override[];
    const zone = timeZone ?? law.timeZone;
    return { ...expected, person: who, job: what, at, timeZone: zone, overrides };
  });
}

function textOf(folder: string, name: string): string {
  try {
    return readFileSync(join(folder, name), 'utf8');
  } catch (error) {
    throw new MatchDataError(`${folder}/${name}: ${(error as Error).message}`);
  }
}

function read<Shape extends z.ZodType>(folder: string, name: string, shape: Shape) {
  return checked(shape, textOf(folder, name), `${folder}/${name}`);
}

function readLines<Shape extends z.ZodType>(folder: string, name: string, shape: Shape) {
  return textOf(folder, name)
    .split('\n')
    .flatMap((text, n) =>
      text.trim() === '' ? [] : [checked(shape, text, `${folder}/${name}:${n + 1}`)],
    );
}

function checked<Shape extends z.ZodType>(shape: Shape, text: string, where: string) {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new MatchDataError(`${where}: ${(error as Error).message}`);
  }
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new MatchDataError(`${where}: ${issue?.path.join('.')}: ${issue?.message}`);
}
