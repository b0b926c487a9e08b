import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { PpeCard } from '../detect/model-card.ts';
import { disallowedClaims, type RecipeSets, readClaims, readRecipeSets } from './recipe-sets.ts';

const models = join(import.meta.dirname, '../../../models');
const withRecipe = readdirSync(models).filter((name) => existsSync(join(models, name, 'recipe')));

describe('the shipped cards', () => {
  it('[VIS-01] of models that are trained here have a recipe', () => {
    expect(withRecipe).toEqual(expect.arrayContaining(['posture', 'ppe']));
  });

  it.each(withRecipe)('%s claims nothing that its recipe does not allow', (name) => {
    const recipe = readRecipeSets(join(models, name, 'recipe/sets.yaml'));
    const folder = join(models, name);
    const [card] = ['card.yaml', `${name}.yaml`].map((one) => join(folder, one)).filter(existsSync);
    const claims = readClaims(card!);
    expect(claims.figures.length).toBeGreaterThan(0);
    expect(disallowedClaims(claims, recipe)).toEqual([]);
  });
});

it('the larger card claims nothing that the recipe of the detector inside does not allow', () => {
  const claims = readClaims(join(models, 'ppe-large/card.yaml'));
  expect(claims.figures.length).toBeGreaterThan(0);
  expect(disallowedClaims(claims, readRecipeSets(join(models, 'ppe/recipe/sets.yaml')))).toEqual(
    [],
  );
});

const recipe: RecipeSets = {
  sets: {
    'css/train': { role: 'train' },
    'css/dev': { role: 'development' },
    'css/val': { role: 'validation', looked: { '1.0.0': '2026-11-29' } },
    'esp/val': { role: 'validation', looked: { '0.9.0': '2026-11-25' } },
  },
  commands: ['bench ppe --data DIR --sets SET', 'bench ppe --data DIR --sets SET --iou 0.3'],
};

/** A card with one figure; `change` spoils it. */
function card(change: { set?: string; command?: string; conditions?: string; version?: string }) {
  const set = change.set ?? 'css/val';
  const command = change.command ?? `bench ppe --data DIR --sets ${set}`;
  const conditions = change.conditions ?? 'AP at IoU 0.5';
  return {
    version: change.version ?? '1.0.0',
    figures: [{ set, command, conditions }],
    chosenOn: { thresholds: ['css/dev'] },
    leastHeights: {},
  };
}

const claims = (change: Parameters<typeof card>[0]) => disallowedClaims(card(change), recipe);

describe('disallowedClaims', () => {
  it('finds none in a figure of a validation set, by its command, with the day of the look', () => {
    expect(claims({})).toEqual([]);
    expect(claims({ command: 'bench ppe --data DIR --sets css/val --iou 0.3' })).toEqual([]);
    expect(claims({ set: 'css/val:labels_wholehead' })).toEqual([]);
  });

  it('finds a set that the recipe does not know, and one that trained the model', () => {
    expect(claims({ set: 'other/val' })).toEqual([
      'figures.0.set: "other/val" is none of the sets of the recipe: css/train, css/dev, css/val, esp/val',
    ]);
    expect(claims({ set: 'css/train' })[0]).toContain(
      'figures.0.set: "css/train" trained the model',
    );
    expect(claims({ set: 'css/train:labels_wholehead' })[0]).toContain('trained the model');
  });

  it('finds a development set that is not called one', () => {
    expect(claims({ set: 'css/dev' })[0]).toContain(
      'figures.0.conditions: "css/dev" is a development',
    );
    expect(claims({ set: 'css/dev', conditions: 'development set, AP at IoU 0.5' })).toEqual([]);
  });

  it('finds a look at validation that is not written down', () => {
    expect(claims({ set: 'esp/val' })[0]).toContain(
      'no day on which "esp/val" was looked at for 1.0.0',
    );
    expect(claims({ version: '1.1.0' })[0]).toContain('looked at for 1.1.0');
  });

  it.each([
    'bench ppe --data DIR --sets css/dev',
    'bench ppe --data DIR --sets css/val,css/train',
    'bench ppe --data DIR --sets css/val --iou 0.1',
    'bench ppe --data DIR',
    'train.py --score css/val',
  ])('finds a command that scores something else: %s', (command) => {
    expect(claims({ command })).toEqual([
      expect.stringContaining(`figures.0.command: "${command}" is none that the recipe allows`),
    ]);
  });

  it('finds thresholds that were chosen on validation, on an unknown set, or on nothing', () => {
    const chosen = (
      chosenOn: PpeCard['chosenOn'],
      leastHeights: Record<string, number> = {},
      leastContrast?: PpeCard['leastContrast'],
    ) => disallowedClaims({ ...card({}), chosenOn, leastHeights, leastContrast }, recipe);
    expect(chosen({ thresholds: ['css/dev', 'css/val'] })).toEqual([
      expect.stringContaining('chosenOn.thresholds: "css/val" is a validation set'),
    ]);
    expect(chosen({ thresholds: ['css/val:labels_wholehead'] })).toHaveLength(1);
    expect(chosen({ thresholds: ['css/train'] })).toEqual([
      expect.stringContaining('chosenOn.thresholds: "css/train" trained the model'),
    ]);
    expect(chosen({ thresholds: ['other/dev'] })[0]).toContain('"other/dev" is none of the sets');
    expect(chosen(undefined)).toEqual([
      'chosenOn.thresholds: name the sets on which they were chosen',
    ]);
    expect(chosen({ thresholds: ['css/dev'] }, { helmet: 50 })).toEqual([
      'chosenOn.leastHeights: name the sets on which they were chosen',
    ]);
    expect(chosen({ thresholds: ['css/dev'] }, {}, { range: 50, overNoise: 10 })).toEqual([
      'chosenOn.leastContrast: name the sets on which they were chosen',
    ]);
    expect(chosen({ thresholds: ['css/dev'], weights: ['css/val'] })[0]).toContain(
      'chosenOn.weights: "css/val" is a validation set',
    );
  });
});

it('a set that has a command of its own is scored by no other', () => {
  const sets: RecipeSets['sets'] = {
    'acted/seed-1': { role: 'train' },
    'acted/seed-2': { role: 'development', command: 'train.py --held 2' },
    'acted/seed-777': {
      role: 'validation',
      looked: { '1.0.0': '2026-11-30' },
      command: 'score.ts --seed 777',
    },
  };
  const of = (set: string, command: string, conditions = '') =>
    disallowedClaims(
      { ...card({ set, command, conditions }), chosenOn: { thresholds: ['acted/seed-2'] } },
      { sets, commands: ['bench ppe --data DIR --sets SET'] },
    );
  expect(of('acted/seed-777', 'score.ts --seed 777')).toEqual([]);
  expect(of('acted/seed-2', 'train.py --held 2', 'development set')).toEqual([]);
  for (const command of ['score.ts --seed 2', 'bench ppe --data DIR --sets acted/seed-777']) {
    expect(of('acted/seed-777', command)).toEqual([
      expect.stringContaining('is none that the recipe allows: score.ts --seed 777'),
    ]);
  }
});

describe('readRecipeSets', () => {
  it('names file and field of what is wrong', () => {
    const folder = mkdtempSync(join(tmpdir(), 'anshi-sets-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'sets.yaml');
    const refused = (text: string) => {
      writeFileSync(file, text);
      return expect(() => readRecipeSets(file));
    };
    const commands = 'commands: [bench --sets SET]';
    refused(`sets: { css/val: { role: test } }\n${commands}`).toThrow(
      `${file}: sets.css/val.role: `,
    );
    refused(`sets: { css/val: { role: validation } }\n${commands}`).toThrow(
      'sets.css/val.looked: ',
    );
    refused(
      `sets: { css/val: { role: validation, looked: { 1.0.0: yesterday } } }\n${commands}`,
    ).toThrow('sets.css/val.looked.1.0.0: ');
    refused('sets: { css/val: { role: train } }\ncommands: [bench]').toThrow(
      'commands.0: must name its set by --sets SET',
    );
    refused('sets: [').toThrow(`${file}: `);
  });
});
