import { expect, test } from 'vitest';
import { CAPTURED_FIREFOX_OFFER } from '../testing/whep-offers.ts';
import { chooseH264, requireH264 } from './h264-offer.ts';

/** What Chromium 140 offers, shortened. */
const CHROMIUM = `v=0
o=- 4611731400430051336 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0
m=video 9 UDP/TLS/RTP/SAVPF 96 103 104 107 108 39 112
c=IN IP4 0.0.0.0
a=mid:0
a=recvonly
a=rtpmap:96 VP8/90000
a=rtpmap:103 H264/90000
a=fmtp:103 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f
a=rtpmap:104 rtx/90000
a=fmtp:104 apt=103
a=rtpmap:107 H264/90000
a=fmtp:107 level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42e01f
a=rtpmap:108 H264/90000
a=fmtp:108 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f
a=rtpmap:39 AV1/90000
a=fmtp:39 level-idx=5;profile=0;tier=0
a=rtpmap:112 H264/90000
a=fmtp:112 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=64001f
`;

test('selects constrained baseline with packetization mode 1', () => {
  expect(chooseH264(CHROMIUM.replaceAll('\n', '\r\n'))).toEqual({
    payloadType: 108,
    parameters: 'profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1',
    mid: '0',
  });
});

test('selects another profile where no better one is offered', () => {
  const only = CHROMIUM.split('\n').filter((line) => !/:(103|107|108) /.test(line));
  expect(chooseH264(only.join('\n'))?.payloadType).toBe(112);
});

test('finds none in an offer without H.264 or without video', () => {
  expect(chooseH264(CHROMIUM.replaceAll('H264', 'VP9'))).toBeNull();
  expect(chooseH264('v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n')).toBeNull();
});

test('a Firefox without its H.264 plugin is refused, so that it gets its picture by MPEG-1', () => {
  expect(() => requireH264(CAPTURED_FIREFOX_OFFER)).toThrow(
    expect.objectContaining({ status: 415 }),
  );
});
