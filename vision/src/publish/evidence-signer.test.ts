import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSeal, sealOf } from '@anshi/contracts/evidence-signature';
import { pino } from 'pino';
import { ulid } from 'ulid';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { endedEvent } from '../record/events.ts';
import { ApiSink } from '../testing/api-sink.ts';
import { CameraStates } from './camera-states.ts';
import { EvidenceSigner } from './evidence-signer.ts';
import { Outbox } from './outbox.ts';
import { WorkerCredential } from './worker-credential.ts';

const log = pino({ level: 'silent' });
const TOKEN = 'the-token-of-the-workers';
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anshi-signer-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const open = () => EvidenceSigner.open({ folder, tenant: 'demo', worker: 'worker-1', log });

const ended = () => {
  const verdict = { type: 'ended', rule: 'missing-ppe', ruleId: 'ppe', track: 'a' } as const;
  return endedEvent({ ...verdict, violation: ulid(), endedAt: 1 }, '/vision/worker-1', 'gate');
};

describe('the key of the evidence', () => {
  test('is made once, for its owner alone, and signs the facts of an event', async () => {
    const signer = await open();
    const file = join(folder, 'evidence-key.pem');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await open()).keyId).toBe(signer.keyId);
    signer.compare(10_000, 10_040, 10_060);
    const event = ended();
    const seal = sealOf(signer.sign(event));
    expect(seal && readSeal(signer.publicKey, seal)).toMatchObject({
      tenant: 'demo',
      worker: 'worker-1',
      event: event.id,
      violation: event.data.violation,
      clock: { source: 'system', aheadMs: 50, withinMs: 10 },
      data: event.data,
    });
  });

  test('a damaged file is set aside, and another key signs', async () => {
    const { keyId } = await open();
    await writeFile(join(folder, 'evidence-key.pem'), 'no key');
    expect((await open()).keyId).not.toBe(keyId);
    expect(await readFile(join(folder, 'evidence-key.pem.damaged'), 'utf8')).toBe('no key');
  });

  test('events are signed before they are durable, and still are after a restart', async () => {
    const signer = await open();
    const states = await CameraStates.open(join(folder, 'state'), log);
    const at = { folder: join(folder, 'outbox'), states, log };
    const sign = (event: Parameters<typeof signer.sign>[0]) => signer.sign(event);
    const outbox = await Outbox.open({ ...at, sign });
    await outbox.add({ version: 1, events: [ended()], state: null });
    const [waiting] = [...(await Outbox.open(at)).events()];
    const seal = waiting && sealOf(waiting.event);
    expect(seal && readSeal(signer.publicKey, seal)?.data).toEqual(waiting?.event.data);
  });

  test('is enrolled before evidence goes; a revoked one is replaced, and the clocks are compared', async () => {
    const api = new ApiSink({ tenant: 'demo', worker: 'worker-1', token: TOKEN });
    await api.listen();
    const signer = await open();
    const credential = () =>
      WorkerCredential.open({
        worker: 'worker-1',
        api: api.url,
        folder,
        enrolToken: TOKEN,
        log,
        signer,
      });
    await (await credential()).ready();
    expect([...api.evidenceKeys.keys()]).toEqual([signer.keyId]);
    const seal = sealOf(signer.sign(ended()));
    const clock = seal && readSeal(signer.publicKey, seal)?.clock;
    expect(Math.abs(clock?.aheadMs ?? 1e9)).toBeLessThanOrEqual((clock?.withinMs ?? 0) + 2);

    const { keyId, publicKey } = signer;
    api.evidenceKeys.set(keyId, { publicKey, state: 'revoked' });
    await (await credential()).ready();
    expect(signer.keyId).not.toBe(keyId);
    expect(api.evidenceKeys.get(signer.keyId)).toMatchObject({ publicKey: signer.publicKey });
    expect((await open()).keyId).toBe(signer.keyId);
    await api.close();
  });
});
