import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTruth, truthPathOf } from './truth.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anshi-truth-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const truth = {
  clip: 'hall.mp4',
  fps: 12,
  duration: 20,
  floorPlan: 'main-hall',
  camera: { position: [1, 2, 3] },
  machines: [],
  lines: [],
  frames: Array.from({ length: 9 }, (_, t) => ({ t, workers: [{ id: 'W1', floor: [1, 2] }] })),
};
const write = async (text: string) => {
  const file = join(folder, 'hall.mp4');
  await writeFile(truthPathOf(file), text);
  return file;
};

describe('readTruth', () => {
  it('reads the file beside a clip, without unused fields', async () => {
    const read = await readTruth(await write(JSON.stringify(truth)));
    expect(read?.frames).toEqual(truth.frames);
    expect(read).not.toHaveProperty('camera');
  });

  it('accepts a clip without truth as any other video', async () => {
    expect(await readTruth(join(folder, 'other.mp4'))).toBeNull();
  });

  it('reports an error concisely with its location', async () => {
    const frames = truth.frames.map(({ t }) => ({ t, workers: [{ id: 'W 1', floor: [1, 2] }] }));
    const file = await write(JSON.stringify({ ...truth, frames }));
    await expect(readTruth(file)).rejects.toThrow(
      /hall\.truth\.json cannot be used: frames\.0\.workers\.0\.id: must be .* \(and 6 more\)$/,
    );
    await expect(readTruth(await write('{'))).rejects.toThrow('is not JSON');
  });
});
