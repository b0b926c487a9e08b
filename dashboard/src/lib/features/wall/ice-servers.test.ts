import { expect, it, vi } from 'vitest';
import { IceServers } from './ice-servers.ts';

it('asks for each view where there are servers', async () => {
  let asked = 0;
  const servers = new IceServers({
    ask: async () => [{ urls: 'turn:turn.example', username: `view-${++asked}` }],
  });
  const views = await Promise.all([servers.forView(), servers.forView(), servers.forView()]);
  expect(new Set(views.map(([one]) => one?.username)).size).toBe(3);
  expect((await servers.forView())[0]?.username).toBe('view-4');
});

it('asks once for all tiles where there are none, and again after five minutes', async () => {
  let asked = 0;
  let now = 0;
  const servers = new IceServers({
    ask: async () => {
      asked += 1;
      return [];
    },
    now: () => now,
  });
  expect(await Promise.all([servers.forView(), servers.forView()])).toEqual([[], []]);
  now = 299_000;
  await servers.forView();
  expect(asked).toBe(1);
  now = 301_000;
  await servers.forView();
  expect(asked).toBe(2);
});

it('has none while the API gives none, and asks again with the next view', async () => {
  let isDown = true;
  const servers = new IceServers({
    ask: async () => {
      if (isDown) throw new Error('away');
      return [{ urls: 'turn:turn.example' }];
    },
  });
  expect(await servers.forView()).toEqual([]);
  isDown = false;
  expect(await servers.forView()).toEqual([{ urls: 'turn:turn.example' }]);
});

it('waits three seconds for an answer, and goes on without', async () => {
  vi.useFakeTimers();
  const servers = new IceServers({ ask: () => new Promise(() => {}) });
  const got = servers.forView();
  await vi.advanceTimersByTimeAsync(3_000);
  expect(await got).toEqual([]);
  vi.useRealTimers();
});
