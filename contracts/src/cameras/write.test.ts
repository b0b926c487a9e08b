import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readCamerasFile } from './read.ts';
import { withoutUsual, writeCamerasFile } from './write.ts';

const root = new URL('../../../cameras.yaml', import.meta.url);

describe('a written cameras file', () => {
  it('is read as the same', () => {
    const file = readCamerasFile(readFileSync(root, 'utf8'), 'cameras.yaml');
    const text = writeCamerasFile(file, ['Exported.']);
    expect(text.startsWith('# Exported.\n')).toBe(true);
    expect(readCamerasFile(text, 'again.yaml')).toEqual(file);
    // What is as usual is not said, and an outline is one line.
    expect(text).not.toContain('analysisFps');
    expect(text).toMatch(/polygon: \[ \[ 204, 720 \], .* \]\n/);
  });

  it('says what is not as usual', () => {
    const file = readCamerasFile(readFileSync(root, 'utf8'), 'cameras.yaml');
    const [camera] = file.cameras;
    expect(withoutUsual({ ...camera!, enabled: false, analysisFps: 3 })).toMatchObject({
      enabled: false,
      analysisFps: 3,
    });
    expect(withoutUsual(camera!)).not.toHaveProperty('closeLooks');
  });
});
