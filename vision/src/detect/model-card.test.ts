import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { foundLabels, labelsOf } from './card/ppe.ts';
import {
  isKnownModel,
  loadModelCard,
  loadPoseCard,
  loadPpeCard,
  ModelCardError,
  WeightsNotMade,
} from './model-card.ts';

const models = join(import.meta.dirname, '../../../models');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'anshi-card-'));
  cpSync(join(models, 'ppe'), join(folder, 'ppe'), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function spoil(change: (text: string) => string): string {
  const file = join(folder, 'ppe/card.yaml');
  writeFileSync(file, change(readFileSync(join(models, 'ppe/card.yaml'), 'utf8')));
  try {
    loadModelCard(join(folder, 'ppe'));
  } catch (error) {
    expect(error).toBeInstanceOf(ModelCardError);
    return (error as Error).message;
  }
  throw new Error('the card was accepted');
}

describe('loadModelCard', () => {
  it('accepts the committed model and names its data sets and licence', () => {
    const card = loadPpeCard(join(models, 'ppe'));
    expect(card.classes).toContain('helmet');
    expect(card.licence).toBe('Apache-2.0');
    expect(card.dataSets.map(({ name }) => name)).toEqual(['css', 'esp', 'svest', 'rf100', 'hhw']);
    for (const set of card.dataSets) expect(set.attribution).not.toBe('');
  });

  it('refuses weights whose digest is not the card’s', () => {
    writeFileSync(join(folder, 'ppe/model.onnx'), 'something else');
    expect(spoil((text) => text)).toMatch(
      /card\.yaml: weights\.sha256: the card says [0-9a-f]{64}, .*has /,
    );
  });

  it('refuses a classifier that is not the one of the card, or is not there', () => {
    writeFileSync(join(folder, 'ppe/verdict.onnx'), 'something else');
    expect(spoil((text) => text)).toMatch(/card\.yaml: verdict\.weights\.sha256: the card says /);
    rmSync(join(folder, 'ppe/verdict.onnx'));
    expect(spoil((text) => text)).toMatch(/card\.yaml: verdict\.weights\.file: .* cannot be read/);
  });

  it('refuses a classifier whose items and thresholds are not those of the detector', () => {
    expect(spoil((t) => t.replace('items: [helmet, vest]', 'items: [helmet, gloves]'))).toMatch(
      /verdict\.items: the detector has no class for "gloves".*\n.*verdict\.trust\.gloves: the item has none/,
    );
    expect(spoil((t) => t.replace('items: [helmet, vest]', 'items: [helmet]'))).toMatch(
      /verdict\.trust\.vest: is not among the items of the classifier/,
    );
  });

  it('names an alias bomb as such', () => {
    const list = (name: string) => `[${Array(9).fill(name).join(', ')}]`;
    const bomb = `a: &a ${list('x')}\nb: &b ${list('*a')}\nc: &c ${list('*b')}\nd: ${list('*c')}\n`;
    expect(spoil((text) => bomb + text)).toContain('alias bomb');
  });

  it('names the file and the field of what is wrong', () => {
    expect(spoil((t) => t.replace(/size: \d+/, 'size: big'))).toMatch(/card\.yaml: input\.size: /);
    expect(spoil((t) => `${t}\nsecret: 1\n`)).toMatch(/card\.yaml: .*secret/);
  });

  it('refuses figures without a command, and a recipe without a repository', () => {
    expect(spoil((t) => t.replace(/ {4}command: .*\n/, ''))).toMatch(/figures\.0\.command: /);
    expect(spoil((t) => t.replace(/recipeCommit: .*/, 'recipeCommit: last'))).toMatch(
      /recipeCommit: must be a commit/,
    );
  });

  it('requires a label for each class', () => {
    const renamed = (meanings: string) => (text: string) =>
      text.replace(/^classes: .*/m, `classes: [human, helmet, head, vest, mask]\n${meanings}`);
    expect(spoil(renamed('meanings: { human: person }'))).toMatch(
      /meanings\.mask: name its label \(person, helmet, head, vest, no_vest, an item or no_ITEM\), or null/,
    );
    expect(spoil(renamed('meanings: { human: null, mask: null }'))).toMatch(
      /classes: no class has the label "person"/,
    );
    expect(spoil(renamed('meanings: { human: person, mask: null, gloves: null }'))).toMatch(
      /meanings\.gloves: the model has no such class/,
    );
    const file = join(folder, 'ppe/card.yaml');
    const right = renamed('meanings: { human: person, mask: null }');
    cpSync(join(models, 'ppe/card.yaml'), file);
    writeFileSync(file, right(readFileSync(file, 'utf8')));
    const card = loadPpeCard(join(folder, 'ppe'));
    expect(labelsOf(card)).toEqual(['person', 'helmet', 'head', 'vest', null]);
    expect(foundLabels(card)).toEqual(['person', 'helmet', 'head', 'vest']);
  });

  it('accepts the outputs of each head, and no others', () => {
    const head = (text: string) => (card: string) =>
      card.replace(/^output:\n(?: .*\n)+/m, `output: ${text}\n`);
    expect(spoil(head('{ head: yolov5, name: output }'))).toMatch(/card\.yaml: output\.head: /);
    expect(spoil(head('{ head: rtdetr, logits: a }'))).toMatch(/card\.yaml: output\.boxes: /);
    expect(spoil(head('{ head: yolov8, name: a, strides: [8] }'))).toMatch(/output\.strides/);
  });

  it('accepts the card that the manual shows', () => {
    for (const language of ['en', 'zh']) {
      const page = readFileSync(join(models, `../docs/manual/${language}/models.md`), 'utf8');
      const shown = /```yaml\n(card: 1\n[\s\S]*?)```/.exec(page)?.[1] ?? '';
      const weights = Buffer.from('not run here');
      const digest = createHash('sha256').update(weights).digest('hex');
      writeFileSync(join(folder, 'ppe/model.onnx'), weights);
      writeFileSync(join(folder, 'ppe/card.yaml'), shown.replace('sha256: …', `sha256: ${digest}`));
      const card = loadPpeCard(join(folder, 'ppe'));
      expect(labelsOf(card)).toEqual(['helmet', null, 'head', 'no_vest', 'person', 'vest']);
    }
  });

  it('refuses a class without thresholds, a missing card and missing weights', () => {
    expect(spoil((t) => t.replace(/ {2}no_vest: \{.*\n/, ''))).toContain('thresholds.no_vest');
    expect(() => loadModelCard(join(folder, 'nothing'))).toThrow('every model folder needs a card');
    cpSync(join(models, 'ppe/card.yaml'), join(folder, 'ppe/card.yaml'));
    rmSync(join(folder, 'ppe/model.onnx'));
    expect(() => loadModelCard(join(folder, 'ppe'))).toThrow('weights.file');
  });

  it('finds models by folder name, never outside of the folder', () => {
    expect(isKnownModel(folder, 'ppe')).toBe(true);
    expect(isKnownModel(folder, 'other')).toBe(false);
    expect(isKnownModel(join(folder, 'ppe'), '../ppe')).toBe(false);
  });
});

describe('the card of the pose model', () => {
  const file = () => join(folder, 'pose/card.yaml');
  /** A card with these weights, made at set-up into `made`. */
  function make(change: (text: string) => string = (text) => text): void {
    cpSync(join(models, 'pose'), join(folder, 'pose'), { recursive: true });
    mkdirSync(join(folder, 'made'));
    writeFileSync(join(folder, 'made/movenet-multipose.onnx'), 'weights');
    const sha256 = createHash('sha256').update('weights').digest('hex');
    const text = readFileSync(file(), 'utf8').replace(/sha256: .*/, `sha256: ${sha256}`);
    writeFileSync(file(), change(text));
  }
  const load = () => loadPoseCard(join(folder, 'pose'), join(folder, 'made'));

  it('names the source, its licence and the limits; its weights are those made at set-up', () => {
    make();
    const card = load();
    expect(card.weightsPath).toBe(join(folder, 'made/movenet-multipose.onnx'));
    expect(card.baseWeights.licence).toBe('Apache-2.0');
    expect(card.limits.join(' ')).toContain('Six people');
  });

  it('is refused without its weights, with a remedy, and with other weights', () => {
    make();
    writeFileSync(join(folder, 'made/movenet-multipose.onnx'), 'half of it');
    expect(load).toThrow(/weights\.sha256: the card says/);
    rmSync(join(folder, 'made'), { recursive: true });
    expect(load).toThrow(WeightsNotMade);
    expect(load).toThrow('npm run -w vision poses');
  });

  it('is refused with other keypoints, other tasks, and weights from elsewhere', () => {
    make((text) => text.replace('  - left-eye\n', ''));
    expect(load).toThrow('keypoints: must be nose, left-eye');
    expect(() => loadPoseCard(join(folder, 'ppe'))).toThrow(
      'task: a ppe-detection model finds no poses',
    );
    writeFileSync(file(), readFileSync(join(models, 'pose/card.yaml'), 'utf8'));
    expect(() => loadPpeCard(join(folder, 'pose'))).toThrow(ModelCardError);
    const outside = (text: string) => text.replace(/file: .*/, 'file: ../other.onnx');
    writeFileSync(file(), outside(readFileSync(file(), 'utf8')));
    expect(load).toThrow('weights.file: must be the plain name of a file');
  });
});
