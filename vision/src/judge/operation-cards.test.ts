import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CameraRule, cameraRule, violationRule } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { CLIMB } from './climb.ts';
import { LINE } from './crossing.ts';
import { HOLD_SHARE } from './evidence.ts';
import { HANDS } from './hands.ts';
import { OCCUPANCY } from './occupancy.ts';
import { PACE } from './pace.ts';
import { PHONE } from './phone.ts';
import { DOWN } from './posture.ts';
import { LEARNT } from './posture-learnt.ts';
import { SCENE } from './scene.ts';
import { DEFAULT_TIMES, PPE_DOUBT_MS, STAY } from './watches.ts';

/* Each rule has a card with its requirements, parameters, reasons and limits. */

const root = join(import.meta.dirname, '../../..');
const folder = join(root, 'models/operation');
const card = z.strictObject({
  rule: cameraRule,
  code: z.string().min(1),
  /** What is recorded, in a sentence. */
  watches: z.string().min(1),
  needs: z.string().min(1),
  states: z.string().min(1),
  /** Files whose tests show it. */
  tests: z.array(z.string().min(1)).min(1),
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
  'person-down': { ...DOWN, ...LEARNT },
  'hand-in-danger': HANDS,
  running: PACE,
  climbing: CLIMB,
  'phone-use': PHONE,
  'missing-ppe': { doubtMs: PPE_DOUBT_MS, holdShare: HOLD_SHARE },
  'zone-intrusion': { holdShare: HOLD_SHARE },
  'line-crossing': LINE,
  loitering: STAY,
  'over-occupancy': { ...OCCUPANCY, ...SCENE },
  'lone-work': { ...OCCUPANCY, ...SCENE },
  'unattended-machine': { ...OCCUPANCY, ...SCENE },
} as const satisfies Record<CameraRule, object>;

describe('cards of the rules', () => {
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));

  it('exist for each rule', () => {
    expect(files.map((file) => file.replace('.yaml', '')).sort()).toEqual(
      Object.keys(parameters).sort(),
    );
  });

  it.each(files)('%s has the parameters of the code', (file) => {
    const read = card.parse(parse(readFileSync(join(folder, file), 'utf8')));
    expect(`${read.rule}.yaml`).toBe(file);
    for (const path of [read.code, ...read.tests]) {
      expect(existsSync(join(root, path)), path).toBe(true);
    }
    expect(read.times).toEqual(DEFAULT_TIMES[read.rule]);
    const values = Object.entries(read.parameters).map(([key, { value }]) => [key, value]);
    expect(Object.fromEntries(values)).toEqual(parameters[read.rule]);
  });

  it.each(['en', 'zh'])('the manual in %s has a section for each rule', (language) => {
    const manual = readFileSync(join(root, `docs/manual/${language}/rules.md`), 'utf8');
    const sections = [...manual.matchAll(/^## .*`([a-z-]+)`$/gm)].map(([, rule]) => rule);
    expect(sections.sort()).toEqual([...violationRule.options].sort());
  });
});
