import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { readBench } from '../../api/src/modules/models/bench-evidence.ts';
import { readModelCard } from '../../vision/src/detect/model-card.ts';
import { benched, tell } from './result.ts';

const card = readModelCard(join(import.meta.dirname, '../../models/pose'));

describe('the last line of a bench of a model', () => {
  it('is evidence in a review of that model', () => {
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

  it('is asked for by the bench of falls, which would else be no evidence', () => {
    const script = readFileSync(join(import.meta.dirname, 'fall.ts'), 'utf8');
    expect(script).toMatch(/model: benched\(pose\)/);
  });
});
