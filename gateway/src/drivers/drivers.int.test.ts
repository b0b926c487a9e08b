import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Outputs } from '@anshi/contracts';
import mqtt from 'mqtt';
import { afterEach, describe, expect, it } from 'vitest';
import { startBroker } from '../testing/broker.ts';
import { startModbusServer } from '../testing/modbus-server.ts';
import type { Driver } from './driver.ts';
import { openHttp } from './http.ts';
import { openModbus } from './modbus.ts';
import { openMqtt } from './mqtt.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
const light = { off: 0, steady: 1, flash: 2 };
const modbusAt = (url: string, timeoutMs = 20_000) => {
  const driver = openModbus({
    kind: 'modbus',
    url,
    unit: 1,
    timeoutMs,
    outputs: { light: { register: 10, values: light }, sound: { coil: 1 } },
  });
  closing.push(() => driver.close());
  return driver;
};
/** A server that does something wrong with each connection. */
async function wrongServer(
  handle: (socket: Socket) => void,
): Promise<{ url: string; server: Server }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    handle(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: `modbus://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}
const failure = async (driver: Driver, wanted: Outputs = { sound: true }) => {
  try {
    await driver.write(wanted);
  } catch (error) {
    const { fault, message } = error as { fault: string; message: string };
    return `${fault}: ${message.replace(/^\w+:\/\/[^ ]+ /, '')}`;
  }
  return 'no failure';
};

describe('the driver of Modbus TCP', () => {
  it('writes coils and registers of another program’s server, and reads them back', async () => {
    const server = await startModbusServer();
    closing.push(() => server.close());
    const driver = modbusAt(server.url);
    await driver.write({ light: 'flash', sound: true });
    expect(await driver.read()).toEqual({ light: 'flash', sound: true });
    expect([server.register(10), server.coil(1)]).toEqual([2, true]);
    // What is read back is what the server has, not what was written.
    server.setRegister(10, 1);
    server.setCoil(1, false);
    expect(await driver.read()).toEqual({ light: 'steady', sound: false });
    expect(await failure(driver, { light: 'blue' })).toBe('output: "light" has no value blue');
  });

  it('says why where the server hangs, refuses, closes in the middle or answers something else', async () => {
    const hangs = await wrongServer(() => {});
    expect(await failure(modbusAt(hangs.url, 100))).toBe(
      'no-connection: it does not answer within 100 ms',
    );
    const closed = await wrongServer(() => {});
    await new Promise((resolve) => closed.server.close(resolve));
    expect(await failure(modbusAt(closed.url))).toContain('ECONNREFUSED');
    const middle = await wrongServer((socket) =>
      socket.once('data', () => {
        socket.write(Buffer.from('000100000006', 'hex'));
        setTimeout(() => socket.destroy(), 20);
      }),
    );
    expect(await failure(modbusAt(middle.url))).toBe('no-connection: it closed the connection');
    const chatter = await wrongServer((socket) =>
      socket.once('data', () => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')),
    );
    expect(await failure(modbusAt(chatter.url))).toBe(
      'no-connection: it sent something else: it is no Modbus',
    );
    const refuses = await wrongServer((socket) =>
      socket.once('data', (asked) => {
        const answer = Buffer.from('00000000000301 8502'.replace(' ', ''), 'hex');
        asked.copy(answer, 0, 0, 2);
        socket.write(answer);
      }),
    );
    expect(await failure(modbusAt(refuses.url))).toBe('output: write-coil: it has no such address');
  });

  it('takes no answer to an earlier request for that of a later one, and connects again', async () => {
    let connections = 0;
    const { url } = await wrongServer((socket) => {
      connections++;
      socket.on('data', (asked) => {
        if (connections === 1) return;
        const old = Buffer.from(asked);
        old.writeUInt16BE((asked.readUInt16BE(0) + 0xffff) % 0x10000, 0);
        socket.write(Buffer.concat([old, asked]));
      });
    });
    const driver = modbusAt(url, 1_000);
    expect(await failure(driver)).toContain('does not answer');
    expect(await failure(driver)).toBe('no failure');
    expect(connections).toBe(2);
  });
});

describe('a connection of Modbus TCP that was used', () => {
  it('and is known to this side alone is made again for the same request', async () => {
    let connections = 0;
    const { url } = await wrongServer((socket) => {
      const mine = ++connections;
      let asked = 0;
      socket.on('data', (bytes) => {
        // The first one is forgotten after its first answer, as by a firewall; the second is cut.
        if (mine === 1 && asked++ > 0) return;
        if (mine === 2 && asked++ > 0) socket.resetAndDestroy();
        else socket.write(bytes);
      });
    });
    const driver = modbusAt(url, 1_000);
    for (let times = 0; times < 3; times++) expect(await failure(driver)).toBe('no failure');
    expect(connections).toBe(3);
  });

  it('is made again once for a request and not for ever', async () => {
    let requests = 0;
    const { url } = await wrongServer((socket) =>
      socket.on('data', (bytes) => {
        if (++requests === 1) socket.write(bytes);
      }),
    );
    const driver = modbusAt(url, 1_000);
    expect(await failure(driver)).toBe('no failure');
    expect(await failure(driver)).toContain('does not answer');
    expect(requests).toBe(3);
  });

  it('asks nothing once it is closed', async () => {
    const server = await startModbusServer();
    closing.push(() => server.close());
    const driver = modbusAt(server.url);
    expect(await failure(driver)).toBe('no failure');
    await driver.close();
    expect(await failure(driver)).toBe('no-connection: it is closed');
    expect(server.writes).toHaveLength(1);
  });
});

describe('the driver of HTTP relays', () => {
  it('puts what changes, gets what is, and says why not', async () => {
    const has: Outputs = { lamp: 0, sound: false };
    let status = 200;
    const server = createHttpServer(async (request, response) => {
      let text = '';
      for await (const chunk of request) text += chunk;
      if (request.method === 'PUT' && status === 200) Object.assign(has, JSON.parse(text));
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(has));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => {
      server.closeAllConnections();
      server.close();
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/outputs`;
    const driver = openHttp({
      kind: 'http',
      url,
      timeoutMs: 20_000,
      headers: {},
      outputs: { light: { field: 'lamp', values: light }, sound: {} },
    });
    await driver.write({ light: 'flash', sound: true });
    expect(has).toEqual({ lamp: 2, sound: true });
    expect(await driver.read()).toEqual({ light: 'flash', sound: true });
    status = 503;
    expect(await failure(driver)).toContain('output: it answers 503');
    const hangs = await wrongServer(() => {});
    const slow = openHttp({
      kind: 'http',
      url: hangs.url.replace('modbus', 'http'),
      timeoutMs: 100,
      headers: {},
      outputs: { sound: {} },
    });
    expect(await failure(slow)).toContain('no-connection: it does not answer within 100 ms');
  });
});

describe('the driver of MQTT devices', () => {
  it('writes a topic, and takes what the device says after it', async () => {
    const broker = await startBroker();
    closing.push(() => broker.close());
    const device = await mqtt.connectAsync(broker.url, { protocolVersion: 4 });
    closing.push(() => device.endAsync(true));
    let answers = true;
    device.on('message', (topic, payload) => {
      if (answers) device.publish(topic.replace('/set', '/state'), payload, { retain: true });
    });
    await device.subscribeAsync('beacon/+/set', { qos: 1 });
    await device.publishAsync('beacon/light/state', 'OFF', { retain: true });
    await device.publishAsync('beacon/sound/state', 'false', { retain: true });
    const driver = openMqtt({
      kind: 'mqtt',
      url: broker.url,
      timeoutMs: 2_000,
      outputs: {
        light: {
          set: 'beacon/light/set',
          state: 'beacon/light/state',
          values: { off: 'OFF', flash: 'BLINK' },
        },
        sound: { set: 'beacon/sound/set', state: 'beacon/sound/state' },
      },
    });
    closing.push(() => driver.close());
    for (let tries = 0; (await driver.read().catch(() => null)) === null && tries < 20; tries++);
    expect(await driver.read()).toEqual({ light: 'off', sound: false });
    await driver.write({ light: 'flash', sound: true });
    expect(await driver.read()).toEqual({ light: 'flash', sound: true });
    // What it said before says nothing of the next write.
    answers = false;
    await driver.write({ light: 'off', sound: false });
    await expect(driver.read()).rejects.toThrow('it says nothing of its outputs within 2000 ms');
    await broker.close();
    for (let tries = 0; tries < 50; tries++) {
      if ((await failure(driver)).includes('the broker is away')) break;
    }
    expect(await failure(driver)).toContain('no-connection: the broker is away');
  });
});
