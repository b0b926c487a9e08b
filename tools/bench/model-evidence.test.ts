import { join } from 'node:path';
import { Readable } from 'node:stream';
import { benched, type CardDigests } from '@anshi/contracts/model-digest';
import { describe, expect, it } from 'vitest';
import { requireBench } from '../../api/src/modules/models/bench-evidence.ts';
import type { StoredFile } from '../../api/src/platform/files/types.ts';
import { loadPpeCard } from '../../vision/src/detect/model-card.ts';
import { announcedModelOf } from '../../vision/src/publish/announced-models.ts';

/** From what a bench says of a card to the activation of the version that a worker announces from it. */
describe('the bench result as evidence for a detector with a classifier', () => {
  const card = loadPpeCard(join(import.meta.dirname, '../../models/ppe'));
  const { verdict } = card;
  const activateWith = (digests: CardDigests) => {
    const model = benched({ name: card.name, version: 'any', ...digests });
    const result = JSON.stringify({ bench: 'verdict', ok: true, figures: {}, model });
    const file = { name: 'verdict.json', bytes: result.length } as StoredFile;
    const files = { read: () => Readable.from([result]) };
    return requireBench(files, 'demo', [file], announcedModelOf(card), {});
  };

  it('[VIS-10] is accepted of the same two files', async () => {
    await expect(activateWith(card)).resolves.toBeNull();
  });

  it('[VIS-10] is refused of the same detector with another classifier, or without one', async () => {
    const { weights } = card;
    const other = { weights: { sha256: 'ab'.repeat(32) } };
    for (const digests of [{ weights, verdict: other }, { weights }, { ...other, verdict }]) {
      await expect(activateWith(digests)).rejects.toMatchObject({ code: 'model.evidence' });
    }
  });
});
