import { once } from 'node:events';
import Fastify from 'fastify';
import { expect, it } from 'vitest';
import { closedSignal } from './closed.ts';

it('is aborted where the client goes away, and not by an answer', async () => {
  const app = Fastify();
  const signals: AbortSignal[] = [];
  const [waits, ended] = [new AbortController(), new AbortController()];
  const isWaiting = once(waits.signal, 'abort');
  const hasEnded = once(ended.signal, 'abort');
  app.post<{ Body: { wait: boolean } }>('/', async (request, reply) => {
    const signal = closedSignal(reply);
    signals.push(signal);
    if (!request.body.wait) return 'done';
    waits.abort();
    await once(signal, 'abort');
    ended.abort();
    return 'closed';
  });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const post = (wait: boolean, signal?: AbortSignal) =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', connection: 'close' },
      body: JSON.stringify({ wait }),
      ...(signal ? { signal } : {}),
    });
  expect(await (await post(false)).text()).toBe('done');
  const client = new AbortController();
  const asked = post(true, client.signal).catch(() => 'gone');
  await isWaiting;
  expect(signals[1]?.aborted).toBe(false);
  client.abort();
  expect(await asked).toBe('gone');
  await hasEnded;
  expect(signals.map(({ aborted }) => aborted)).toEqual([false, true]);
  await app.close();
});
