import { expect, it } from 'vitest';
import { alarmBusKey, openAlarmKeys, sealAlarmKeys } from './alarm-keys.ts';
import { actuatorBusKey, workerBusKey } from './signature.ts';

const SECRET = 'a secret of the bus, long enough for all';

it('keys of alarms differ by device and by worker, and are no keys of commands', () => {
  const device = actuatorBusKey(SECRET, 'demo', 'cell-beacon');
  const keys = [
    device,
    alarmBusKey(device, 'worker-1'),
    alarmBusKey(device, 'worker-2'),
    alarmBusKey(actuatorBusKey(SECRET, 'demo', 'gate-beacon'), 'worker-1'),
  ];
  expect(new Set(keys).size).toBe(4);
});

it('sealed keys open for their worker alone, and not where they were changed', () => {
  const worker = workerBusKey(SECRET, 'demo', 'worker-1');
  const keys = { 'cell-beacon': 'ab'.repeat(32) };
  const sealed = sealAlarmKeys(worker, keys);
  expect(openAlarmKeys(worker, sealed)).toEqual(keys);
  expect(sealed).not.toBe(sealAlarmKeys(worker, keys));
  expect(() => openAlarmKeys(workerBusKey(SECRET, 'demo', 'worker-2'), sealed)).toThrow();
  const bytes = Buffer.from(sealed, 'base64url');
  bytes.writeUInt8(bytes.readUInt8(40) ^ 1, 40);
  expect(() => openAlarmKeys(worker, bytes.toString('base64url'))).toThrow();
  expect(() => openAlarmKeys(worker, '')).toThrow();
});
