// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how cameras.yaml names a variable
import { expect, test } from 'vitest';
import { resolveSource, takeCameraVariables } from './source.ts';

const read = (url: string, env = {}) => resolveSource({ id: 'gate', url }, env, '/etc/anshi');

test('keeps the password for ffmpeg and hides it from people', () => {
  const source = read('rtsp://u:${ANSHI_CAMERA_PW}@10.0.0.7/1', { ANSHI_CAMERA_PW: 'geheim' });
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

test('hides a variable at any position, in each form that ffmpeg may print', () => {
  const url = 'rtsp://h/${ANSHI_CAMERA_A}/live?u=${ANSHI_CAMERA_B}';
  const env = { ANSHI_CAMERA_A: 'ge heim'.replace(' ', '+'), ANSHI_CAMERA_B: 'zwei&drei' };
  const { shown, mask } = read(url, env);
  expect(shown).toBe('rtsp://h/***/live?u=***');
  expect(mask('open ge+heim and ge%2Bheim, zwei&drei, zwei%26drei')).toBe(
    'open *** and ***, ***, ***',
  );
});

test('an address cannot bring a second line into what ffmpeg reads', () => {
  const env = { ANSHI_CAMERA_A: "x'\nfile '/etc/passwd" };
  expect(() => read('rtsp://h/${ANSHI_CAMERA_A}', env)).toThrow('is not an address');
});

test('the passwords of cameras are not left for the programs that a worker starts', () => {
  const env: Record<string, string | undefined> = { ANSHI_CAMERA_A: 'geheim', PATH: '/bin' };
  expect(takeCameraVariables(env)).toEqual({ ANSHI_CAMERA_A: 'geheim', PATH: '/bin' });
  expect(env).toEqual({ PATH: '/bin' });
});
