import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BusUserFolder } from '../../api/src/platform/bus-users/folder.ts';
import { Plant } from './plant.ts';
import type { PartName, PlantOptions } from './plant-options.ts';

const checkout = resolve(import.meta.dirname, '../..');
let root: string;
let plant: Plant | undefined;

/** A stub process: it starts a child of its own and prints its settings. */
const living = `
  import { spawn } from 'node:child_process';
  import { announceReady, onShutdown } from '@anshi/contracts/process';
  const child = spawn('sleep', ['1000'], { stdio: 'ignore' });
  console.log('hello from ' + process.pid);
  onShutdown(async () => { console.log('stopped in order'); child.kill(); });
  announceReady({
    child: child.pid ?? 0,
    adminUrl: 'postgresql://owner@127.0.0.1/a',
    appUrl: 'postgresql://app@127.0.0.1/a',
    settings: JSON.stringify(process.env),
  });
`;

beforeEach(() => {
  mkdirSync(join(checkout, '.anshi'), { recursive: true });
  // Inside the checkout, so that its packages are found.
  root = mkdtempSync(join(checkout, '.anshi/plant-test-'));
  for (const entry of [
    'api/src/embedded/database.ts',
    'api/src/embedded/broker.ts',
    'api/src/main.ts',
    'simulator/src/main.ts',
    'gateway/src/main.ts',
    'vision/src/main.ts',
  ]) {
    write(entry, living);
  }
  writeFileSync(join(root, 'package.json'), '{ "type": "module" }');
});

afterEach(async () => {
  await plant?.stop();
  plant = undefined;
  rmSync(root, { recursive: true });
});

function write(entry: string, text: string): void {
  mkdirSync(dirname(join(root, entry)), { recursive: true });
  writeFileSync(join(root, entry), text);
}

async function create(options: Partial<PlantOptions> = {}): Promise<Plant> {
  plant = await Plant.create({ root, dataDir: join(root, 'data'), ...options });
  return plant;
}

const settingsOf = (of: Plant, part: PartName) =>
  JSON.parse(String(of.details(part).settings)) as Record<string, string>;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

const withoutUser = (url = '') => url.replace(/\/\/[^@]*@/, '//');

const eventually = (what: () => boolean) => expect.poll(what, { timeout: 60_000 }).toBe(true);

describe('a plant', () => {
  it('starts what the others need first, and stops everything with what it started', async () => {
    const running = await create({ parts: ['vision', 'vision-2', 'api', 'broker', 'database'] });
    const order: PartName[] = [];
    running.on('ready', (part) => order.push(part));
    await running.start();
    expect(order.slice(0, 2).sort()).toEqual(['broker', 'database']);
    expect(order.slice(2).sort()).toEqual(['api', 'vision', 'vision-2']);
    const pids = order.flatMap((part) => [
      running.pid(part) as number,
      Number(running.details(part).child),
    ]);
    expect(pids.every(isAlive)).toBe(true);
    await running.stop();
    expect(pids.filter(isAlive)).toEqual([]);
    expect(readFileSync(running.logFile('api'), 'utf8')).toContain('stopped in order');
  });

  it('[SEC-01] uses TLS between its processes where it has certificates, and they trust them', async () => {
    const certificate = join(root, 'site.crt');
    writeFileSync(certificate, 'a certificate');
    const all = { ANSHI_TLS_CERT: certificate, ANSHI_MQTT_TLS_CERT: certificate };
    const running = await create({ env: { all } });
    await running.start();
    expect(running.url).toMatch(/^https:/);
    expect(running.mqttUrl).toMatch(/^mqtts:/);
    for (const part of ['api', 'vision', 'simulator'] as const) {
      const settings = settingsOf(running, part);
      expect(withoutUser(settings.ANSHI_MQTT_URL)).toBe(running.mqttUrl);
      expect(settings.ANSHI_MQTT_CA).toBe(certificate);
      expect(readFileSync(settings.NODE_EXTRA_CA_CERTS ?? '', 'utf8')).toContain('a certificate');
    }
    expect(settingsOf(running, 'vision').ANSHI_API_URL).toBe(running.url);
  });

  it('passes on addresses, and secrets only to processes that need them', async () => {
    const running = await create({ env: { vision: { ANSHI_LOG_LEVEL: 'debug' } } });
    await running.start();
    const api = settingsOf(running, 'api');
    expect(api).toMatchObject({
      DATABASE_URL: 'postgresql://app@127.0.0.1/a',
      ANSHI_DATABASE_ADMIN_URL: 'postgresql://owner@127.0.0.1/a',
      ANSHI_DEMO: '1',
      ANSHI_DEMO_PASSWORD: running.demoPassword,
    });
    expect(running.url).toBe(`http://127.0.0.1:${api.ANSHI_HTTP_PORT}`);
    const vision = settingsOf(running, 'vision');
    expect(vision).toMatchObject({
      ANSHI_API_URL: running.url,
      ANSHI_WORKER_TOKEN: running.workerToken,
      ANSHI_WORKER_ID: 'worker-1',
      ANSHI_LOG_LEVEL: 'debug',
      ANSHI_SIM_RTSP_PORT: String(running.rtspPort),
    });
    for (const name of ['ANSHI_TOKEN_SECRET', 'ANSHI_DEMO_PASSWORD', 'DATABASE_URL']) {
      expect(vision[name], name).toBeUndefined();
    }
    expect(settingsOf(running, 'broker').ANSHI_WORKER_TOKEN).toBeUndefined();
    // The reader of the welder asks the gateway, which has its secret; the file of the gateway holds none.
    const { ANSHI_SIM_GATES = '' } = settingsOf(running, 'simulator');
    const gateway = settingsOf(running, 'gateway');
    expect(ANSHI_SIM_GATES.split(',').filter((one) => one.endsWith(running.gatesUrl))).toEqual([
      `welder-1-reader:welder-1=${gateway.ANSHI_GATEWAY_POINT_SECRET}@${running.gatesUrl}`,
    ]);
    const file = readFileSync(gateway.ANSHI_GATEWAY_CONFIG ?? '', 'utf8');
    expect(file).toContain(`url: ${running.url}`);
    expect(file).toContain('${ANSHI_GATEWAY_POINT_SECRET}');
    expect(file).not.toContain(gateway.ANSHI_GATEWAY_POINT_SECRET);
  });

  it('[SEC-23] gives each part a user of its own on the bus, whose secret it keeps', async () => {
    const parts = ['broker', 'api', 'simulator', 'gateway', 'vision', 'vision-2'] as const;
    const options = { parts, databaseUrl: 'postgresql://app@db/a' };
    const running = await create(options);
    await running.start();
    const addresses = (plant: Plant) =>
      parts.map((part) => [part, settingsOf(plant, part).ANSHI_MQTT_URL]);
    const first = addresses(running);
    const users = first.map(([, url]) => (url ? new URL(url).username : undefined));
    expect(users).toEqual([
      undefined,
      'api',
      'simulator',
      'gateway-demo-gateway',
      'worker-worker-1',
      'worker-worker-2',
    ]);
    const secrets = first.flatMap(([, url]) => (url ? [new URL(url).password] : []));
    expect(new Set(secrets).size).toBe(5);
    for (const secret of secrets) expect(secret).toMatch(/^[0-9a-f]{64}$/);
    const folder = join(running.dataDir, 'bus-users');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const user of users) {
      if (user === undefined) continue;
      const file = join(running.dataDir, 'secrets', `mqtt-${user}`);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(readFileSync(join(folder, `${user}.json`), 'utf8')).toContain('"hash":"$7$');
    }
    await running.stop();
    const again = await create(options);
    await again.start();
    const secretsOf = (of: typeof first) => of.map(([, url]) => url && new URL(url).password);
    expect(secretsOf(addresses(again))).toEqual(secretsOf(first));
    await again.stop();
    // On a broker of the user's own, the user that its address names.
    const own = await create({ ...options, mqttUrl: 'mqtt://plant:secret@broker.example:1883' });
    await own.start();
    expect(settingsOf(own, 'api').ANSHI_MQTT_URL).toBe('mqtt://plant:secret@broker.example:1883');
  });

  it('[SEC-23] lets in no worker again that was removed, and keeps the secret of a newer credential', async () => {
    const options = {
      parts: ['vision', 'vision-2'] as const,
      databaseUrl: 'postgresql://app@db/a',
    };
    const running = await create(options);
    await running.start();
    await running.stop();
    const users = new BusUserFolder(join(running.dataDir, 'bus-users'));
    const worker = (name: string) => ({ tenant: 'demo', kind: 'worker', name }) as const;
    await users.remove(worker('worker-1'));
    await users.put({ ...worker('worker-2'), secret: 'a-secret-made-by-a-person' });
    const newer = users.find('worker-worker-2')?.hash;
    const again = await create(options);
    await again.start();
    expect(users.find('worker-worker-1')).toBeUndefined();
    expect(users.find('worker-worker-2')?.hash).toBe(newer);
  });

  it('has no demo accounts on a database of the user’s own, unless asked', async () => {
    const own = { parts: ['api'] as const, databaseUrl: 'postgresql://app@db/a' };
    const running = await create(own);
    await running.start();
    expect(settingsOf(running, 'api').ANSHI_DEMO).toBe('0');
    await running.stop();
    const asked = await create({ ...own, demo: true });
    await asked.start();
    expect(settingsOf(asked, 'api').ANSHI_DEMO).toBe('1');
  });

  it('brings a part back that is killed, on the same port, and ends what it left behind', async () => {
    const running = await create({ parts: ['api'], databaseUrl: 'postgresql://app@db/a' });
    await running.start();
    const before = { ...running.details('api') };
    const { url } = running;
    const deaths: string[] = [];
    running.on('died', (part, how) => deaths.push(`${part} ${how}`));
    await running.kill('api');
    await eventually(() => !isAlive(Number(before.child)));
    await running.whenReady('api');
    expect(deaths).toEqual(['api ended with SIGKILL']);
    expect(running.details('api').child).not.toBe(before.child);
    expect(running.url).toBe(url);
    expect(settingsOf(running, 'api').ANSHI_HTTP_PORT).toBe(new URL(url).port);
  });

  it('brings a vision worker back at once, and one that dies again after longer pauses', async () => {
    const running = await create();
    await running.start();
    const pauses: number[] = [];
    running.on('died', (_part, _how, retryMs) => pauses.push(retryMs));
    for (let death = 0; death < 3; death++) {
      await running.kill('vision');
      await running.whenReady('vision');
    }
    expect(pauses).toEqual([100, 200, 400]);
  });

  it('leaves a part that was stopped alone until it is started again', async () => {
    const running = await create({ parts: ['broker'] });
    await running.start();
    await running.stopPart('broker');
    expect(running.pid('broker')).toBeUndefined();
    await running.startPart('broker');
    expect(isAlive(running.pid('broker') as number)).toBe(true);
  });

  it('reports which process did not start, with its last log lines, and stops the others', async () => {
    write('vision/src/main.ts', `console.log('the model is broken'); process.exit(7);`);
    const running = await create();
    await expect(running.start()).rejects.toThrow(
      /^vision ended with exit code 7\. Its last words:\n +the model is broken/,
    );
    for (const part of ['database', 'broker', 'api', 'simulator'] as const) {
      expect(running.pid(part), part).toBeUndefined();
    }
  });

  it('keeps its secrets, and the logs of the run before', async () => {
    const first = await create({ parts: ['broker'] });
    await first.start();
    const pid = first.pid('broker');
    await first.stop();
    const second = await create({ parts: ['broker'] });
    await second.start();
    expect(second.demoPassword).toBe(first.demoPassword);
    expect(second.workerToken).toBe(first.workerToken);
    expect(readFileSync(`${second.logFile('broker')}.1`, 'utf8')).toContain(`hello from ${pid}`);
  });
});
