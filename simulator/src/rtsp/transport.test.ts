import { expect, it } from 'vitest';
import { mountName } from './connection.ts';
import { parseTransport } from './transport.ts';

it.each([
  ['RTP/AVP/TCP;unicast;interleaved=2-3', { kind: 'tcp', rtp: 2, rtcp: 3 }],
  ['RTP/AVP/TCP;unicast', { kind: 'tcp', rtp: 0, rtcp: 1 }],
  ['RTP/AVP;unicast;client_port=5000-5001', { kind: 'udp', rtp: 5000, rtcp: 5001 }],
  ['RTP/AVP/UDP;unicast;client_port=5000', { kind: 'udp', rtp: 5000, rtcp: 5001 }],
  ['RTP/AVP;multicast,RTP/AVP/TCP;interleaved=0-1', { kind: 'tcp', rtp: 0, rtcp: 1 }],
  ['RTP/AVP;multicast;client_port=5000-5001', null],
  ['RTP/AVP;unicast', null],
  ['RTP/AVP;unicast;client_port=70000-70001', null],
  ['RTP/AVP;unicast;client_port=5000-0', null],
  ['RTP/AVP/TCP;interleaved=0-300', null],
  ['', null],
])('parseTransport(%s)', (header, expected) => {
  expect(parseTransport(header)).toEqual(expected);
});

it.each([
  ['rtsp://127.0.0.1:8554/hall-west', 'hall-west'],
  ['rtsp://127.0.0.1:8554/hall-west/', 'hall-west'],
  ['rtsp://u:p@h/hall-west/trackID=0', 'hall-west'],
  ['rtsp://h/hall-west?channel=1/', 'hall-west'],
  ['rtsp://h/a/b', 'a/b'],
  ['rtsp://h', ''],
])('mountName(%s) is "%s"', (url, name) => {
  expect(mountName(url)).toBe(name);
});
