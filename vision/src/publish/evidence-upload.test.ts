import { ulid } from 'ulid';
import { expect, test } from 'vitest';
import { confirmedEvent } from '../record/events.ts';
import { confirmedVerdict, findings } from '../testing/findings.ts';
import { EvidenceRefused, EvidenceUpload } from './evidence-upload.ts';

const { camera, model } = findings([]);
const event = confirmedEvent(confirmedVerdict({ violation: ulid() }), {
  source: '/vision/w',
  camera,
  configuration: 1,
  model,
  snapshot: {
    sha256: 'a'.repeat(64),
    mediaType: 'image/jpeg',
    bytes: 2,
    takenAt: new Date(0).toISOString(),
    width: 2,
    height: 2,
    boxes: [],
  },
});

async function sendWith(code: string): Promise<unknown> {
  const store = {
    read: async () => {
      throw Object.assign(new Error(`${code}: read`), { code });
    },
  };
  const credential = { secret: 'x', ready: async () => {}, refused: () => {} };
  const upload = new EvidenceUpload({ api: 'http://127.0.0.1:9', credential, store });
  return upload.send(event).catch((error: unknown) => error);
}

test('only evidence that is gone is given up; what cannot be read now is tried again', async () => {
  const gone = await sendWith('ENOENT');
  expect(gone).toBeInstanceOf(EvidenceRefused);
  expect((gone as EvidenceRefused).why).toBe('lost');
  for (const code of ['EMFILE', 'EIO', 'EACCES']) {
    expect(await sendWith(code)).not.toBeInstanceOf(EvidenceRefused);
  }
});
