import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CameraStates } from '../publish/camera-states.ts';
import { EvidenceStore } from '../publish/evidence-store.ts';
import { Outbox } from '../publish/outbox.ts';
import { confirmedVerdict, findings } from '../testing/findings.ts';
import { Recorder } from './recorder.ts';

const log = pino({ level: 'silent' });
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anshi-recorder-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('the clip of a zone is ordered with its outline, and that of a person without', async () => {
  const states = await CameraStates.open(join(folder, 'state'), log);
  const outbox = await Outbox.open({ folder: join(folder, 'outbox'), states, log });
  const evidence = await EvidenceStore.open(join(folder, 'evidence'), []);
  const clips = { add: vi.fn(async () => {}) };
  const snapshots = { jpeg: async () => new Uint8Array([0xff, 0xd8]) };
  const recorder = new Recorder({
    source: '/vision/w',
    outbox,
    states,
    evidence,
    snapshots,
    clips,
    log,
  });
  const polygon: [number, number][] = [
    [0, 0],
    [60, 0],
    [60, 40],
  ];
  const zone = { item: null, actor: null, tracks: ['a-1'], box: null, subject: 'zone' } as const;
  const crowd = confirmedVerdict({ ...zone, rule: 'over-occupancy' });
  const person = confirmedVerdict();
  const found = findings([crowd, person]);
  await recorder.record({ ...found, camera: { ...found.camera, zones: [hall(polygon)] } });
  expect(clips.add).toHaveBeenCalledWith(
    expect.objectContaining({ violation: crowd.violation, outline: polygon }),
  );
  expect(clips.add).toHaveBeenCalledWith(
    expect.not.objectContaining({ outline: expect.anything() }),
  );
  expect([...outbox.events()].map(({ event }) => event.data)).toMatchObject([
    { rule: 'over-occupancy', subject: 'zone', box: null, actor: null, tracks: ['a-1'] },
    { rule: 'missing-ppe', subject: 'person' },
  ]);
});

const hall = (polygon: [number, number][]) => ({
  id: 'hall',
  name: { zh: '车间', en: 'Hall' },
  kind: 'work-area' as const,
  polygon,
});

test('a violation is recorded once its snapshot can be encoded', async () => {
  const states = await CameraStates.open(join(folder, 'state'), log);
  const outbox = await Outbox.open({ folder: join(folder, 'outbox'), states, log });
  const evidence = await EvidenceStore.open(join(folder, 'evidence'), []);
  let broken = true;
  const jpeg = vi.fn(async () => {
    if (broken) throw new Error('no memory for a thread');
    return new Uint8Array([0xff, 0xd8]);
  });
  const clips = { add: vi.fn(async () => {}) };
  const recorder = new Recorder({
    source: '/vision/w',
    outbox,
    states,
    evidence,
    snapshots: { jpeg },
    clips,
    log,
  });
  const first = confirmedVerdict();
  const recorded = recorder.record(findings([first]));
  await vi.waitFor(() => expect(recorder.problem).toContain('no memory for a thread'), 30_000);
  broken = false;
  await recorded;
  expect(recorder.problem).toBeNull();
  expect([...outbox.events()].map(({ event }) => event.id)).toEqual([first.violation]);
  expect(clips.add).toHaveBeenCalledWith(expect.objectContaining({ violation: first.violation }));
});
