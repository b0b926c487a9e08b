import { describe, expect, it } from 'vitest';
import { exportedAddress, holdsSecret, MASK, shownAddress, unmaskedAddress } from './address.ts';

// biome-ignore lint/suspicious/noTemplateCurlyInString: this is how an address names a variable
const BY_VARIABLE = 'rtsp://viewer:${ANSHI_CAMERA_GATE}@192.0.2.10/stream1';

describe('the address of a camera', () => {
  it.each([
    ['rtsp://viewer:geheim@192.0.2.10/stream1', 'rtsp://viewer:***@192.0.2.10/stream1'],
    ['rtsp://viewer:ge/h@eim@192.0.2.10/s', 'rtsp://viewer:***@192.0.2.10/s'],
    ['rtsp://192.0.2.10/x?user=a&password=geheim', 'rtsp://192.0.2.10/x?user=a&password=***'],
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
