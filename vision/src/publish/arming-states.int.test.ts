import { armingPlace, type CameraConfig, topics } from '@anshi/contracts';
import { textSignature } from '@anshi/contracts/bus-signature';
import mqtt from 'mqtt';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { isArmed } from '../judge/arming.ts';
import { CAMERA } from '../judge/scenes.ts';
import { startBroker } from '../testing/broker.ts';
import { ArmingStates } from './arming-states.ts';
import { Bus } from './bus.ts';

it('a worker hears what of a zone is armed, retained too, and arms it when the broker and the API are gone', async () => {
  const broker = await startBroker();
  const key = 'b'.repeat(64);
  const api = await mqtt.connectAsync(broker.url, { protocolVersion: 4 });
  const topic = topics.arming('demo', armingPlace('gate', 'hall'));
  const camera: CameraConfig = {
    ...CAMERA,
    zones: CAMERA.zones.map((zone) => ({
      ...zone,
      area: 'hall',
      armed: { by: 'permit', while: 'none' },
    })),
  };
  const rule = camera.rules[1]!;
  const tell = (armed: boolean, forMs: number) => {
    const content = JSON.stringify({
      camera: 'gate',
      zone: 'hall',
      states: [
        {
          rule: null,
          by: 'permit',
          armed,
          cause: armed ? 'permit-suspended' : 'permit-active',
          permit: null,
          since: null,
          until: null,
        },
      ],
      at: new Date().toISOString(),
      validUntil: new Date(Date.now() + forMs).toISOString(),
    });
    const signatures = { w: textSignature(key, topic, content) };
    const message = JSON.stringify({ content, signatures });
    return api.publishAsync(topic, message, { qos: 1, retain: true });
  };
  await tell(false, 60_000);
  const log = pino({ level: 'silent' });
  const states = new ArmingStates({ tenant: 'demo', worker: 'w', key, log });
  let heard = () => {};
  const bus = new Bus({
    url: broker.url,
    tenant: 'demo',
    worker: 'w',
    key,
    log,
    onAcknowledgement: () => {},
    onArming: (at, payload) => {
      states.take(at, payload);
      heard();
    },
    onConnect: () => {},
  });
  const arming = () => states.of(camera);
  const isOn = () => isArmed(rule, { zones: camera.zones, machines: [], arming: arming() });
  const until = async (isSo: () => boolean) => {
    while (!isSo()) {
      await new Promise<void>((resolve) => {
        heard = resolve;
      });
    }
  };
  try {
    await until(() => !isOn());
    await tell(true, 60_000);
    await until(isOn);
    await tell(false, 1_500);
    await until(() => !isOn());
    await broker.close();
    const began = Date.now();
    while (!isOn()) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(Date.now() - began).toBeLessThan(10_000);
    expect(arming()[0]).toMatchObject({ state: 'expired' });
  } finally {
    await bus.close();
    await api.endAsync(true);
    await broker.close().catch(() => {});
  }
}, 60_000);
