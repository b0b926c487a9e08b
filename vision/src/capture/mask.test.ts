import { expect, test } from 'vitest';
import { maskCredentials } from './mask.ts';

test('hides user and password of an address inside a log line', () => {
  expect(maskCredentials('Error opening input file rtsp://admin:p@ss:w0rd@10.0.0.7:554/ch1.')).toBe(
    'Error opening input file rtsp://***@10.0.0.7:554/ch1.',
  );
});

test('hides secrets in a query and leaves the rest', () => {
  expect(maskCredentials('rtsp://host/live?channel=1&password=abc&x=2')).toBe(
    'rtsp://host/live?channel=1&password=***&x=2',
  );
});

test('leaves an address without credentials as it is', () => {
  expect(maskCredentials('rtsp://10.0.0.7/ch1 e-mail me@home')).toBe(
    'rtsp://10.0.0.7/ch1 e-mail me@home',
  );
});

test('hides a password that was not encoded', () => {
  expect(maskCredentials('camera "a": rtsp://admin:a/b?c#d@10.0.0.7/ch1 is not an address')).toBe(
    'camera "a": rtsp://***@10.0.0.7/ch1 is not an address',
  );
});

test('hides secrets under longer names', () => {
  expect(maskCredentials('rtsp://host/live?access_token=abc&user_pwd=d&apikey=e&x=2')).toBe(
    'rtsp://host/live?access_token=***&user_pwd=***&apikey=***&x=2',
  );
});

test('hides secrets in the path', () => {
  const path = 'user=admin_password=tl_J9x_channel=1_stream=0.sdp?real_stream';
  expect(maskCredentials(`Error opening rtsp://10.0.0.7:554/${path}`)).toBe(
    'Error opening rtsp://10.0.0.7:554/user=admin_password=***_channel=1_stream=0.sdp?real_stream',
  );
  expect(maskCredentials('rtsp://10.0.0.7/token=abc/main;pwd=d')).toBe(
    'rtsp://10.0.0.7/token=***/main;pwd=***',
  );
});
