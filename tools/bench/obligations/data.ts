import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { instant } from '@anshi/contracts';
import { z } from 'zod';

/* The form of a set of obligations with its truth. Explained in docs/benches.md. */

const day = z.iso.date();
const interval = z.strictObject({
  n: z.number().int().positive(),
  unit: z.enum(['days', 'weeks', 'months', 'years']),
});
const every = z.union([
  interval,
  z.strictObject({
    rule: z.string(),
    issuedOn: day.optional(),
    otherwise: interval.optional(),
  }),
]);
const done = z.strictObject({ on: day, evidence: z.string().max(100).optional() });

const shared = {
  id: z.string().min(1).max(64),
  /** Left out, that of the file. */
  zone: z.string().optional(),
  /** How long before its day it opens. Left out, on the day itself. */
  lead: interval.optional(),
  /** When it is entered. Left out, `start` of days.json. */
  entered: instant.optional(),
  done: done.nullable().optional(),
};
const date = z.strictObject({
  ...shared,
  by: z.literal('date'),
  on: day.nullable(),
  basis: z.string().max(100).default('A'),
});
const repeated = z.strictObject({
  ...shared,
  by: z.enum(['fixed', 'done']),
  from: day,
  atFrom: z.boolean().optional(),
  every,
});
const meter = z.strictObject({
  ...shared,
  by: z.literal('meter'),
  every: z.number().positive(),
  leadReading: z.number().nonnegative().default(0),
  base: z.number(),
  reading: z.number(),
  readOn: day,
});
const condition = z.strictObject({
  ...shared,
  by: z.literal('condition'),
  since: day.nullable(),
  within: interval.optional(),
});
const obligation = z.discriminatedUnion('by', [date, repeated, meter, condition]);
export type ObligationEntry = z.infer<typeof obligation>;

export const obligationsFile = z.strictObject({
  zone: z.string(),
  obligations: z.array(obligation).min(1),
});
export type ObligationsFile = z.infer<typeof obligationsFile>;

const event = z.strictObject({
  at: instant,
  id: z.string(),
  /** Fields of the obligation that are other ones from now on. */
  set: z.record(z.string(), z.unknown()).optional(),
  /** Why nothing is owed any more; null: it is owed again. */
  closed: z.enum(['left', 'retired', 'out-of-use', 'not-needed', 'gone']).nullable().optional(),
});
export type ObligationEvent = z.infer<typeof event>;

export const daysFile = z.strictObject({
  start: instant,
  /** When the job runs, in order; what lies between two runs is time without a process. */
  runs: z.array(instant).min(1),
  /** What changes, in order. */
  events: z.array(event).default([]),
});
export type DaysFile = z.infer<typeof daysFile>;

const period = z.strictObject({
  /** The last day that counted; null while it is not known. */
  dueOn: day.nullable(),
  /** The run that opened it; null where none has. */
  openedAt: instant.nullable(),
  outcome: z.enum(['done', 'closed']).nullable(),
});
export type PeriodTruth = z.infer<typeof period>;
/** Periods of each obligation by id, the first one first. */
export const truthFile = z.strictObject({ periods: z.record(z.string(), z.array(period)) });
export type TruthFile = z.infer<typeof truthFile>;

export interface ObligationSet {
  obligations: ObligationsFile;
  days: DaysFile;
  truth: TruthFile;
}

/** An error in a file of a data folder. */
export class DataError extends Error {}

/** @throws DataError that names the file and what is wrong in it. */
export function readSet(folder: string): ObligationSet {
  const read = <Value>(name: string, schema: z.ZodType<Value>): Value => {
    const file = join(folder, name);
    if (!existsSync(file)) throw new DataError(`${file} is missing`);
    let content: unknown;
    try {
      content = JSON.parse(readFileSync(file, 'utf8'));
    } catch (error) {
      throw new DataError(`${file} is no JSON: ${(error as Error).message}`);
    }
    const parsed = schema.safeParse(content);
    if (parsed.success) return parsed.data;
    const [first] = parsed.error.issues;
    throw new DataError(`${file}: ${first?.path.join('.') ?? ''}: ${first?.message ?? ''}`);
  };
  const set = {
    obligations: read('obligations.json', obligationsFile),
    days: read('days.json', daysFile),
    truth: read('truth.json', truthFile),
  };
  const ids = new Set(set.obligations.obligations.map(({ id }) => id));
  if (ids.size !== set.obligations.obligations.length) {
    throw new DataError(`${folder}/obligations.json names an id twice`);
  }
  const strange = set.days.events.find(({ id }) => !ids.has(id));
  if (strange)
    throw new DataError(`${folder}/days.json names the unknown obligation ${strange.id}`);
  return set;
}

/** The entry with the changes of an event. @throws DataError where they do not fit. */
export function changed(entry: ObligationEntry, { set, at }: ObligationEvent): ObligationEntry {
  if (set === undefined) return entry;
  const parsed = obligation.safeParse({ ...entry, ...set });
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  throw new DataError(
    `the event of ${entry.id} at ${at}: ${first?.path.join('.')}: ${first?.message}`,
  );
}

/** The items by a key, in their order. */
export function groupedBy<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
