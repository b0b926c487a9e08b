import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deviceAddress, idOf, marksOf, withLogin } from './new-camera.ts';

const nothing = { connectMs: null, signedIn: null, stream: null, firstPictureMs: null };

describe('a new camera', () => {
  it.each([
    ['name-not-found', nothing, ['bad', 'open', 'open', 'open']],
    [
      'wrong-password',
      { ...nothing, connectMs: 1, signedIn: false },
      ['ok', 'bad', 'open', 'open'],
    ],
    ['no-stream', { ...nothing, connectMs: 1 }, ['ok', 'open', 'bad', 'open']],
    [
      'codec',
      { ...nothing, connectMs: 1, signedIn: true, stream: {} },
      ['ok', 'ok', 'bad', 'open'],
    ],
    ['failed', { ...nothing, connectMs: 1, signedIn: true, stream: {} }, ['ok', 'ok', 'ok', 'bad']],
    [
      'ok',
      { connectMs: 1, signedIn: true, stream: {}, firstPictureMs: 900 },
      ['ok', 'ok', 'ok', 'ok'],
    ],
  ])('shows how far a test that ended with %s came', (outcome, said, marks) => {
    const { connect, signIn, stream, picture } = marksOf({ ...said, outcome });
    expect([connect, signIn, stream, picture]).toEqual(marks);
  });

  it('has an address from which user and password are read back, whatever they hold', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme-ascii', minLength: 1 }),
        fc.string({ unit: 'grapheme' }),
        (user, password) => {
          const {
            username,
            password: read,
            host,
          } = new URL(withLogin('rtsp://192.0.2.10:554/live?a=1', user, password));
          expect([decodeURIComponent(username), decodeURIComponent(read), host]).toEqual([
            user,
            password,
            '192.0.2.10:554',
          ]);
        },
      ),
    );
    expect(withLogin('rtsp://h/s', '', '')).toBe('rtsp://h/s');
  });

  it('gets an id of its name that the API takes', () => {
    expect(idOf('Gate north #2')).toBe('gate-north-2');
    expect(idOf('北门')).toBe('');
    fc.assert(
      fc.property(fc.string(), (name) => {
        expect(idOf(name)).toMatch(/^([a-z0-9]+(-[a-z0-9]+)*)?$/);
      }),
    );
  });

  it.each([
    ['192.0.2.10', 'http://192.0.2.10/'],
    [' camera.example:8080 ', 'http://camera.example:8080/'],
    ['2001:db8::10', 'http://[2001:db8::10]/'],
    ['[2001:db8::10]:8000', 'http://[2001:db8::10]:8000/'],
    ['https://192.0.2.10/onvif/device_service', 'https://192.0.2.10/onvif/device_service'],
    ['rtsp://192.0.2.10/', null],
    ['user@192.0.2.10', null],
    ['', null],
  ])('reads the address of a device: %s', (text, address) => {
    expect(deviceAddress(text)).toBe(address);
  });
});
