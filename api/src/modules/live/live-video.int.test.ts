import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../platform/db/database.ts';
import { openSite, type RunningApi, type Site, startApi, until } from '../../testing/site.ts';
import { connectViewer, StreamingWorker, type Viewer } from '../../testing/streaming-worker.ts';
import { makeUser } from '../../testing/users.ts';

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

const connect = (first: object | null, headers: Record<string, string> = {}) =>
  connectViewer(api.url, first, headers);
const tokenOf = async (user: string) => (await api.signIn(user)).authorization.slice(7);
const ask = async (user: string, camera = 'hall-west') =>
  connect({ token: await tokenOf(user), camera });
async function watch(user: string, camera?: string) {
  const view = await ask(user, camera);
  await until(() => view.bytes > 10 * 188, `${user} sees pictures`);
  return view;
}
async function refused(view: Viewer) {
  const code = await until(() => view.code, 'it is closed');
  expect(view.bytes).toBe(0);
  return { code, problem: (view.told[0]?.problem as { code?: string })?.code };
}
const change = (work: Parameters<ReturnType<typeof openDatabase>['transaction']>[1]) => {
  const database = openDatabase(api.settings.databaseUrl);
  return database.transaction({ tenant: 'demo', user: null }, work).finally(() => database.close());
};
const lines = () =>
  change((tx) => tx.auditLog.count({ where: { entity: 'camera', action: 'view' } }));
/** Until it is closed, at most 1 s; then the worker sends nothing of it either. */
async function endsAtOnce(view: Viewer, cause: () => Promise<unknown>) {
  const before = worker.sending.size;
  await cause();
  const since = performance.now();
  await until(() => view.code, 'the view is closed');
  expect(performance.now() - since).toBeLessThan(1_000);
  await until(() => worker.sending.size < before, 'the worker sends nothing of it');
}

describe('a view by MPEG-1', () => {
  it('comes from the worker over a WebSocket of the API, names its engine, and is a line of the audit log', async () => {
    const before = (await lines()) as number;
    const view = await watch('operator');
    expect(view.told).toEqual([{ type: 'started', engine: 'node-rtsp-stream' }]);
    expect(worker.asked.at(-1)).toBe('POST /mpeg1/hall-west');
    expect(await lines()).toBe(before + 1);
    expect(worker.sending.size).toBe(1);
    view.socket.close();
    await until(() => worker.sending.size === 0, 'the worker sends to none');
  });

  it('is refused without a token, to a page of others, and after a second message', async () => {
    const before = worker.asked.length;
    const bad = await refused(connect({ token: 'none', camera: 'hall-west' }));
    expect(bad).toEqual({ code: 4401, problem: 'auth.required' });
    expect(await refused(connect({ camera: 'hall-west' }))).toMatchObject({ code: 4403 });
    const foreign = connect(null, { origin: 'https://elsewhere.example' });
    expect(await until(() => foreign.refused, 'the handshake is refused')).toBe(403);
    expect(worker.asked).toHaveLength(before);
    const view = await watch('operator');
    view.socket.send('{}');
    await until(() => view.code, 'it is cut');
  });

  it('[SEC-11] is refused outside of the right and of its reach as for an unknown camera, without a line', async () => {
    const database = openDatabase(api.settings.databaseUrl);
    await makeUser(database, 'reader', ['violation:read@all', 'camera:read@all']);
    await makeUser(database, 'store', ['live:watch@department'], { employeeNo: 'E009' });
    await database.close();
    const [before, requests] = [await lines(), worker.asked.length];
    for (const [user, camera] of [
      ['reader', 'hall-west'],
      ['store', 'hall-west'],
      ['store', 'no-such-camera'],
    ] as const) {
      const found = await refused(await ask(user, camera));
      expect([user, camera, found]).toEqual([
        user,
        camera,
        { code: 4403, problem: 'camera.unknown' },
      ]);
    }
    expect([await lines(), worker.asked.length]).toEqual([before, requests]);
  });

  it('says why the worker refuses it', async () => {
    onTestFinished(() => {
      worker.answerWith = null;
    });
    const before = await lines();
    worker.answerWith = { status: 503, body: JSON.stringify({ title: '8 cameras are encoded' }) };
    const view = await ask('operator');
    expect(await refused(view)).toEqual({ code: 4403, problem: 'live.unavailable' });
    expect(view.told[0]?.problem).toMatchObject({ detail: '8 cameras are encoded' });
    // The answer to a WebRTC offer makes the page request MPEG-1.
    worker.answerWith = {
      status: 406,
      body: JSON.stringify({ title: 'node-rtsp-stream is forced' }),
    };
    const offered = await fetch(`${api.url}/api/v1/live/hall-west/whep`, {
      method: 'POST',
      headers: { 'content-type': 'application/sdp', ...(await api.signIn('operator')) },
      body: 'v=0',
    });
    expect([offered.status, await offered.json()]).toMatchObject([409, { code: 'live.by-mpeg1' }]);
    // No picture was shown, so there is no audit line.
    expect(await lines()).toBe(before);
  });

  it('is no line of the audit log where the viewer leaves before the worker answers', async () => {
    const before = await lines();
    let answers: () => void = () => {};
    worker.answersAfter = new Promise((resolve) => {
      answers = resolve;
    });
    const [requests, view] = [worker.asked.length, await ask('operator')];
    await until(() => worker.asked.length > requests, 'the worker is asked');
    view.socket.terminate();
    await until(() => view.code, 'the viewer has left');
    worker.answersAfter = null;
    answers();
    await until(() => worker.answered === worker.asked.length, 'the worker answered');
    await until(() => worker.sending.size === 0, 'the worker sends to none');
    expect(await lines()).toBe(before);
    expect(view.told).toEqual([]);
  });

  it('[SEC-18] ends within a second where the right to watch is taken', async () => {
    const [view, other] = [await watch('safety'), await watch('operator')];
    await endsAtOnce(view, () =>
      change((tx) =>
        tx.role.updateMany({
          where: { id: 'safety-officer' },
          data: { permissions: ['violation:read@all'] },
        }),
      ),
    );
    expect(other.code).toBe(0);
    await until(() => worker.sending.size === 1, 'the worker sends to the other one alone');
    other.socket.close();
  });

  it('[SEC-18] ends within a second where the module is switched off', async () => {
    const view = await watch('operator');
    const turn = (on: boolean) => api.send('admin', 'PUT', '/features/monitoring', { on });
    await endsAtOnce(view, () => turn(false));
    const [before, requests] = [await lines(), worker.asked.length];
    const off = await ask('operator');
    await until(() => off.refused || off.code, 'another is refused');
    expect(off.told).toEqual([]);
    expect([await lines(), worker.asked.length]).toEqual([before, requests]);
    expect((await turn(true)).status).toBe(200);
  });

  it('[SEC-19] ends within a second where the session ends, and where the account is locked', async () => {
    const out = await watch('operator');
    await endsAtOnce(out, async () =>
      fetch(`${api.url}/api/v1/auth/logout`, {
        method: 'POST',
        headers: await api.signIn('operator'),
      }),
    );
    const database = openDatabase(api.settings.databaseUrl);
    await makeUser(database, 'guard', ['live:watch@all']);
    await database.close();
    const locked = await watch('guard');
    await endsAtOnce(locked, () =>
      change((tx) =>
        tx.appUser.updateMany({ where: { username: 'guard' }, data: { active: false } }),
      ),
    );
    await until(() => worker.sending.size === 0, 'the worker sends to none');
  });
});
