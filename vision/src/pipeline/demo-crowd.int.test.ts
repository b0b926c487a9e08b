import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCamerasFile } from '@anshi/contracts';
import { expect, it } from 'vitest';
import { loadPpeCard } from '../detect/model-card.ts';
import { runClip } from './run-clip.ts';

/* What the demonstration shows of rules on zones, with its own configuration and its own clip. */

const root = join(import.meta.dirname, '../../..');
const file = join(root, 'simulator/clips/aisle.mp4');
const card = loadPpeCard(join(root, 'models/ppe'));

it.skipIf(!existsSync(file))(
  'the crowd at the gate is recorded once, of the zone, and lasts over the rounds of the clip',
  async () => {
    const path = join(root, 'cameras.yaml');
    const { cameras } = readCamerasFile(readFileSync(path, 'utf8'), path);
    const aisle = cameras.find(({ id }) => id === 'aisle')!;
    const rules = aisle.rules.filter(({ kind }) => kind === 'over-occupancy');
    const { confirmed, verdicts } = await runClip({ ...aisle, rules }, card, { file, loops: 2 });
    expect(verdicts).toHaveLength(1);
    expect(confirmed).toMatchObject([
      { rule: 'over-occupancy', ruleId: 'crowd-at-gate', subject: 'zone', zone: 'gate', box: null },
    ]);
    // By the truth of the clip there are three and four people in it from 5.9 s to 9.4 s.
    expect(confirmed[0]!.tracks.length).toBeGreaterThan(2);
    expect(confirmed[0]!.startedAt / 1000).toBeGreaterThan(5.4);
    expect(confirmed[0]!.confirmedAt / 1000).toBeLessThan(10);
  },
  240_000,
);
