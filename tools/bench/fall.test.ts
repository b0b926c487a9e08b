import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { benched } from '@anshi/contracts/model-digest';
import { describe, expect, it, vi } from 'vitest';
import { readBench } from '../../api/src/modules/models/bench-evidence.ts';
import { readModelCard } from '../../vision/src/detect/model-card.ts';
import { tell } from './result.ts';

const card = readModelCard(join(import.meta.dirname, '../../models/pose'));

describe('the result line of a model bench', () => {
  it('can be used in a review of that model', () => {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const model = benched(card);
    tell({ bench: 'fall', ok: true, figures: { falls: 9 }, ratio: 1, against: 'all', model });
    const line = write.mock.calls.map(([text]) => String(text)).join('');
    vi.restoreAllMocks();
    expect(readBench(`{"clips":[]}\n${line}`)).toMatchObject({
      bench: 'fall',
      ok: true,
      figures: { falls: 9 },
      model: { name: card.name, version: card.version, sha256: card.weights.sha256 },
    });
    expect(process.exitCode).toBe(0);
    process.exitCode = undefined;
  });

  it('is printed by the fall bench', () => {
    const script = readFileSync(join(import.meta.dirname, 'fall.ts'), 'utf8');
    expect(script).toMatch(/model: benched\(pose\)/);
  });
});
