import { expect, it } from 'vitest';
import { type DeviceKind, deviceKinds, type NewDevice } from './devices-api.ts';
import { setupLines } from './setup-lines.ts';

const made = (kind: DeviceKind) =>
  ({
    kind,
    name: 'gate-1',
    secret: 'anshi_0123456789abcdef_secret',
    busUser: `${kind}-gate-1`,
    busTopics: ['anshi/v1/demo/x/gate-1'],
    busReads: kind === 'actuator' ? ['anshi/v1/demo/command/gate-1'] : [],
    busKey: kind === 'actuator' ? 'the-key' : null,
  }) as NewDevice;
const linesOf = (kind: DeviceKind) => setupLines(made(kind), 'https://anshi.example');

it('each kind of device has the lines that its product takes', () => {
  for (const kind of deviceKinds) {
    const { http, mqtt } = linesOf(kind);
    expect(mqtt.map(({ value }) => value)).toContain(`${kind}-gate-1`);
    expect(JSON.stringify([http, mqtt])).toContain('anshi_0123456789abcdef_secret');
  }
  expect(linesOf('machine').http).toEqual([]);
  const actuator = linesOf('actuator').mqtt.map(({ value }) => value);
  expect(actuator).toEqual(expect.arrayContaining(['anshi/v1/demo/command/gate-1', 'the-key']));
  expect(linesOf('reader').http.map(({ value }) => value)).toEqual([
    'https://anshi.example/api/v1/ingest/rfid/impinj',
    'Authorization: Bearer anshi_0123456789abcdef_secret',
    'gate-1:anshi_0123456789abcdef_secret',
  ]);
  expect(linesOf('tracker').http[0]?.value).toBe(
    'https://anshi.example/api/v1/ingest/gps/traccar/anshi_0123456789abcdef_secret',
  );
  expect(linesOf('mes').http.map(({ value }) => value)).toEqual([
    'https://anshi.example/api/v1/match/check',
    'Authorization: Bearer anshi_0123456789abcdef_secret',
  ]);
  expect(linesOf('worker').http[0]?.value).toContain('ANSHI_WORKER_SECRET=anshi_');
});
