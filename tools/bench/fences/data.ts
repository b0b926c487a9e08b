import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** Data that cannot be used, with file and place. */
export class FenceDataError extends Error {}

const ms = z.number().describe('Ms since the epoch.');
const point = z.tuple([z.number(), z.number()]);
const area = z.strictObject({
  id: z.string(),
  floorPlan: z.string(),
  polygon: z.array(point).min(3),
});
const fence = z.strictObject({
  id: z.string(),
  area: z.string(),
  kind: z.enum(['entry', 'stay']),
  dwellSeconds: z.number().min(0),
  holdSeconds: z.number().min(0),
});
const binding = z.strictObject({
  badge: z.string(),
  person: z.string(),
  from: ms,
  until: ms.nullable(),
});
const right = z.strictObject({
  fence: z.string(),
  person: z.string(),
  from: ms,
  allowed: z.boolean(),
});
const fix = z.strictObject({
  badge: z.string(),
  at: ms,
  receivedAt: ms,
  source: z.string(),
  floorPlan: z.string(),
  x: z.number(),
  y: z.number(),
  radius: z.number().positive(),
  technique: z.enum(['uwb', 'rfid']),
});
const interval = z.strictObject({
  fence: z.string(),
  badge: z.string(),
  from: ms,
  until: ms,
  clear: z
    .boolean()
    .default(true)
    .describe('False: too short or too near to the border to be found.'),
});

export type FenceFix = z.infer<typeof fix>;
export type FenceTruth = z.infer<typeof interval>;
export interface FenceData {
  areas: z.infer<typeof area>[];
  fences: z.infer<typeof fence>[];
  bindings: z.infer<typeof binding>[];
  rights: z.infer<typeof right>[];
  fixes: FenceFix[];
  truth: FenceTruth[];
}

/**
 * Reads `setup.json` (areas, fences, bindings, rights), `fixes.jsonl` and `truth.jsonl` of a folder.
 *
 * @throws FenceDataError naming the file, the line and what is wrong in it.
 */
export function readFenceData(folder: string): FenceData {
  const setup = z.strictObject({
    areas: z.array(area),
    fences: z.array(fence),
    bindings: z.array(binding),
    rights: z.array(right),
  });
  const known = checked(setup, textOf(folder, 'setup.json'), `${folder}/setup.json`);
  for (const one of known.fences) {
    if (!known.areas.some(({ id }) => id === one.area)) {
      throw new FenceDataError(`${folder}/setup.json: fence "${one.id}" has no area "${one.area}"`);
    }
  }
  const lines = <Shape extends z.ZodType>(name: string, shape: Shape) =>
    textOf(folder, name)
      .split('\n')
      .flatMap((text, n) =>
        text.trim() === '' ? [] : [checked(shape, text, `${folder}/${name}:${n + 1}`)],
      );
  return { ...known, fixes: lines('fixes.jsonl', fix), truth: lines('truth.jsonl', interval) };
}

function textOf(folder: string, name: string): string {
  try {
    return readFileSync(join(folder, name), 'utf8');
  } catch (error) {
    throw new FenceDataError(`${folder}/${name}: ${(error as Error).message}`);
  }
}

function checked<Shape extends z.ZodType>(shape: Shape, text: string, where: string) {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new FenceDataError(`${where}: ${(error as Error).message}`);
  }
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new FenceDataError(`${where}: ${issue?.path.join('.')}: ${issue?.message}`);
}
