import { describe, expect, it } from 'vitest';
import {
  exportedAddress,
  foreignVariables,
  holdsSecret,
  hostAddress,
  MASK,
  shownAddress,
  unmaskedAddress,
} from './address.ts';

// biome-ignore lint/suspicious/noTemplateCurlyInString: this is how an address names a variable
const BY_VARIABLE = 'rtsp://viewer:${ANSHI_CAMERA_GATE}@192.0.2.10/stream1';
// biome-ignore lint/suspicious/noTemplateCurlyInString: the same
const IN_PATH = 'rtsp://192.0.2.10/user=admin_password=${ANSHI_CAMERA_GATE}_channel=1';

it.each([
  ['rtsp://viewer:geheim@192.0.2.10:554/stream1?password=x', 'rtsp://192.0.2.10:554'],
  ['https://192.0.2.10/onvif/device_service', 'https://192.0.2.10'],
  ['rtsp://viewer:ge/h@eim@192.0.2.10/s', MASK],
  ['rtsp://192.0.2.10/user=admin_password=ge@heim_channel=1', MASK],
  ['geheim', MASK],
])('of %s the audit log says where it leads to: %s', (address, said) => {
  expect(hostAddress(address)).toBe(said);
});

describe('the address of a camera', () => {
  it.each([
    ['rtsp://viewer:geheim@192.0.2.10/stream1', 'rtsp://viewer:***@192.0.2.10/stream1'],
    ['rtsp://viewer:ge/h@eim@192.0.2.10/s', 'rtsp://viewer:***@192.0.2.10/s'],
    ['rtsp://192.0.2.10/x?user=a&password=geheim', 'rtsp://192.0.2.10/x?user=a&password=***'],
    [
      'rtsp://10.0.0.7:554/user=admin_password=tl_J9x_channel=1_stream=0.sdp?real_stream',
      'rtsp://10.0.0.7:554/user=admin_password=***_channel=1_stream=0.sdp?real_stream',
    ],
    [
      'rtsp://10.0.0.7/user=admin_password=a@b_channel=1',
      'rtsp://10.0.0.7/user=admin_password=***_channel=1',
    ],
    [IN_PATH, IN_PATH],
    [BY_VARIABLE, BY_VARIABLE],
    ['rtsp://192.0.2.10/stream1', 'rtsp://192.0.2.10/stream1'],
    ['file:clips/a.mp4', 'file:clips/a.mp4'],
  ])('is shown without what is secret: %s', (address, shown) => {
    expect(shownAddress(address)).toBe(shown);
    expect(holdsSecret(address)).toBe(address !== shown);
  });

  it('keeps its password for another stream of the same device, and for no other device', () => {
    const stored = 'rtsp://viewer:geheim@192.0.2.10:554/stream1';
    expect(unmaskedAddress(shownAddress(stored), stored)).toBe(stored);
    expect(unmaskedAddress('rtsp://viewer:***@192.0.2.10:554/stream2', stored)).toBe(
      'rtsp://viewer:geheim@192.0.2.10:554/stream2',
    );
    expect(unmaskedAddress('rtsp://viewer:new@192.0.2.10:554/stream1', stored)).toBe(
      'rtsp://viewer:new@192.0.2.10:554/stream1',
    );
    for (const elsewhere of [
      'rtsp://viewer:***@198.51.100.7:554/stream1',
      'rtsp://viewer:***@192.0.2.10:8554/stream1',
      'rtsp://other:***@192.0.2.10:554/stream1',
      'rtsps://viewer:***@192.0.2.10:554/stream1',
      'rtsp://viewer:***@192.0.2.10:554?password=***',
      `file:${MASK}`,
    ]) {
      expect(unmaskedAddress(elsewhere, stored), elsewhere).toBeNull();
    }
  });

  it('names its own variables, and others only for the device for which they are stored', () => {
    const of = (
      given: string,
      stored: string | null = null,
      others: { id: string; addresses: string[] }[] = [],
    ) => foreignVariables('gate', { given, stored, others });
    const by = (name: string, host = '192.0.2.10') => `rtsp://viewer:\${${name}}@${host}/s`;
    expect(of(by('ANSHI_CAMERA_GATE', '198.51.100.7'))).toEqual([]);
    expect(of(by('ANSHI_CAMERA_GATE_2'))).toEqual([]);
    const second = { id: 'gate-2', addresses: ['rtsp://192.0.2.11/s'] };
    expect(of(by('ANSHI_CAMERA_GATE_2'), null, [second])).toEqual(['ANSHI_CAMERA_GATE_2']);
    // A new camera whose id is the name of a password of another one.
    const first = { id: 'gate', addresses: ['rtsp://192.0.2.12/s', by('ANSHI_CAMERA_GATE_KEY')] };
    const given = { given: by('ANSHI_CAMERA_GATE_KEY'), stored: null };
    expect(foreignVariables('gate-key', { ...given, others: [first] })).toHaveLength(1);
    expect(foreignVariables('gate-key', { ...given, others: [second] })).toEqual([]);
    expect(of(by('ANSHI_CAMERA_GATEWAY'))).toEqual(['ANSHI_CAMERA_GATEWAY']);
    expect(of(by('ANSHI_CAMERA_YARD'))).toEqual(['ANSHI_CAMERA_YARD']);

    const stored = by('ANSHI_CAMERA_YARD');
    expect(of(stored, stored)).toEqual([]);
    expect(of(stored.replace('/s', '/other?x=1'), stored)).toEqual([]);
    for (const elsewhere of [
      by('ANSHI_CAMERA_YARD', '198.51.100.7'),
      by('ANSHI_CAMERA_YARD', '192.0.2.10:8554'),
      stored.replace('viewer', 'other'),
      stored.replace('rtsp:', 'rtsps:'),
      // For the player the host is what stands before the first slash.
      `rtsp://viewer:x@198.51.100.7/\${ANSHI_CAMERA_YARD}@192.0.2.10/s`,
    ]) {
      expect(of(elsewhere, stored), elsewhere).toEqual(['ANSHI_CAMERA_YARD']);
    }
    // A port that a variable names, as in the demo.
    const plant = `rtsp://127.0.0.1:\${ANSHI_SIM_RTSP_PORT}/hall-west`;
    expect(of(plant, plant)).toEqual([]);
    expect(of(plant.replace('hall-west', 'aisle'), plant)).toEqual([]);
    expect(of(plant)).toEqual(['ANSHI_SIM_RTSP_PORT']);
  });

  it('leaves the system as a variable, unless it names its own or is a file', () => {
    const name = 'ANSHI_CAMERA_HALL_WEST_ADDRESS';
    const variable = { url: `rtsp://\${${name}}`, variable: name };
    for (const address of ['rtsp://viewer:geheim@192.0.2.10/stream1', 'rtsp://192.0.2.10/s']) {
      expect(exportedAddress('hall-west', address)).toEqual(variable);
    }
    for (const address of [BY_VARIABLE, 'file:clips/a.mp4', 'file:///videos/a.mp4']) {
      expect(exportedAddress('hall-west', address)).toEqual({ url: address, variable: null });
    }
  });
});
