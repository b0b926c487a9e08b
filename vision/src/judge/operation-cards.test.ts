import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { CLIMB } from './climb.ts';
import { HANDS } from './hands.ts';
import { PACE } from './pace.ts';
import { PHONE } from './phone.ts';
import { DOWN } from './posture.ts';
import { DEFAULT_TIMES } from './watches.ts';

/* Each behaviour rule has a card with its requirements, parameters, reasons and limits. */

const root = join(import.meta.dirname, '../../..');
const folder = join(root, 'models/operation');
const card = z.strictObject({
  rule: z.enum(['person-down', 'hand-in-danger', 'running', 'climbing', 'phone-use']),
  code: z.string().min(1),
  needs: z.string().min(1),
  states: z.string().min(1),
  times: z.strictObject({ confirm: z.number(), clear: z.number() }),
  parameters: z.record(
    z.string(),
    z.strictObject({ value: z.number(), unit: z.string().min(1), source: z.string().min(1) }),
  ),
  figures: z.array(
    z.strictObject({ set: z.string().min(1), command: z.string().min(1), says: z.string().min(1) }),
  ),
  limits: z.array(z.string().min(1)).min(1),
});
const parameters = {
  'person-down': DOWN,
  'hand-in-danger': HANDS,
  running: PACE,
  climbing: CLIMB,
  'phone-use': PHONE,
} as const;

describe('cards of the behaviour rules', () => {
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));

  it('exist for each rule', () => {
    expect(files.map((file) => file.replace('.yaml', '')).sort()).toEqual(
      Object.keys(parameters).sort(),
    );
  });

  it.each(files)('%s has the parameters of the code', (file) => {
    const read = card.parse(parse(readFileSync(join(folder, file), 'utf8')));
    expect(`${read.rule}.yaml`).toBe(file);
    expect(existsSync(join(root, read.code))).toBe(true);
    expect(read.times).toEqual(DEFAULT_TIMES[read.rule]);
    const values = Object.entries(read.parameters).map(([key, { value }]) => [key, value]);
    expect(Object.fromEntries(values)).toEqual(parameters[read.rule]);
  });
});
