import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ViolationEvent } from '@anshi/contracts';
import { pino } from 'pino';
import { ulid } from 'ulid';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { clipEvent } from '../record/events.ts';
import { CameraStates } from './camera-states.ts';
import { Delivery } from './delivery.ts';
import { EvidenceRefused } from './evidence-upload.ts';
import { Outbox } from './outbox.ts';
import { evidenceOf } from './outbox-entry.ts';

const log = pino({ level: 'silent' });
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anshi-delivery-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a clip that the API can never accept is reported as missing, and kept', async () => {
  const states = await CameraStates.open(join(folder, 'state'), log);
  const open = () => Outbox.open({ folder: join(folder, 'outbox'), states, log });
  const outbox = await open();
  const sent: ViolationEvent[] = [];
  const delivery: Delivery = new Delivery({
    outbox,
    source: '/vision/w',
    log,
    connected: () => true,
    upload: async (event) => {
      if (evidenceOf(event).length > 0) throw new EvidenceRefused('413: too large');
    },
    publish: (event) => {
      sent.push(event);
      const at = new Date().toISOString();
      delivery.acknowledge({ source: '/vision/w', id: event.id, result: 'committed', at });
    },
  });
  const clip = {
    video: { sha256: 'a'.repeat(64), mediaType: 'video/mp4', bytes: 9 },
    boxes: null,
    from: new Date(0).toISOString(),
    to: new Date(9).toISOString(),
    durationSeconds: 9,
    partial: false,
  } as const;
  const event = clipEvent(ulid(), { clip }, '/vision/w', 'gate');
  await outbox.add({ version: 1, events: [event], state: null });
  delivery.poke();
  await vi.waitFor(() => expect(outbox.count).toEqual({ waiting: 0, rejected: 1 }), 30_000);
  expect(sent).toMatchObject([
    {
      id: event.id,
      data: { clip: null, missing: { reason: 'cut-failed', message: '413: too large' } },
    },
  ]);
  // The video is named by what is kept for a person to look at, also after a restart.
  expect((await open()).kept).toEqual([event]);
  await delivery.close();
});
