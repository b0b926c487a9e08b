import { afterEach, expect, it, vi } from 'vitest';
import { client, take } from './client.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Answers the first request with a status, and further ones with another. */
function answering(first: number, then = first) {
  vi.useFakeTimers();
  const asked = vi.fn(async () => {
    const status = asked.mock.calls.length === 1 ? first : then;
    return Response.json({ items: [], code: 'database.unavailable' }, { status });
  });
  vi.stubGlobal('fetch', asked);
  return asked;
}

/** Waits for a request and its retry. */
async function ended<Value>(request: Promise<Value>): Promise<Value> {
  request.catch(() => {});
  await vi.advanceTimersByTimeAsync(1_000);
  return request;
}

const read = () => take(client.GET('/api/v1/tasks', { params: { query: {} } }));

it('reads again where the server was away for a moment', async () => {
  for (const status of [502, 503]) {
    const asked = answering(status, 200);
    await expect(ended(read())).resolves.toMatchObject({ items: [] });
    expect(asked).toHaveBeenCalledTimes(2);
  }
});

it('reads once more only, and not after a refusal', async () => {
  const away = answering(503);
  await expect(ended(read())).rejects.toMatchObject({ status: 503 });
  expect(away).toHaveBeenCalledTimes(2);
  for (const status of [403, 504]) {
    const refused = answering(status);
    await expect(ended(read())).rejects.toMatchObject({ status });
    expect(refused).toHaveBeenCalledTimes(1);
  }
});

it('never sends a change twice', async () => {
  const asked = answering(503, 200);
  const sent = client.POST('/api/v1/hazards', { body: {} as never });
  expect((await ended(sent)).response.status).toBe(503);
  expect(asked).toHaveBeenCalledTimes(1);
});
