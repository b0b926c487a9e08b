import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const recipe = resolve(import.meta.dirname, '../models/ppe/recipe');
/** Debian's own Python first: its packages (python3-torch, python3-onnx, python3-opencv) are not seen by another one in the path. */
const pythonWith = (packages: string) =>
  ['/usr/bin/python3', 'python3'].find(
    (command) => spawnSync(command, ['-c', `import ${packages}`]).status === 0,
  );
const complete = pythonWith('torch, onnx, cv2');
const python = complete ?? pythonWith('cv2');
if (python && !complete) {
  console.warn('Python has no torch or onnx: the tests of the recipe that train are skipped');
}

describe.skipIf(!python)(
  'the recipe of the PPE detector (skipped where Python has no opencv)',
  () => {
    // It starts the trainers themselves, which takes minutes on a busy machine.
    it('prepares labels, treats only true background as background, and exports what it trained', {
      timeout: 500_000,
    }, () => {
      // -B: no compiled files in the repository.
      const { status, stderr } = spawnSync(python ?? '', ['-B', '-m', 'unittest'], {
        cwd: recipe,
        encoding: 'utf8',
        timeout: 480_000,
      });
      expect(stderr).toMatch(/Ran [1-9]\d* tests/);
      expect(status, stderr).toBe(0);
    });
  },
);

const withNumpy = pythonWith('numpy');
it.skipIf(!withNumpy)(
  'the recipe of the posture network names what cannot be trained on (skipped where Python has no numpy)',
  () => {
    const { status, stderr } = spawnSync(withNumpy ?? '', ['-B', '-m', 'unittest'], {
      cwd: resolve(import.meta.dirname, '../models/posture/recipe'),
      encoding: 'utf8',
    });
    expect(stderr).toMatch(/Ran [1-9]\d* tests/);
    expect(status, stderr).toBe(0);
  },
);
