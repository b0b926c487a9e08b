import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readCamerasFile } from '@anshi/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadPpeCard } from '../detect/model-card.ts';
import { runClip } from './run-clip.ts';

/* A worker without a helmet, in clear air and in haze that leaves a third of the contrast. */

const root = join(import.meta.dirname, '../../..');
const file = join(root, 'simulator/clips/aisle.mp4');
const card = loadPpeCard(join(root, 'models/ppe'));
const path = join(root, 'cameras.yaml');
const { cameras } = readCamerasFile(readFileSync(path, 'utf8'), path);
const aisle = cameras.find(({ id }) => id === 'aisle')!;
const config = { ...aisle, rules: aisle.rules.filter(({ kind }) => kind === 'missing-ppe') };

let folder: string;
let hazy: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anshi-haze-'));
  hazy = join(folder, 'hazy.mp4');
  const filter = [
    '-vf',
    'eq=contrast=0.33',
    '-c:v',
    'libx264',
    '-preset',
    'veryfast',
    '-crf',
    '18',
  ];
  await promisify(execFile)('ffmpeg', ['-v', 'error', '-i', file, ...filter, hazy]);
}, 120_000);
afterAll(async () => {
  if (folder) await rm(folder, { recursive: true, force: true });
});

const reported = async (clip: string, model: typeof card) => {
  const { confirmed } = await runClip(config, model, { file: clip });
  return confirmed.filter(({ rule, item }) => rule === 'missing-ppe' && item === 'helmet').length;
};

it.skipIf(!existsSync(file))(
  'reports of missing equipment are not made of people whom haze hides, and are made in clear air',
  async () => {
    expect(await reported(file, card)).toBeGreaterThan(0);
    expect(await reported(hazy, card)).toBe(0);
    // Without the condition of the card they are made, right or wrong.
    expect(await reported(hazy, { ...card, leastContrast: undefined })).toBeGreaterThan(0);
  },
  240_000,
);
