import * as deviceSecret from '@anshi/contracts/device-secret';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openDatabase } from '../../platform/db/database.ts';
import { makeDevice } from '../../testing/devices.ts';
import {
  openSite,
  type RunningApi,
  type Site,
  startApi,
  WORKER_TOKEN,
} from '../../testing/site.ts';

const { newDeviceSecret } = deviceSecret;
const A_MINUTE = 20;
let site: Site;
let api: RunningApi;
let appUrl: string;

beforeAll(async () => {
  site = await openSite();
  appUrl = (await site.seededDatabase()).appUrl;
  api = await startApi(site, appUrl, { deviceTries: A_MINUTE, trustProxy: true });
});
afterAll(async () => {
  await api?.stop();
  await site?.stop();
});

const from = (address: string, secret: string) => ({
  authorization: `Bearer ${secret}`,
  'x-forwarded-for': address,
});
/** A reader asks from an address. */
const ask = (address: string, secret: string) =>
  api.post('/api/v1/ingest/rfid/impinj', [], from(address, secret));
const enrol = async (worker: string, secret: string, address: string) => {
  const answer = await api.post(
    '/api/v1/ingest/worker',
    { worker, secret },
    from(address, WORKER_TOKEN),
  );
  const { code, title } = (await answer.json()) as { code?: string; title?: string };
  return { status: answer.status, code, title };
};
/** Another secret of the same key id. */
const withKeyId = (keyId: string) => newDeviceSecret().text.replace(/_[^_]{16}_/, `_${keyId}_`);

describe('[SEC-02] wrong secrets of one address', () => {
  it('are limited, and hold up no device that was right, and no other address', async () => {
    const [seen, unseen] = [
      await makeDevice(api, 'reader', 'gate-seen'),
      await makeDevice(api, 'reader', 'gate-unseen'),
    ];
    const address = '10.1.0.1';
    expect((await ask(address, seen.secret)).status).toBe(200);
    for (let n = 0; n < A_MINUTE; n++) {
      // Of key ids that there are, and that there are not.
      const secret = n % 2 ? withKeyId(seen.keyId) : newDeviceSecret().text;
      expect((await ask(address, secret)).status).toBe(401);
    }
    for (const secret of [withKeyId(seen.keyId), newDeviceSecret().text, unseen.secret]) {
      const held = await ask(address, secret);
      expect([held.status, ((await held.json()) as { code: string }).code]).toEqual([
        429,
        'device.too-many',
      ]);
      expect(Number(held.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect((await ask(address, seen.secret)).status).toBe(200);
    expect((await ask('10.1.0.2', unseen.secret)).status).toBe(200);
    const counted = await (await api.get('/metrics')).text();
    expect(counted).toMatch(/^anshi_device_refused_total\{reason="too-many"\} 3$/m);
  });

  it('are answered alike, and by the same work, whether the key id is known or not', async () => {
    const { keyId } = await makeDevice(api, 'reader', 'gate-alike');
    const compared = vi.spyOn(deviceSecret, 'matchesDeviceSecret');
    const answers = [];
    for (const secret of [withKeyId(keyId), newDeviceSecret().text]) {
      compared.mockClear();
      const answer = await ask('10.2.0.1', secret);
      answers.push({
        status: answer.status,
        body: await answer.json(),
        headers: [...answer.headers.keys()].sort(),
        compared: compared.mock.calls.length,
      });
    }
    expect(answers[0]).toMatchObject({ status: 401, compared: 1 });
    expect(answers[1]).toEqual(answers[0]);
  });
});

describe('[SEC-02] the enrolment of a worker', () => {
  const rowsOf = async (name: string) => {
    const database = openDatabase(appUrl);
    const count = await database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.deviceCredential.count({ where: { name } }),
    );
    await database.close();
    return count;
  };

  it('with a key id that is in use is refused with a sentence, and stores nothing', async () => {
    const { keyId, text } = newDeviceSecret();
    expect((await enrol('worker-first', text, '10.3.0.1')).status).toBe(201);
    expect((await enrol('worker-first', text, '10.3.0.1')).status).toBe(200);
    const reader = await makeDevice(api, 'reader', 'gate-rotated');
    const anew = { version: 1, overlapHours: 1 };
    const admin = await api.signIn('admin');
    await api.post(`/api/v1/devices/${reader.id}/secret`, anew, admin);
    for (const taken of [keyId, reader.keyId]) {
      expect(await enrol('worker-second', withKeyId(taken), '10.3.0.1')).toEqual({
        status: 409,
        code: 'device.key-taken',
        title: 'The key id of this secret is in use',
      });
    }
    expect(await rowsOf('worker-second')).toBe(0);
    // Both still work, by the secrets that they have.
    expect((await ask('10.3.0.1', reader.secret)).status).toBe(200);
    expect((await enrol('worker-second', newDeviceSecret().text, '10.3.0.1')).status).toBe(201);
  });

  it('is limited by address, for names that are known and for new ones', async () => {
    const address = '10.4.0.1';
    for (let n = 0; n < A_MINUTE; n++) {
      const name = n % 2 ? 'worker-first' : `worker-new-${n}`;
      const { status } = await enrol(name, newDeviceSecret().text, address);
      expect([name, status]).toEqual([name, n % 2 ? 409 : 201]);
    }
    for (const name of ['worker-first', 'worker-new-more']) {
      const held = await enrol(name, newDeviceSecret().text, address);
      expect([held.status, held.code]).toEqual([429, 'device.too-many']);
    }
    expect(await rowsOf('worker-new-more')).toBe(0);
    expect((await enrol('worker-other', newDeviceSecret().text, '10.4.0.2')).status).toBe(201);
  });
});
