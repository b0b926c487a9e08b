import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ViolationEvent } from '@anshi/contracts';
import { pino } from 'pino';
import { ulid } from 'ulid';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { clipEvent, confirmedEvent, endedEvent } from '../record/events.ts';
import { confirmedVerdict, findings } from '../testing/findings.ts';
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

test.each(['lost', 'refused'] as const)(
  'a violation is recorded without a picture that is %s, and its end follows',
  async (why) => {
    const states = await CameraStates.open(join(folder, 'state'), log);
    const open = () => Outbox.open({ folder: join(folder, 'outbox'), states, log });
    const sent: ViolationEvent[] = [];
    const deliver = (outbox: Outbox) => {
      const delivery: Delivery = new Delivery({
        outbox,
        source: '/vision/w',
        log,
        connected: () => true,
        upload: async (event) => {
          if (evidenceOf(event).length > 0)
            throw new EvidenceRefused('the picture is no more', why);
        },
        publish: (event) => {
          sent.push(event);
          const at = new Date().toISOString();
          delivery.acknowledge({ source: '/vision/w', id: event.id, result: 'committed', at });
        },
      });
      delivery.poke();
      return delivery;
    };
    const { camera, model } = findings([]);
    const violation = ulid();
    const snapshot = {
      sha256: 'a'.repeat(64),
      mediaType: 'image/jpeg' as const,
      bytes: 2,
      takenAt: new Date(0).toISOString(),
      width: 2,
      height: 2,
      boxes: [],
    };
    const event = confirmedEvent(confirmedVerdict({ violation }), {
      source: '/vision/w',
      camera,
      configuration: 1,
      model,
      snapshot,
    });
    const outbox = await open();
    await outbox.add({ version: 1, events: [event], state: null });
    const first = deliver(outbox);
    await vi.waitFor(() => expect(outbox.count).toEqual({ waiting: 0, rejected: 1 }), 30_000);
    const snapshotMissing = { reason: why, message: 'the picture is no more' };
    expect(sent).toEqual([{ ...event, data: { ...event.data, snapshot: null, snapshotMissing } }]);
    await first.close();
    // Its end is no follower of a rejected violation, also after a restart.
    const again = await open();
    expect(again.kept).toEqual([event]);
    const { rule, ruleId, tracks } = event.data;
    const track = tracks[0]!;
    const ended = { type: 'ended', violation, rule, ruleId, track, endedAt: 9000 } as const;
    const end = endedEvent(ended, '/vision/w', camera.id);
    await again.add({ version: 1, events: [end], state: null });
    const second = deliver(again);
    await vi.waitFor(() => expect(again.count).toEqual({ waiting: 0, rejected: 1 }), 30_000);
    expect(sent.at(-1)).toEqual(end);
    await second.close();
  },
);
