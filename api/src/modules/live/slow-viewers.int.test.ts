import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openSite, type RunningApi, type Site, startApi, until } from '../../testing/site.ts';
import { connectViewer, StreamingWorker } from '../../testing/streaming-worker.ts';

let site: Site;
let api: RunningApi;
let worker: StreamingWorker;

beforeAll(async () => {
  site = await openSite();
  api = await startApi(site, (await site.seededDatabase()).appUrl);
  worker = await StreamingWorker.start(site, api);
});
afterAll(async () => {
  await worker?.close();
  await api?.stop();
  await site?.stop();
});
beforeEach(() => {
  worker.many = 1;
});

async function watch(user: string, url = api.url) {
  const token = (await api.signIn(user)).authorization.slice(7);
  const view = connectViewer(url, { token, camera: 'hall-west' });
  await until(() => view.bytes > 10 * 188, `${user} sees pictures`);
  return view;
}
async function gaps(): Promise<number> {
  const text = await (await api.get('/metrics')).text();
  return Number(/^anshi_live_mpeg1_gaps_total (\d+)/m.exec(text)?.[1] ?? 0);
}
async function leftOut(times = 1): Promise<void> {
  const before = await gaps();
  await until(async () => (await gaps()) >= before + times, 'pictures are left out');
}

/** A network that brings so many bytes a second to the viewer. @returns its address. */
async function throttled(rate: number): Promise<string> {
  const sockets = new Set<Socket>();
  const proxy = createServer((viewer) => {
    const server = connect({ port: Number(new URL(api.url).port), host: '127.0.0.1' });
    viewer.pipe(server);
    server.on('data', (bytes) => {
      server.pause();
      viewer.write(bytes);
      setTimeout(() => server.resume(), (bytes.length / rate) * 1_000);
    });
    for (const socket of [viewer, server]) {
      sockets.add(socket.on('error', () => {}));
      socket.on('close', () => {
        viewer.destroy();
        server.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
}

describe('a viewer by MPEG-1 that is slow', () => {
  it('does not get what it did not take, and goes on with the next key picture', async () => {
    const view = await watch('operator');
    view.socket.pause();
    worker.many = 50;
    await leftOut();
    worker.many = 1;
    const since = performance.now();
    view.socket.resume();
    // A packet sent after the viewer resumed, not one of the backlog.
    await until(() => view.newest > since, 'new pictures come');
    expect(view.code).toBe(0);
    view.socket.close();
  });

  it('sees pictures of few seconds ago in a network that carries a quarter of them, and stays connected', async () => {
    const view = await watch('operator', await throttled(100_000));
    worker.many = 22;
    await leftOut(2);
    const since = performance.now();
    await until(() => view.newest > since, 'new pictures come');
    // The kernel's send buffer alone would hold 40 s of video.
    expect(view.late).toBeLessThan(6_000);
    expect(view.code).toBe(0);
    view.socket.close();
  });

  it('[SEC-18] gets next to nothing more once its session ends, however much waits for it', async () => {
    const view = await watch('operator');
    view.socket.pause();
    worker.many = 300;
    // It tells that all has arrived, so that the kernel takes what it can hold.
    const lying = setInterval(() => view.socket.pong('999999999'), 20);
    onTestFinished(() => clearInterval(lying));
    await leftOut();
    clearInterval(lying);
    const headers = await api.signIn('operator');
    await fetch(`${api.url}/api/v1/auth/logout`, { method: 'POST', headers });
    await until(() => worker.sending.size === 0, 'the view has ended');
    const before = view.bytes;
    view.socket.resume();
    await until(() => view.code, 'it is closed');
    expect(view.bytes - before).toBeLessThan(1024 * 1024);
  });
});
