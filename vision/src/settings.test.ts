import { expect, test } from 'vitest';
import { workerSettings } from './settings.ts';

const needed = {
  ANSHI_MQTT_URL: 'mqtt://127.0.0.1:1883',
  ANSHI_API_URL: 'http://127.0.0.1:8080',
  ANSHI_WORKER_TOKEN: 'a-secret-of-a-worker',
  ANSHI_BUS_KEY: 'b'.repeat(64),
};

test('has defaults for all that can have one', () => {
  expect(workerSettings(needed)).toMatchObject({
    ANSHI_WORKER_ID: 'worker-1',
    ANSHI_RING_SECONDS: 60,
    ANSHI_PPE_MODEL: 'ppe',
    ANSHI_STALL_SECONDS: 20,
    ANSHI_WORKER_HTTP_PORT: 0,
  });
});

test('names every variable that is missing or wrong', () => {
  const bad = {
    ANSHI_MQTT_URL: 'here',
    ANSHI_WORKER_SECRET: 'anshi_x',
    ANSHI_WORKER_TOKEN: 'short',
    ANSHI_LIVE_PORTS: '60000-50000',
    ANSHI_PPE_MODEL: '../ppe',
    ANSHI_RING_SECONDS: '5',
  };
  expect(() => workerSettings(bad)).toThrow(
    /ANSHI_MQTT_URL[\s\S]*ANSHI_API_URL[\s\S]*ANSHI_WORKER_SECRET[\s\S]*ANSHI_WORKER_TOKEN[\s\S]*ANSHI_BUS_KEY[\s\S]*ANSHI_PPE_MODEL[\s\S]*ANSHI_RING_SECONDS[\s\S]*ANSHI_LIVE_PORTS/,
  );
});
