import { mkdir, readFile, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { ulid } from 'ulid';
import { expect, it } from 'vitest';
import { EdgeWorld, POINT, SECRET } from '../testing/edge-world.ts';

const MINUTE = 60_000;
const JOURNAL = `edge-${POINT}.journal`;

/** With a list, and the API away. */
async function openAway(): Promise<EdgeWorld> {
  const world = await EdgeWorld.open();
  await world.start();
  await world.until(() => world.status?.sequence === world.sequence);
  world.away = true;
  await world.until(() => world.status?.online === false);
  return world;
}

it('gives an allowed answer not again once its request is late', async () => {
  await using world = await openAway();
  const request = { key: ulid(), at: new Date() };
  const first = await world.show('card-1', request);
  expect(first.body.decision).toBe('allow');
  world.bootShift = MINUTE;
  world.wallShift = MINUTE;
  expect(await world.show('card-1', request)).toEqual(first);
  world.bootShift = 3 * MINUTE;
  world.wallShift = 3 * MINUTE;
  expect((await world.show('card-1', request)).body.code).toBe('gate.late');
});

it('decides one of two requests that come at once with the same key', async () => {
  await using world = await openAway();
  const key = ulid();
  const answers = await Promise.all([world.show('card-1', { key }), world.show('card-2', { key })]);
  const [allowed, other] = answers.sort((one, two) => one.status - two.status);
  expect([allowed?.status, other?.body.code]).toEqual([200, 'gate.key-taken']);
  world.away = false;
  await world.until(() => world.status?.waiting === 0);
  expect(world.delivered.get(key)?.decision).toBe(allowed?.body.decision);
});

it.each([404, 403, 200])(
  'takes the page of a proxy, status %i, for an API that is away',
  async (status) => {
    await using world = await EdgeWorld.open();
    await world.start();
    await world.until(() => world.status?.sequence === world.sequence);
    world.proxy = status;
    await world.until(() => world.status?.online === false);
    expect((await world.show('card-1')).body.decision).toBe('allow');
    expect((await world.show('card-2')).body.decision).toBe('deny');
    expect(world.status).toMatchObject({ sequence: world.sequence, waiting: 2 });
    world.proxy = null;
    await world.until(() => world.status?.waiting === 0);
  },
);

it('asks with rests for a list that is over when it comes', async () => {
  await using world = await EdgeWorld.open();
  world.minutes = -1;
  let asked = 0;
  world.forge = () => {
    asked++;
    return null;
  };
  await world.start();
  await world.until(() => asked === 2);
  const began = performance.now();
  await world.until(() => asked === 4);
  expect(performance.now() - began).toBeGreaterThan(1_500);
  expect(world.status?.sequence).toBeNull();
});

it('holds no list where the disk does not take the next one', async () => {
  await using world = await EdgeWorld.open();
  await world.start();
  await world.until(() => world.status?.sequence === world.sequence);
  // A folder in the place of the file: no write of it succeeds.
  const file = join(world.folder, `edge-${POINT}.json`);
  await rm(file);
  await mkdir(join(file, 'in-the-way'), { recursive: true });
  world.allowed = [];
  world.sequence++;
  await world.until(() => world.status?.sequence === null);
  world.away = true;
  expect((await world.show('card-1')).body.decision).toBe('deny');
});

it('delivers what follows a decision that lies in the future', async () => {
  await using world = await EdgeWorld.open();
  world.away = true;
  // Without a list its time is that of the clock of the wall, which is wrong.
  world.wallShift = 60 * MINUTE;
  await world.start();
  const wrong = ulid();
  const far = new Date(Date.now() + 60 * MINUTE);
  expect((await world.show('card-1', { key: wrong, at: far })).body.decision).toBe('deny');
  world.wallShift = 0;
  const right = ulid();
  expect((await world.show('card-1', { key: right })).body.decision).toBe('deny');
  world.away = false;
  await world.until(() => world.delivered.has(right));
  expect(world.delivered.has(wrong)).toBe(false);
  await world.until(() => world.status?.waiting === 1);
});

it('keeps the card of no decision that was delivered, nor the code of one', async () => {
  await using world = await openAway();
  const kept = () => readFile(join(world.folder, JOURNAL), 'utf8');
  const key = ulid();
  await world.show('card-1', { key });
  await world.show('card-77', {});
  expect(await kept()).toContain('card-77');
  world.away = false;
  await world.until(() => world.status?.waiting === 0);
  await world.stop();
  expect(await kept()).not.toContain('card-');
  expect(await kept()).toContain(key);
});

it('answers a reader while another machine holds connections that send nothing', async () => {
  await using world = await openAway();
  const { port } = world;
  const sockets: Socket[] = [];
  let ended = 0;
  const hold = () =>
    new Promise<void>((resolve) => {
      const socket = connect({ port, host: '127.0.0.1', localAddress: '127.0.0.2' });
      sockets.push(socket.resume());
      socket.on('error', () => {});
      socket.on('close', () => ended++);
      socket.once('connect', () => socket.write('POST /api/v1/gates/machine-start HTTP/1.1\r\n'));
      socket.once('connect', resolve);
      socket.once('close', resolve);
    });
  await Promise.all(Array.from({ length: 450 }, hold));
  expect((await world.show('card-1')).body.decision).toBe('allow');
  // Those that were let in are ended, too.
  await world.until(() => ended === sockets.length);
}, 15_000);

it('refuses bodies that are too large, no JSON or too deep, and addresses that are none, and says why', async () => {
  await using world = await openAway();
  const base = `http://127.0.0.1:${world.port}`;
  const send = async (text: string) => {
    const answer = await fetch(`${base}/api/v1/gates/machine-start`, {
      method: 'POST',
      headers: { authorization: `Bearer ${SECRET}`, 'idempotency-key': ulid() },
      body: text,
    });
    return [answer.status, ((await answer.json()) as { code: string }).code];
  };
  expect(await send('x'.repeat(1_000_000))).toEqual([413, 'request.too-large']);
  expect(await send('{')).toEqual([400, 'request.invalid']);
  expect(await send('['.repeat(8_000))).toEqual([400, 'request.invalid']);
  expect(await send('{"__proto__":{"point":"x"}}')).toEqual([400, 'request.invalid']);
  const raw = await new Promise<string>((resolve) => {
    const socket = connect({ port: world.port, host: '127.0.0.1' });
    socket.once('data', (bytes) => {
      resolve(String(bytes).split('\r\n')[0] ?? '');
      socket.destroy();
    });
    socket.write('GET //[ HTTP/1.1\r\nhost: x\r\n\r\n');
  });
  expect(raw).toBe('HTTP/1.1 404 Not Found');
  expect((await fetch(`${base}/constructor`, { method: 'POST' })).status).toBe(404);
  expect(world.status?.waiting).toBe(0);
});
