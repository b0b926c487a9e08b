import { describe, expect, test } from 'vitest';
import { classifyEnd } from './faults.ts';

/** Messages that ffmpeg 7.1 wrote for real servers with these faults. */
const SAMPLES: [name: string, code: string, hadFrames: boolean, log: string][] = [
  [
    'nothing listens',
    'unreachable',
    false,
    `[tcp @ 0x56098d04b180] Connection to tcp://127.0.0.1:9?timeout=2000000 failed: Connection refused
[in#0 @ 0x56098d04b380] Error opening input: Connection refused
Error opening input files: Connection refused`,
  ],
  [
    'an unknown host name',
    'unreachable',
    false,
    `[tcp @ 0x556991a38140] Failed to resolve hostname no-such-host.invalid: Name or service not known
[in#0 @ 0x556991a35380] Error opening input: Input/output error`,
  ],
  [
    'a server that does not answer',
    'unreachable',
    false,
    `[rtsp @ 0x562236e18580] Failed reading RTSP data: Connection timed out
[in#0 @ 0x562236e18380] Error opening input: Invalid data found when processing input`,
  ],
  [
    'a wrong path',
    'not-found',
    false,
    `[rtsp @ 0x55f90d0b9580] method DESCRIBE failed: 404Not Found
[in#0 @ 0x55f90d0b9380] Error opening input: Server returned 404 Not Found`,
  ],
  [
    'a wrong password',
    'unauthorized',
    false,
    `[rtsp @ 0x55eae842d580] method DESCRIBE failed: 401Unauthorized
[in#0 @ 0x55eae842d380] Error opening input: Server returned 401 Unauthorized (authorization failed)`,
  ],
  [
    'a forbidden stream',
    'unauthorized',
    false,
    `[rtsp @ 0x564a036cb580] method DESCRIBE failed: 403Forbidden
[in#0 @ 0x564a036cb380] Error opening input: Server returned 403 Forbidden (access denied)`,
  ],
  [
    'sound only',
    'no-video',
    false,
    `Stream map '' matches no streams.
To ignore this, add a trailing '?' to the map.
Failed to set value '0:v:0' for option 'map': Invalid argument`,
  ],
  [
    'sound only, nothing readable',
    'no-video',
    false,
    '[in#0 @ 0x5619de4f1380] Error opening input: Invalid data found when processing input',
  ],
  [
    'a dropped connection, exit code 0',
    'ended',
    true,
    `[rtsp @ 0x5652da566580] Failed reading RTSP data: End of file
    Last message repeated 1 times`,
  ],
  [
    'a frozen camera, exit code 0',
    'stalled',
    true,
    `[rtsp @ 0x5619fd925580] Failed reading RTSP data: Connection timed out
[in#0/rtsp @ 0x5619fd925380] Error during demuxing: Connection timed out`,
  ],
  [
    'a full disk',
    'failed',
    true,
    '[out#1/segment @ 0x561054f87000] Error writing trailer: No space left on device',
  ],
];

describe('cause of an exit', () => {
  test.each(SAMPLES)('%s is %s', (_name, code, hadFrames, log) => {
    const fault = classifyEnd({
      log: log.split('\n'),
      hadFrames,
      source: { kind: 'rtsp', shown: 'rtsp://10.0.0.7/ch1' },
      stallSeconds: 20,
    });
    expect(fault.code).toBe(code);
    expect(fault.message.length).toBeGreaterThan(20);
  });

  test('a missing file is a configuration fault', () => {
    const fault = classifyEnd({
      log: ['[in#0 @ 0x5] Error opening input: No such file or directory'],
      hadFrames: false,
      source: { kind: 'file', shown: '/videos/a.mp4' },
      stallSeconds: 20,
    });
    expect(fault).toMatchObject({ code: 'configuration' });
    expect(fault.message).toContain('/videos/a.mp4');
  });

  test('an unknown cause shows the last message of ffmpeg', () => {
    const fault = classifyEnd({
      log: ['something', 'Conversion failed!'],
      hadFrames: false,
      source: { kind: 'rtsp', shown: 'rtsp://h/1' },
      stallSeconds: 20,
    });
    expect(fault).toMatchObject({ code: 'failed' });
    expect(fault.message).toContain('Conversion failed!');
  });
});
