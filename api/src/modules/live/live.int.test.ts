import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LIVE_ENGINE_HEADER, LIVE_REASON_HEADER, liveEngineOfAnswer } from '@anshi/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../platform/db/database.ts';
import { announceWorker } from '../../testing/announced-worker.ts';
import { openSite, type RunningApi, type Site, startApi, until } from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';
import { iceServersAnswer } from './ice-servers.ts';
import { cameraStills } from './still.ts';

let site: Site;
let api: RunningApi;
let worker: Server;
let leave: () => Promise<void>;
const still = {
  at: '2026-11-30T08:00:00.000Z',
  jpeg: Buffer.from('a blurred picture').toString('base64'),
  moved: true,
};
/** What the worker was asked for. */
const asked: string[] = [];
let hasStill = true;

beforeAll(async () => {
  site = await openSite();
  api = await startApi(site, (await site.seededDatabase()).appUrl, {
    turn: {
      urls: ['turns:turn.example:443?transport=tcp'],
      secret: 'the-secret-of-the-turn-server',
    },
  });
  worker = createServer((request: IncomingMessage, answer) => {
    asked.push(`${request.method} ${request.url}`);
    request.resume();
    if (request.url === '/still/hall-west') {
      const given = hasStill ? still : { at: null, jpeg: null, moved: null };
      return void answer.writeHead(200).end(JSON.stringify(given));
    }
    if (request.method === 'DELETE') return void answer.writeHead(204).end();
    if (request.method === 'PUT') {
      const isOver = asked.includes(`DELETE ${request.url}`);
      return void answer.writeHead(isOver ? 404 : 204).end();
    }
    const engine = { [LIVE_ENGINE_HEADER]: 'node-datachannel', [LIVE_REASON_HEADER]: 'no-worker' };
    answer.writeHead(201, { 'content-type': 'application/sdp', ...engine }).end('v=0 answer');
  });
  await new Promise<void>((resolve) => worker.listen(0, '127.0.0.1', resolve));
  leave = await announceWorker(site, api, (worker.address() as AddressInfo).port);
});
afterAll(async () => {
  await leave?.();
  worker?.close();
  await api?.stop();
  await site?.stop();
});

const offer = (who: { authorization: string }, camera = 'hall-west', query = '') =>
  fetch(`${api.url}/api/v1/live/${camera}/whep${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/sdp', ...who },
    body: 'v=0 offer',
  });
const watch = async (who: { authorization: string }) => {
  const answer = await offer(who);
  expect(answer.status).toBe(201);
  return answer.headers.get('location') ?? '';
};
const ended = (location: string) =>
  asked.includes(`DELETE /whep/sessions/${location.split('.').at(-1)}`);
const change = (work: Parameters<ReturnType<typeof openDatabase>['transaction']>[1]) => {
  const database = openDatabase(api.settings.databaseUrl);
  return database.transaction({ tenant: 'demo', user: null }, work).finally(() => database.close());
};

describe('a live view', () => {
  it('gets a relay with a credential of its own, which no account without the right gets', async () => {
    const ask = async (username: string) =>
      api.get('/api/v1/live/ice-servers', await api.signIn(username));
    const first = iceServersAnswer.parse(await (await ask('operator')).json());
    const second = iceServersAnswer.parse(await (await ask('operator')).json());
    expect(first.iceServers[0]?.urls).toEqual(['turns:turn.example:443?transport=tcp']);
    expect(first.iceServers[0]?.username).not.toBe(second.iceServers[0]?.username);
    const refused = await ask('buyer');
    expect(refused.status).toBe(403);
    expect(await refused.text()).not.toContain('turn.example');
    expect((await api.get('/api/v1/live/ice-servers')).status).toBe(401);
  });

  it('has the newest still until its first frame, for accounts that may watch alone; it is audited', async () => {
    const ask = async (username: string, cameras = 'hall-west') =>
      api.get(`/api/v1/live/stills?cameras=${cameras}`, await api.signIn(username));
    const answer = await ask('operator');
    expect(answer.status).toBe(200);
    const { items } = cameraStills.parse(await answer.json());
    const tag = expect.stringMatching(/^[0-9a-f]{16}$/);
    expect(items).toEqual([{ ...still, camera: 'hall-west', tag, unchanged: false }]);
    expect(asked).toContain('POST /still/hall-west');
    for (const username of ['manager', 'maintainer']) {
      expect((await ask(username)).status).toBe(403);
      // Video that is passed through is not blurred: the same right alone opens it.
      expect((await offer(await api.signIn(username))).status).toBe(403);
    }
    const path = '/audit?entity=camera&action=view';
    const { body } = await api.send<{ items: { after: unknown }[] }>('auditor', 'GET', path);
    expect(body.items.map(({ after }) => after)).toContainEqual({ what: 'live' });
  });

  it('has no still of an unknown camera, and no JPEG that the page has', async () => {
    const ask = async (cameras: string) => {
      const who = await api.signIn('operator');
      const answer = await api.get(`/api/v1/live/stills?cameras=${cameras}`, who);
      return { status: answer.status, body: await answer.json() };
    };
    const itemsOf = async (cameras: string) => cameraStills.parse((await ask(cameras)).body).items;
    const [west, ...others] = await itemsOf('nowhere,hall-west');
    expect([west?.camera, west?.jpeg, others]).toEqual(['hall-west', still.jpeg, []]);
    expect(asked).not.toContain('POST /still/nowhere');
    expect(await itemsOf(`hall-west:${west?.tag}`)).toEqual([
      { ...west, jpeg: null, unchanged: true },
    ]);
    expect(await itemsOf('hall-west:0123456789abcdef')).toEqual([west]);
    const before = asked.length;
    const tooMany = Array.from({ length: 65 }, (_, n) => `hall-${n}`).join();
    for (const wrong of ['', 'hall-west:xyz', 'Hall West', tooMany]) {
      expect((await ask(wrong)).status).toBe(400);
    }
    expect(asked).toHaveLength(before);
  });

  it('is in the audit log only where a still was given', async () => {
    const who = await api.signIn('safety');
    const { body: own } = await api.send<{ id: string }>('safety', 'GET', '/auth/me');
    const views = async () => {
      const path = `/audit?entity=camera&action=view&user=${own.id}`;
      return (await api.send<{ items: unknown[] }>('auditor', 'GET', path)).body.items.length;
    };
    const ask = async () => {
      const answer = await api.get('/api/v1/live/stills?cameras=hall-west', who);
      return cameraStills.parse(await answer.json()).items;
    };
    hasStill = false;
    expect(await ask()).toMatchObject([{ camera: 'hall-west', at: null, jpeg: null, tag: null }]);
    expect(await views()).toBe(0);
    hasStill = true;
    expect(await ask()).toMatchObject([{ jpeg: still.jpeg }]);
    expect(await views()).toBe(1);
  });

  it('names to the browser what sends the picture, and why it is not mediasoup', async () => {
    const answer = await offer(await api.signIn('operator'));
    expect(liveEngineOfAnswer(answer.headers)).toEqual({
      engine: 'node-datachannel',
      reason: 'no-worker',
    });
  });

  it('asks the worker for the stream and the engine that the page asks for, and for no other', async () => {
    const ask = async (query: string) =>
      (await offer(await api.signIn('operator'), 'hall-west', query)).status;
    expect(await ask('?stream=small&engine=node-datachannel')).toBe(201);
    expect(asked.at(-1)).toBe('POST /whep/hall-west?stream=small&engine=node-datachannel');
    expect(await ask('')).toBe(201);
    expect(asked.at(-1)).toBe('POST /whep/hall-west');
    const before = asked.length;
    expect(await ask('?engine=anything')).toBe(400);
    expect(asked).toHaveLength(before);
  });

  it('takes no offer above 64 KiB, and asks no worker for it', async () => {
    const before = asked.length;
    const answer = await fetch(`${api.url}/api/v1/live/hall-west/whep`, {
      method: 'POST',
      headers: { 'content-type': 'application/sdp', ...(await api.signIn('operator')) },
      body: 'a=x\r\n'.repeat(64 * 1024),
    });
    expect(answer.status).toBe(413);
    expect(asked).toHaveLength(before);
  });

  it('is checked and ended only by the user who opened it', async () => {
    const [mine, other] = [await api.signIn('operator'), await api.signIn('safety')];
    const view = await watch(mine);
    const end = (who: { authorization: string }) =>
      fetch(`${api.url}${view}`, { method: 'DELETE', headers: who });
    const check = async (who: { authorization: string }) => (await api.get(view, who)).status;
    expect((await end(other)).status).toBe(404);
    expect(ended(view)).toBe(false);
    expect([await check(mine), await check(other)]).toEqual([204, 404]);
    expect(await check(await api.signIn('manager'))).toBe(403);
    expect((await end(mine)).status).toBe(204);
    expect(ended(view)).toBe(true);
    expect(await check(mine)).toBe(404);
  });

  describe('of a department', () => {
    const grant = 'live:watch@department';
    const put = async (area: string | null) => {
      const at = '/cameras/hall-west/configuration';
      const { version } = (await api.send<{ version: number }>('admin', 'GET', at)).body;
      expect((await api.send('admin', 'PATCH', at, { version, area })).status).toBe(200);
    };
    const lines = () =>
      change((tx) => tx.auditLog.count({ where: { entity: 'camera', action: 'view' } }));
    beforeAll(async () => {
      const database = openDatabase(api.settings.databaseUrl);
      await makeUser(database, 'press', [grant], { employeeNo: 'E005' });
      await makeUser(database, 'store', [grant], { employeeNo: 'E009' });
      await database.close();
      await put('press-line');
    });

    it('[SEC-11] [SEC-14] is refused to another department as of an unknown camera, and is no view', async () => {
      const [before, requests] = [await lines(), asked.length];
      const store = await api.signIn('store');
      const [foreign, unknown] = [await offer(store), await offer(store, 'no-such-camera')];
      expect([foreign.status, unknown.status]).toEqual([404, 404]);
      const body = async (answer: Response) => {
        const { instance: _, ...rest } = (await answer.json()) as Record<string, unknown>;
        return rest;
      };
      expect(await body(foreign)).toEqual(await body(unknown));
      expect([await lines(), asked.length]).toEqual([before, requests]);
      expect(await watch(await api.signIn('press'))).not.toBe('');
      expect(await lines()).toBe((before as number) + 1);
    });

    it('[SEC-18] ends at once where the camera moves, its area changes hands, or the scope narrows', async () => {
      const press = await api.signIn('press');
      const all = await watch(await api.signIn('operator'));
      const moved = await watch(press);
      await put('assembly-area');
      await until(() => ended(moved), 'the view of a camera that moved ends');
      expect((await offer(press)).status).toBe(404);
      await put('press-line');

      const handed = await watch(press);
      const ofArea = (departmentId: string) =>
        change((tx) => tx.area.updateMany({ where: { id: 'press-line' }, data: { departmentId } }));
      await ofArea('warehouse');
      await until(() => ended(handed), 'the view of an area of others ends');
      await ofArea('press-shop');
      await until(async () => (await offer(press)).status === 201, 'it may be watched again');

      const narrowed = await watch(press);
      await change((tx) =>
        tx.role.updateMany({
          where: { id: 'only-press' },
          data: { permissions: ['live:watch@own'] },
        }),
      );
      await until(() => ended(narrowed), 'the view of a narrower scope ends');
      expect(ended(all)).toBe(false);
    });
  });

  it('[SEC-18] ends at once where the right to watch is taken', async () => {
    const [view, other] = [
      await watch(await api.signIn('safety')),
      await watch(await api.signIn()),
    ];
    await change((tx) =>
      tx.role.updateMany({
        where: { id: 'safety-officer' },
        data: { permissions: ['violation:read@all'] },
      }),
    );
    await until(() => ended(view), 'the view ends');
    expect(ended(other)).toBe(false);
  });

  it('[SEC-19] ends at once when its user leaves', async () => {
    const view = await watch(await api.signIn('operator'));
    await change((tx) =>
      tx.person.updateMany({
        where: { employeeNo: 'E001' },
        data: { status: 'left', leftOn: new Date() },
      }),
    );
    await until(() => ended(view), 'the view ends');
  });
});
