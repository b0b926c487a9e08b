import { topics } from '@anshi/contracts';
import mqtt from 'mqtt';
import pino from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BUS_USER_SECRET, openTestBroker } from '../testing/bus-brokers.ts';
import { until } from '../testing/site.ts';
import { connectBus } from './bus.ts';

/** More than mosquitto sends by default before the first is acknowledged. */
const MESSAGES = 300;

describe.each(['embedded', 'mosquitto'] as const)('messages of QoS 1, by the %s broker', (kind) => {
  it('come again to the next process until they are handled, and once to one that lost its connection', async () => {
    const broker = await openTestBroker(kind);
    onTestFinished(() => broker.stop());
    const address = (user: string) => broker.url.replace('//', `//${user}:${BUS_USER_SECRET}@`);
    const connect = async () => {
      const bus = connectBus(address('api'), 'api', pino({ level: 'silent' }));
      onTestFinished(() => bus.close());
      await until(() => bus.connected, 'the bus is connected');
      return bus;
    };
    const heard: { n: number; isAgain: boolean; done(): void }[] = [];
    const listen = (bus: Awaited<ReturnType<typeof connect>>) =>
      bus.subscribe(topics.machineState('demo', '+'), 1, (_topic, message, _payload, isAgain) => {
        const { n } = message as { n: number };
        return new Promise((done) => heard.push({ n, isAgain, done }));
      });
    const first = await connect();
    listen(first);
    // A machine alone is slowed down to 20 messages a second.
    const plant = await mqtt.connectAsync(address('simulator'), {
      clientId: 'simulator',
      protocolVersion: 4,
    });
    onTestFinished(() => plant.endAsync(true));
    const send = (n: number) =>
      plant.publishAsync(topics.machineState('demo', 'one'), JSON.stringify({ n }), { qos: 1 });
    await until(async () => {
      await send(-1);
      return heard.length > 0;
    }, 'it is subscribed');
    await Promise.all(Array.from({ length: MESSAGES }, (_, n) => send(n)));
    await until(() => heard.filter(({ n }) => n >= 0).length === MESSAGES, 'all are heard');
    // All but ten are handled; the process ends without a word of those.
    for (const { n, done } of heard) if (n < MESSAGES - 10) done();
    await send(MESSAGES);
    await until(() => heard.at(-1)?.n === MESSAGES, 'the last one is heard');
    heard.at(-1)?.done();
    await new Promise((resolve) => setTimeout(resolve, 100));
    await first.close();
    heard.length = 0;

    const second = await connect();
    // Before it has subscribed.
    await send(MESSAGES + 1);
    listen(second);
    await until(() => heard.length >= 11, 'what was not handled comes again');
    const left = Array.from({ length: 10 }, (_, n) => MESSAGES - 10 + n);
    // The embedded broker may send a new one between those that waited.
    const inOrder = () => heard.toSorted((a, b) => a.n - b.n);
    expect(inOrder().map(({ n }) => n)).toEqual([...left, MESSAGES + 1]);
    expect(inOrder().map(({ isAgain }) => isAgain)).toEqual([...left.map(() => true), false]);

    // The connection is taken over, and comes back: what is being handled is not delivered once more.
    const since = second.connectedSince;
    const other = await mqtt.connectAsync(address('api'), {
      clientId: 'api',
      protocolVersion: 4,
      clean: false,
      reconnectPeriod: 0,
    });
    await until(() => !second.connected, 'the connection is lost');
    await other.endAsync(true);
    await until(() => second.connected && second.connectedSince !== since, 'it is back');
    await send(MESSAGES + 2);
    await until(() => heard.some(({ n }) => n === MESSAGES + 2), 'a further one');
    expect(inOrder().map(({ n }) => n)).toEqual([...left, MESSAGES + 1, MESSAGES + 2]);
    for (const { done } of heard) done();
    await new Promise((resolve) => setTimeout(resolve, 100));
    await second.close();
    heard.length = 0;

    const third = await connect();
    listen(third);
    await send(MESSAGES + 3);
    await until(() => heard.length > 0, 'a new one');
    expect(heard.map(({ n }) => n)).toEqual([MESSAGES + 3]);
  });
});
