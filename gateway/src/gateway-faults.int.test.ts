import { type AddressInfo, connect, createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startBroker } from './testing/broker.ts';
import {
  alarmOf,
  at,
  commandOf,
  GatewayWorld,
  LIGHT,
  LOST,
  SOUND,
} from './testing/gateway-world.ts';
import { startModbusServer } from './testing/modbus-server.ts';

let world: GatewayWorld;
beforeEach(async () => {
  world = await GatewayWorld.open();
});
afterEach(() => world.close());

describe('a gateway whose parts fail', () => {
  it('carries out each id once and none after its time, also over kill -9', async () => {
    await world.start();
    await world.isOnline();
    const one = alarmOf();
    await world.sendAlarm(one);
    await world.answerTo(one);
    await world.sendAlarm(one);
    await world.until(() => world.answers.length === 2);
    expect(world.answers[1]).toEqual(world.answers[0]);
    expect(world.begun()).toBe(1);

    // Killed while it is on: the next start puts it off first, and does none of it again.
    await world.end('SIGKILL');
    expect(world.isOn()).toBe(true);
    const late = commandOf({ validUntil: at(300) });
    await world.sendCommand(late);
    await world.until(() => Date.now() > Date.parse(late.validUntil));
    await world.start();
    expect(world.isOff()).toBe(true);
    await world.sendAlarm(one);
    await world.until(() => world.answers.length === 3);
    expect(world.begun()).toBe(1);
    expect(world.isOff()).toBe(true);
    // It may wait in the session of the device; it is never done.
    await world.sendCommand(late);
    expect(await world.resultOf(late)).toMatchObject({ result: 'refused', fault: 'late' });
    expect(world.plc.writes.some((write) => write.of === 'register' && write.value === 1)).toBe(
      false,
    );
  });

  it('does not do again what a process that was killed had begun', async () => {
    // Between the gateway and the PLC, which hangs when it is told to.
    let isHanging = false;
    let begin = () => {};
    const between = createServer((socket) => {
      const onward = connect(world.plc.port, '127.0.0.1');
      socket.on('error', () => onward.destroy());
      onward.on('error', () => socket.destroy());
      socket.on('close', () => onward.destroy());
      onward.pipe(socket);
      socket.on('data', (bytes) => {
        if (isHanging) begin();
        else onward.write(bytes);
      });
    });
    await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve));
    const { port } = between.address() as AddressInfo;
    await world.start('', `modbus://127.0.0.1:${port}`);
    await world.isOnline();
    const written = new Promise<void>((resolve) => {
      begin = resolve;
    });
    isHanging = true;
    const one = alarmOf();
    await world.sendAlarm(one);
    await written;
    await world.end('SIGKILL');
    isHanging = false;
    await world.start('', `modbus://127.0.0.1:${port}`);
    await world.sendAlarm(one);
    expect(await world.answerTo(one)).toMatchObject({ result: 'failed', fault: 'output' });
    expect(world.begun()).toBe(0);
    // The next one of the act is given.
    const two = alarmOf();
    await world.sendAlarm(two);
    expect(await world.answerTo(two)).toMatchObject({ result: 'done', runs: two.id });
    await world.end('SIGTERM');
    await new Promise((resolve) => between.close(resolve));
  });

  it('says where the PLC is gone, and puts it into the safe state once it is back', async () => {
    await world.start();
    await world.isOnline();
    const one = alarmOf({ holdSeconds: 1 });
    await world.sendAlarm(one);
    await world.answerTo(one);
    const { port } = world.plc;
    await world.plc.close();
    const two = alarmOf();
    await world.sendAlarm(two);
    expect(await world.answerTo(two)).toMatchObject({ result: 'failed', fault: 'no-connection' });
    await world.until(() => world.states.at(-1)?.online === false);
    world.plc = await startModbusServer(port);
    world.plc.setRegister(LIGHT, 2);
    world.plc.setCoil(SOUND, true);
    await world.until(() => world.isOff());
    await world.until(() => world.states.at(-1)?.online === true);
  });

  it('shows at the device that the bus is lost, and that it is back', async () => {
    await world.start();
    await world.isOnline();
    expect(world.plc.coil(LOST)).toBe(false);
    const { port } = world.broker;
    const one = alarmOf({ holdSeconds: 2 });
    await world.sendAlarm(one);
    await world.answerTo(one);
    await world.broker.close();
    // What was on goes off in its time without the world.bus.
    await world.until(() => world.isOff());
    await world.until(() => world.plc.coil(LOST));
    world.broker = await startBroker(port);
    await world.until(() => !world.plc.coil(LOST));
    const two = alarmOf();
    await world.until(() => world.bus.connected);
    await world.sendAlarm(two);
    expect(await world.answerTo(two)).toMatchObject({ result: 'done' });
  });

  it('ends in its safe state', async () => {
    await world.start();
    await world.isOnline();
    const one = alarmOf();
    await world.sendAlarm(one);
    await world.answerTo(one);
    await world.end('SIGTERM');
    expect(world.isOff()).toBe(true);
    await world.until(() => world.states.at(-1)?.online === false);
  });
});
