import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { busAddress } from '@anshi/contracts';
import { readMqttTls, readServerTls } from '@anshi/contracts/tls';
import mqtt, { type MqttClient } from 'mqtt';
import pino from 'pino';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { startBroker } from '../../embedded/broker.ts';
import { openSite, type RunningApi, type Site, startApi, until } from '../../testing/site.ts';
import { connectBus } from '../bus.ts';
import { BusUserFolder } from '../bus-users/folder.ts';

let site: Site;
let api: RunningApi;
let folder: string;
interface Pair {
  cert: string;
  key: string;
}
let server: Pair;
let stranger: Pair;
let users: BusUserFolder;
const secret = 'a-secret-of-the-api-on-the-bus';

const names = { cert: 'ANSHI_TLS_CERT', key: 'ANSHI_TLS_KEY', clientCa: 'ANSHI_TLS_CLIENT_CA' };

async function makePair(name: string): Promise<Pair> {
  const pems = await generate([{ name: 'commonName', value: name }], {
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
    ],
  });
  const pair = { cert: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) };
  await writeFile(pair.cert, pems.cert);
  await writeFile(pair.key, pems.private, { mode: 0o600 });
  return pair;
}
const tlsOf = ({ cert, key }: Pair, clientCa?: string) =>
  readServerTls({ ANSHI_TLS_CERT: cert, ANSHI_TLS_KEY: key, ANSHI_TLS_CLIENT_CA: clientCa }, names);

beforeAll(async () => {
  site = await openSite();
  folder = await mkdtemp(join(tmpdir(), 'anshi-tls-'));
  users = new BusUserFolder(join(folder, 'bus-users'));
  users.putNow({ tenant: 'demo', kind: 'api', name: '', secret });
  server = await makePair('server');
  stranger = await makePair('stranger');
  api = await startApi(site, (await site.seededDatabase()).appUrl, { tls: tlsOf(server) });
});
afterAll(async () => {
  await api?.stop();
  await site?.stop();
  await rm(folder, { recursive: true, force: true });
});

const filesOf = (tls: Pair) => readMqttTls({ ANSHI_MQTT_CA: tls.cert });

function get(path: string, ca: Pair): Promise<{ status: number; hsts: unknown }> {
  return new Promise((resolve, reject) => {
    const asked = request(`${api.url}${path}`, { ca: filesOf(ca).ca }, (answer) => {
      answer.resume();
      resolve({
        status: answer.statusCode ?? 0,
        hsts: answer.headers['strict-transport-security'],
      });
    });
    asked.on('error', reject);
    asked.end();
  });
}

describe('[SEC-01] HTTP by TLS', () => {
  it('serves API and pages, sends HSTS, and fails for an unknown CA', async () => {
    expect(api.url).toMatch(/^https:/);
    const { status, hsts } = await get('/api/health', server);
    expect(status).toBe(200);
    expect(hsts).toMatch(/max-age=31536000/);
    await expect(get('/api/health', stranger)).rejects.toThrow(/self-signed|unable to verify/);
  });

  it('accepts TLS 1.2 and later only, and no plain HTTP', async () => {
    const { port, hostname } = new URL(api.url);
    const { ca } = filesOf(server);
    const versionOf = async (version: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3') => {
      const socket = connectTls({
        host: hostname,
        port: Number(port),
        ...(ca ? { ca } : {}),
        minVersion: version,
        maxVersion: version,
        // Otherwise the client would not offer the old version.
        ciphers: 'DEFAULT@SECLEVEL=0',
      });
      try {
        await once(socket, 'secureConnect');
        return socket.getProtocol();
      } finally {
        socket.destroy();
      }
    };
    expect(await versionOf('TLSv1.2')).toBe('TLSv1.2');
    expect(await versionOf('TLSv1.3')).toBe('TLSv1.3');
    await expect(versionOf('TLSv1.1')).rejects.toThrow();
    await expect(fetch(`http://127.0.0.1:${port}/api/health`)).rejects.toThrow();
  });

  it('carries live events by the same certificate', async () => {
    const { ca } = filesOf(server);
    const address = `${api.url.replace('https', 'wss')}/api/v1/live-events`;
    const socket = new WebSocket(address, ca ? { ca } : {});
    await once(socket, 'open');
    socket.close();
    const wrong = new WebSocket(address, { ca: filesOf(stranger).ca ?? [] });
    const [error] = await once(wrong, 'error');
    expect((error as Error).message).toMatch(/self-signed|unable to verify/);
  });

  it('requires a client certificate where a client CA is set', async () => {
    const strict = await startApi(site, api.settings.databaseUrl, {
      tls: tlsOf(server, stranger.cert),
    });
    const { ca } = filesOf(server);
    const client = readMqttTls({ ANSHI_MQTT_CERT: stranger.cert, ANSHI_MQTT_KEY: stranger.key });
    const ask = (options: object) =>
      new Promise<number>((resolve, reject) => {
        const asked = request(`${strict.url}/api/health`, { ca, ...options }, (answer) => {
          answer.resume();
          resolve(answer.statusCode ?? 0);
        });
        asked.on('error', reject);
        asked.end();
      });
    expect(await ask({ cert: client.cert, key: client.key })).toBe(200);
    await expect(ask({})).rejects.toThrow();
    await strict.stop();
  });

  it('names an invalid setting', () => {
    const read = (env: Record<string, string>) => () => readServerTls(env, names);
    expect(read({ ANSHI_TLS_CERT: server.cert })).toThrow('ANSHI_TLS_KEY: must be set');
    expect(read({ ANSHI_TLS_KEY: server.key })).toThrow('ANSHI_TLS_CERT: must be set');
    expect(read({ ANSHI_TLS_CERT: '/nowhere.pem', ANSHI_TLS_KEY: server.key })).toThrow(
      'ANSHI_TLS_CERT: must be a PEM file that this user may read',
    );
    expect(read({ ANSHI_TLS_CLIENT_CA: server.cert })).toThrow('with ANSHI_TLS_CERT only');
    expect(read({})()).toBeNull();
  });
});

describe('[SEC-01] MQTT by TLS', () => {
  const failureOf = (client: MqttClient) =>
    new Promise<Error>((resolve) => client.once('error', resolve));
  const log = pino({ level: 'silent' });

  it('carries the bus, and an unknown CA or a client in the clear does not come in', async () => {
    const broker = await startBroker({ users, tls: tlsOf(server) });
    expect(broker.url).toMatch(/^mqtts:/);
    const heard: unknown[] = [];
    const bus = connectBus(busAddress(broker.url, 'api', secret), 'tls-a', log, filesOf(server));
    bus.subscribe('anshi/v1/demo/records/x', 1, (_topic, message) => {
      heard.push(message);
    });
    await until(() => bus.connected, 'the bus is connected by TLS');
    await until(async () => {
      await bus.publishAcknowledged('anshi/v1/demo/records/x', { by: 'tls' });
      return heard.length > 0;
    }, 'the message is heard');
    expect(heard[0]).toEqual({ by: 'tls' });

    const wrong = mqtt.connect(broker.url, {
      ...filesOf(stranger),
      protocolVersion: 4,
      reconnectPeriod: 0,
    });
    expect((await failureOf(wrong)).message).toMatch(/self-signed|unable to verify/);
    const clear = mqtt.connect(broker.url.replace('mqtts', 'mqtt'), {
      protocolVersion: 4,
      reconnectPeriod: 0,
    });
    clear.on('error', () => {});
    await new Promise<void>((resolve) => clear.once('close', () => resolve()));
    expect(clear.connected).toBe(false);
    for (const client of [wrong, clear]) await client.endAsync(true);
    await bus.close();
    await broker.stop();
  });

  it('accepts only clients with a certificate of the configured CA', async () => {
    const broker = await startBroker({ users, tls: tlsOf(server, stranger.cert) });
    const shown = readMqttTls({
      ANSHI_MQTT_CA: server.cert,
      ANSHI_MQTT_CERT: stranger.cert,
      ANSHI_MQTT_KEY: stranger.key,
    });
    const bus = connectBus(busAddress(broker.url, 'api', secret), 'tls-b', log, shown);
    await until(() => bus.connected, 'a client with its certificate is let in');
    const nobody = mqtt.connect(broker.url, {
      ...filesOf(server),
      protocolVersion: 4,
      reconnectPeriod: 0,
    });
    expect((await failureOf(nobody)).message).toMatch(/certificate required|handshake failure/);
    expect(nobody.connected).toBe(false);
    await nobody.endAsync(true);
    await bus.close();
    await broker.stop();
  });
});
