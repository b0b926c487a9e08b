import { expect, it } from 'vitest';
import { withAnnounced } from './announced.ts';

const answer = [
  'm=video 9 UDP/TLS/RTP/SAVPF 102',
  'a=candidate:1 1 UDP 2122317823 10.0.0.7 50003 typ host',
  'a=candidate:2 1 UDP 2122252543 fd00::7 50004 typ host',
  'a=end-of-candidates',
  '',
].join('\r\n');
const candidates = (sdp: string) =>
  sdp.split('\r\n').flatMap((line) => {
    const [, priority, address, port] = /^a=candidate:\S+ 1 UDP (\d+) (\S+) (\d+)/.exec(line) ?? [];
    return address ? [[Number(priority), address, Number(port)]] : [];
  });

it('announces further addresses with the port of the same family, after those of the machine', () => {
  const added = withAnnounced(answer, ['203.0.113.5', '2001:db8::5', 'camera.example']);
  expect(candidates(added)).toEqual([
    [2122317823, '10.0.0.7', 50003],
    [2122252543, 'fd00::7', 50004],
    [2122317823 - 256, '203.0.113.5', 50003],
    [2122252543 - 512, '2001:db8::5', 50004],
    [2122317823 - 768, 'camera.example', 50003],
  ]);
  expect(added.endsWith('a=end-of-candidates\r\n')).toBe(true);
  expect(new Set(added.match(/^a=candidate:\S+/gm)).size).toBe(5);
});

it('leaves an answer as it is without further addresses, and announces none twice', () => {
  expect(withAnnounced(answer, [])).toBe(answer);
  expect(withAnnounced(answer, ['10.0.0.7'])).toBe(answer);
});
