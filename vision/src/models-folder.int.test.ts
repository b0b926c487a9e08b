import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_DETECTOR, detectorOf, loadModels, selfTestModels } from './models-folder.ts';
import { constantModel } from './testing/tiny-models.ts';

const shipped = join(import.meta.dirname, '../../models/ppe');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'anshi-models-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The shipped card, with weights for another number of classes. */
function writeMisfit(name: string): void {
  mkdirSync(join(folder, name));
  const numbers = { name: 'output', dims: [1, 77, 9], values: new Float32Array(77 * 9) };
  const bytes = constantModel([1, 3, 'height', 'width'], [numbers]);
  writeFileSync(join(folder, name, 'model.onnx'), bytes);
  const digest = createHash('sha256').update(bytes).digest('hex');
  const card = readFileSync(join(shipped, 'card.yaml'), 'utf8')
    .replace(/^name: .*/m, `name: ${name}`)
    .replace(/sha256: .*/, `sha256: ${digest}`)
    // Without the classifier, whose weights lie beside the shipped card.
    .replace(/^verdict:\n(?: .*\n)+/m, '');
  writeFileSync(join(folder, name, 'card.yaml'), card);
}

describe('selfTestModels', () => {
  const lines: string[] = [];
  const log = pino({}, { write: (line: string) => lines.push(line) });

  it('skips a model whose card does not match its weights, with the reason, and keeps the others', async () => {
    writeMisfit('misfit');
    expect(() => loadModels(folder, folder, log)).not.toThrow();
    await expect(selfTestModels(loadModels(folder, folder, log), log)).rejects.toThrow(
      'there is no usable model: model "misfit": classes: the card has 5, the weights have 4',
    );
    cpSync(shipped, join(folder, 'ppe'), { recursive: true });
    lines.length = 0;
    const { ppe } = await selfTestModels(loadModels(folder, folder, log), log);
    expect([...ppe.keys()]).toEqual(['ppe']);
    expect(lines.filter((line) => line.includes('"model":"misfit"'))).toHaveLength(1);
    expect(lines.join()).toContain('the weights give 1 x 77 x 9');
  });
});

describe('a chosen detector', () => {
  const all = join(import.meta.dirname, '../../models');
  const lines: string[] = [];
  const log = pino({}, { write: (line: string) => lines.push(line) });

  it('that stands by is loaded only where it is chosen, and takes the place of the default', () => {
    const usual = loadModels(all, folder, log);
    expect([...usual.ppe.keys()]).toEqual([DEFAULT_DETECTOR]);
    expect(lines.join()).toContain('stands by; ANSHI_PPE_MODEL chooses it');
    expect(detectorOf(usual, DEFAULT_DETECTOR)).toBe(DEFAULT_DETECTOR);
    const larger = loadModels(all, folder, log, 'ppe-large');
    expect([...larger.ppe.keys()]).toEqual(['ppe-large']);
    expect(detectorOf(larger, DEFAULT_DETECTOR)).toBe('ppe-large');
    expect(detectorOf(larger, 'ours')).toBe('ours');
  });

  it('that is not there, is no detector or cannot be run is an error that names the setting', async () => {
    const choosing = (name: string) => expect(() => loadModels(folder, folder, log, name));
    choosing('huge').toThrow(
      `ANSHI_PPE_MODEL: there is no model "huge" in the folder ${folder}, which has misfit, ppe`,
    );
    mkdirSync(join(folder, 'pose'));
    cpSync(join(all, 'pose/card.yaml'), join(folder, 'pose/card.yaml'));
    choosing('pose').toThrow(/^ANSHI_PPE_MODEL: .*card\.yaml: /);
    mkdirSync(join(folder, 'spoilt'));
    writeFileSync(join(folder, 'spoilt/card.yaml'), 'card: 2');
    choosing('spoilt').toThrow(/^ANSHI_PPE_MODEL: .*spoilt\/card\.yaml: /);
    cpSync(shipped, join(folder, 'renamed'), { recursive: true });
    choosing('renamed').toThrow(
      'ANSHI_PPE_MODEL: model "renamed": card.yaml: name: it is "ppe", and has to be that of the folder',
    );
    lines.length = 0;
    expect([...loadModels(folder, folder, log).ppe.keys()]).not.toContain('renamed');
    expect(lines.join()).toContain('has to be that of the folder');
    await expect(selfTestModels(loadModels(folder, folder, log, 'misfit'), log)).rejects.toThrow(
      'ANSHI_PPE_MODEL: model "misfit": classes: the card has 5, the weights have 4',
    );
  });
});
