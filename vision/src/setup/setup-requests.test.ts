import { sealRequest } from '@anshi/contracts/sealed-request';
import { expect, it } from 'vitest';
import { SetupRequests } from './setup-requests.ts';

const busKey = 'a'.repeat(64);
const requests = new SetupRequests({
  worker: 'worker-1',
  busKey,
  variables: {},
  baseFolder: '/',
  blur: { make: async () => ({ jpeg: null, missing: 'not-blurred' }) },
  targets: [],
});
const VIEW = 'b'.repeat(32);
const test = { kind: 'test', camera: 'gate', address: 'file:/x', transport: 'tcp' };

it('answers what the API sealed for it', async () => {
  const answer = await requests.answer(VIEW, sealRequest(busKey, VIEW, JSON.stringify(test)));
  expect(answer).toMatchObject({ outcome: 'invalid', worker: 'worker-1' });
});

it.each([
  [
    'sealed with the key of another worker',
    sealRequest('c'.repeat(64), VIEW, JSON.stringify(test)),
  ],
  ['of another request', sealRequest(busKey, 'd'.repeat(32), JSON.stringify(test))],
  ['not sealed', JSON.stringify(test)],
  ['of a kind that is not known', sealRequest(busKey, VIEW, JSON.stringify({ kind: 'other' }))],
])('refuses a request %s', async (_, sealed) => {
  await expect(requests.answer(VIEW, sealed)).rejects.toMatchObject({ status: 400 });
});

it('tries no more than two at once', async () => {
  // Nothing answers at this address of documentation; the third is refused at once.
  const slow = JSON.stringify({ ...test, address: 'rtsp://192.0.2.1/x' });
  const ask = () => requests.answer(VIEW, sealRequest(busKey, VIEW, slow));
  const both = [ask(), ask()];
  await expect(ask()).rejects.toMatchObject({ status: 429 });
  for (const one of await Promise.all(both)) expect(one).toHaveProperty('outcome');
  expect(await requests.answer(VIEW, sealRequest(busKey, VIEW, JSON.stringify(test)))).toBeTruthy();
});
