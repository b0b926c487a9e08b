import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newDeviceSecret } from '@anshi/contracts/device-secret';
import type { LiveKey } from '@anshi/contracts/live-grant';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ApiSink } from '../testing/api-sink.ts';
import { type CredentialOptions, WorkerCredential } from './worker-credential.ts';

const TOKEN = 'the-token-of-the-workers';
let folder: string;
let api: ApiSink;
let keys: readonly LiveKey[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anshi-credential-'));
  api = new ApiSink({ tenant: 'demo', worker: 'worker-1', token: TOKEN });
  await api.listen();
});
afterEach(async () => {
  await api.close();
  await rm(folder, { recursive: true, force: true });
});

const open = (changes: Partial<CredentialOptions> = {}) =>
  WorkerCredential.open({
    worker: 'worker-1',
    api: api.url,
    folder,
    enrolToken: TOKEN,
    log: pino({ level: 'silent' }),
    onLiveKeys: (told) => {
      keys = told;
    },
    ...changes,
  });

test('a worker without a secret makes one for its owner alone, and enrols with it once', async () => {
  const first = await open();
  await first.ready();
  expect(api.secret).toBe(first.secret);
  expect(keys).toEqual([{ id: 'k1', publicKey: expect.any(String) }]);
  const file = join(folder, 'credential');
  expect((await readFile(file, 'utf8')).trim()).toBe(first.secret);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  // After a restart it needs the token no more.
  const again = await open({ enrolToken: undefined });
  await again.ready();
  expect([again.secret, again.problem]).toEqual([first.secret, null]);
});

test('a secret that was made for it wins, and nothing is kept', async () => {
  const { text } = newDeviceSecret();
  api.secret = text;
  const credential = await open({ secret: text, enrolToken: undefined });
  await credential.ready();
  expect(credential.secret).toBe(text);
  await expect(stat(join(folder, 'credential'))).rejects.toThrow('ENOENT');
});

test('a name that is taken, or no token, is told with what to do; no secret is in it', async () => {
  api.secret = newDeviceSecret().text;
  for (const enrolToken of [TOKEN, undefined]) {
    const credential = await open({ enrolToken });
    await expect(credential.ready()).rejects.toThrow('/admin/devices');
    expect(credential.problem).toContain('ANSHI_WORKER_SECRET');
    expect(credential.problem).not.toContain(credential.secret.slice(-43));
    expect(credential.problem).not.toContain(TOKEN);
  }
});

test('the secret of another worker is not used', async () => {
  const { text } = newDeviceSecret();
  api.secret = text;
  const credential = await open({ worker: 'worker-2', secret: text });
  await expect(credential.ready()).rejects.toThrow('is that of "worker-1"');
});

test('an API that is away is no problem of the credential', async () => {
  await api.closeHttp();
  const credential = await open();
  await expect(credential.ready()).rejects.toThrow('not reachable');
  expect(credential.problem).toBeNull();
});
