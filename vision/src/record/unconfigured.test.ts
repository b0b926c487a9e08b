import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { every, only, run, START } from '../judge/scenes.ts';
import { CameraStates } from '../publish/camera-states.ts';
import { EvidenceStore } from '../publish/evidence-store.ts';
import { Outbox } from '../publish/outbox.ts';
import { Recorder } from './recorder.ts';
import { endUnconfigured } from './unconfigured.ts';

const log = pino({ level: 'silent' });
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anshi-unconfigured-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** The records of a worker that starts in the folder. */
async function start() {
  const stateFolder = join(folder, 'state');
  const states = await CameraStates.open(stateFolder, log);
  const outbox = await Outbox.open({ folder: join(folder, 'outbox'), states, log });
  const recorder = new Recorder({
    source: '/vision/w',
    outbox,
    states,
    evidence: await EvidenceStore.open(join(folder, 'evidence'), []),
    snapshots: { jpeg: vi.fn() },
    clips: { add: vi.fn() },
    log,
  });
  const begin = async (configured: string[]) => {
    endUnconfigured(configured, { stateFolder, states, outbox, recorder, log });
    await recorder.flush();
    return [...outbox.events()].map(({ event }) => event);
  };
  return { states, begin };
}

test('open records of a camera removed while no worker ran are ended, once', async () => {
  const there = { foot: [200, 400] as [number, number] };
  const { state, confirmed } = run(
    every(0, 3000, () => [there]),
    only('keep-out'),
  );
  const before = await start();
  for (const camera of ['gate', 'yard']) {
    const open = { ...state, camera };
    await before.states.ensure(before.states.next(camera, open));
  }
  expect(await (await start()).begin(['gate', 'yard'])).toEqual([]);

  const ended = {
    type: 'cn.anshi.violation.ended.v1',
    subject: 'yard',
    data: {
      violation: confirmed[0]!.violation,
      endedAt: new Date(START + 2800).toISOString(),
    },
  };
  expect(await (await start()).begin(['gate'])).toMatchObject([ended]);
  // The next start finds the episode ended, in the outbox or in the state file.
  expect(await (await start()).begin(['gate'])).toMatchObject([ended]);
});
