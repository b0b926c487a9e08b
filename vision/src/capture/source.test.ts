import { expect, test } from 'vitest';
import { resolveSource } from './source.ts';

const read = (url: string, env = {}) => resolveSource({ id: 'gate', url }, env, '/etc/anshi');

test('keeps the password for ffmpeg and hides it from people', () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how cameras.yaml names a variable
  const source = read('rtsp://u:${PW}@10.0.0.7/1', { PW: 'geheim' });
  expect(source.input).toBe('rtsp://u:geheim@10.0.0.7/1');
  expect(source.shown).toBe('rtsp://***@10.0.0.7/1');
});

test('a file is absolute or relative to the folder of the cameras file', () => {
  expect(read('file:///v/a%20b.mp4').input).toBe('/v/a b.mp4');
  expect(read('file:clips/a.mp4').input).toBe('/etc/anshi/clips/a.mp4');
  expect(read('file:/v/a.mp4').input).toBe('/v/a.mp4');
});

test('a wrong scheme is refused without showing the password', () => {
  expect(() => read('http://u:geheim@h/1')).toThrow(
    /camera "gate": http:\/\/\*\*\*@h\/1 must begin/,
  );
});
