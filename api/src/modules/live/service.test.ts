import { expect, it } from 'vitest';
import type { Account } from '../../platform/access/account.ts';
import type { CameraStates } from '../cameras/health.ts';
import type { CamerasService } from '../cameras/service.ts';
import { createLiveService } from './service.ts';
import type { WorkerAsk } from './worker-requests.ts';

/** The worker's side is proved in vision/src/worker.int.test.ts; here is when the API asks it for what. */
function open() {
  const asked: WorkerAsk[] = [];
  const waiting: (() => void)[] = [];
  const world = {
    maySee: true,
    isInReach: true,
    /** Number of database queries that fail next. */
    failures: 0,
    move: () => {},
    /** Those that were opened, until they are aborted. */
    streams: [] as AbortSignal[],
    status: {
      open: 201,
      keep: 204,
      end: 204,
      diagnose: 404,
      still: 200,
      replay: 202,
      setup: 404,
      clip: 404,
    },
  };
  const account = {
    tenant: 'demo',
    id: 'u1',
    permissions: new Map([['live:watch', 'all']]),
  } as unknown as Account;
  const worker = { worker: 'worker-1', online: true, http: 'http://worker.test' };
  const service = createLiveService({
    cameras: {
      isWithin: () => world.isInReach,
      require: () => {},
    } as unknown as CamerasService,
    states: { workerOf: () => worker, workers: () => [worker] } as unknown as CameraStates,
    async ask(one) {
      asked.push(one);
      for (const wake of waiting.splice(0)) wake();
      return { answer: new Response(null, { status: world.status[one.action] }), text: 'v=0' };
    },
    askForStream: async (one, ended) => {
      asked.push(one);
      world.streams.push(ended);
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          ended.addEventListener('abort', () => controller.error(ended.reason));
        },
      });
      return new Response(body, { status: 200 });
    },
    auth: {
      async stillSignedIn() {
        if (world.failures-- > 0) throw new Error('the database is away');
        return world.maySee ? account : null;
      },
    },
    changes: { on: () => () => {} },
    moves: {
      onMove(listener) {
        world.move = listener;
      },
    },
    isOn: async () => true,
    onError: () => {},
    keepEveryMs: 5,
  });
  const until = async (done: () => boolean) => {
    while (!done()) await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const count = (action: WorkerAsk['action']) =>
    asked.filter((one) => one.action === action).length;
  const viewer = { account, session: 'session-1' };
  return { service, world, asked, until, count, viewer };
}

it('a view is renewed for as long as the person may watch, and ended once they may not', async () => {
  const { service, world, asked, until, count, viewer } = open();
  const { session } = await service.start('hall-west', 'v=0 offer', viewer);
  const view = session.split('.')[1];
  await until(() => count('keep') >= 3);
  world.maySee = false;
  await until(() => count('end') === 1);
  service.close();
  expect(asked.every((one) => one.view === view && one.session === 'session-1')).toBe(true);
  const after = count('keep');
  await new Promise((resolve) => setImmediate(resolve));
  expect(count('keep')).toBe(after);
});

it('a view that the worker has ended is not asked for again', async () => {
  const { service, world, until, count, viewer } = open();
  world.status.keep = 404;
  const { session } = await service.start('hall-west', 'v=0 offer', viewer);
  await until(() => count('keep') === 1);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(count('keep')).toBe(1);
  world.status.end = 404;
  await expect(service.end(session, viewer)).rejects.toMatchObject({
    code: 'live.session-unknown',
  });
  service.close();
});

it('a check says whether the view is open, without prolonging it, and ends it where the right has gone', async () => {
  const { service, world, asked, count, viewer } = open();
  const { session } = await service.start('hall-west', 'v=0 offer', viewer);
  const view = session.split('.')[1];
  await service.check(session, viewer);
  expect(asked).toContainEqual(
    expect.objectContaining({ action: 'keep', view, session: 'session-1', lastsMs: 0 }),
  );
  const other = { ...viewer, account: { ...viewer.account, id: 'u2' } };
  const code = 'live.session-unknown';
  await expect(service.check(session, other)).rejects.toMatchObject({ code });
  world.maySee = false;
  await expect(service.check(session, viewer)).rejects.toMatchObject({ code });
  expect(count('end')).toBe(1);
  world.status.keep = 404;
  await expect(service.check('worker-1.ended', viewer)).rejects.toMatchObject({ code });
  service.close();
});

it('no two views have the same id', async () => {
  const { service, viewer } = open();
  const made = await Promise.all(
    Array.from({ length: 50 }, () => service.start('hall-west', 'v=0', viewer)),
  );
  service.close();
  expect(new Set(made.map(({ session }) => session)).size).toBe(50);
});

it('a view ends at once where its camera moves out of reach, and not where it moves within', async () => {
  const { service, world, until, count, viewer } = open();
  await service.start('hall-west', 'v=0 offer', viewer);
  world.move();
  await until(() => count('keep') >= 2);
  expect(count('end')).toBe(0);
  world.isInReach = false;
  world.move();
  await until(() => count('end') === 1);
  service.close();
});

it('a stream is cut here where the right is gone, or the worker knows it no more', async () => {
  const { service, world, asked, count, viewer } = open();
  const over = async (body: AsyncIterable<Uint8Array>) => {
    for await (const _ of body) {
      // The stream stays silent.
    }
  };
  const moved = await service.stream('hall-west', viewer);
  expect(asked[0]).toMatchObject({ action: 'open', by: 'mpeg1', camera: 'hall-west' });
  world.isInReach = false;
  world.move();
  await expect(over(moved.body)).rejects.toThrow();
  expect(count('end')).toBe(0);

  world.isInReach = true;
  const lost = await service.stream('hall-west', viewer);
  world.status.keep = 404;
  await expect(over(lost.body)).rejects.toThrow();

  // The right is withdrawn while the worker is opening the view.
  world.maySee = false;
  await expect(service.stream('hall-west', viewer)).rejects.toMatchObject({ code: 'auth.expired' });
  service.close();
});

it('a view whose right cannot be looked up is over, and not renewed', async () => {
  const { service, world, asked, until, count, viewer } = open();
  world.failures = 1;
  await expect(service.stream('hall-west', viewer)).rejects.toThrow('the database is away');
  expect(world.streams[0]?.aborted).toBe(true);
  world.failures = 1;
  await expect(service.start('hall-west', 'v=0', viewer)).rejects.toThrow('the database is away');
  expect(count('end')).toBe(1);
  // Other views are renewed, the refused ones are not.
  await service.start('hall-west', 'v=0 offer', viewer);
  await until(() => count('keep') >= 3);
  service.close();
  expect(
    new Set(asked.filter(({ action }) => action === 'keep').map(({ view }) => view)).size,
  ).toBe(1);
});
