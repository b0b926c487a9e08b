import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isKnownModel, loadModelCard, loadPpeCard, ModelCardError } from './model-card.ts';

const models = join(import.meta.dirname, '../../../models');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'anshi-card-'));
  cpSync(join(models, 'ppe'), join(folder, 'ppe'), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function spoil(change: (text: string) => string): string {
  const file = join(folder, 'ppe/card.yaml');
  writeFileSync(file, change(readFileSync(file, 'utf8')));
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
    expect(card.dataSets.map(({ name }) => name)).toEqual(['css', 'esp', 'svest']);
    for (const set of card.dataSets) expect(set.attribution).not.toBe('');
  });

  it('refuses weights that are not those of the card', () => {
    writeFileSync(join(folder, 'ppe/model.onnx'), 'something else');
    expect(spoil((text) => text)).toMatch(/card\.yaml: weights\.sha256: the card says eb9e.*has /);
  });

  it('names the file and the field of what is wrong', () => {
    expect(spoil((t) => t.replace('size: 512', 'size: big'))).toMatch(/card\.yaml: input\.size: /);
    expect(spoil((t) => `${t}\nsecret: 1\n`)).toMatch(/card\.yaml: .*secret/);
  });

  it('refuses a class without thresholds, a missing card and missing weights', () => {
    expect(spoil((t) => t.replace(/ {2}no_vest: \{.*\n/, ''))).toContain('thresholds.no_vest');
    expect(() => loadModelCard(join(folder, 'nothing'))).toThrow('every model folder needs a card');
    cpSync(join(models, 'ppe/card.yaml'), join(folder, 'ppe/card.yaml'));
    rmSync(join(folder, 'ppe/model.onnx'));
    expect(() => loadModelCard(join(folder, 'ppe'))).toThrow('weights.file');
  });

  it('knows models by their folders and never looks outside', () => {
    expect(isKnownModel(folder, 'ppe')).toBe(true);
    expect(isKnownModel(folder, 'other')).toBe(false);
    expect(isKnownModel(join(folder, 'ppe'), '../ppe')).toBe(false);
  });
});
