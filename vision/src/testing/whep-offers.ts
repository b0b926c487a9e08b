import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/*
 * Offers of browsers for one video that they receive. Those of `captured-offers` are what a browser wrote, whole;
 * the others are written by hand and shortened, in the form of each: order of the lines, place of the certificate, payload
 * types of H.264. Certificates, names and passwords are made up.
 */
const FINGERPRINT =
  '5A:87:CD:A2:BF:80:CE:B9:40:C1:A2:A2:9A:DB:DD:C3:98:34:B0:FD:2E:E0:1D:54:04:22:7D:05:71:5B:82:12';
const offer = (text: string): string => text.trim().replaceAll('\n', '\r\n').concat('\r\n');

/** Chromium 140: H.264 at 103, 107, 109 and 112; addresses are hidden behind mDNS names. */
export const CHROMIUM_OFFER = offer(`
v=0
o=- 4611731400430051336 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0
a=extmap-allow-mixed
a=msid-semantic: WMS
m=video 53423 UDP/TLS/RTP/SAVPF 96 97 103 104 107 108 109 114 115 116 112 113
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=candidate:2435 1 udp 2113937151 1d3b0f9e-5c2a-4f43-8a58-0a5d3e0d7f11.local 53423 typ host generation 0 network-cost 999
a=ice-ufrag:Yk3f
a=ice-pwd:W0pQk6mKuo3Zr1d8V2sB9xTn
a=ice-options:trickle
a=fingerprint:sha-256 ${FINGERPRINT}
a=setup:actpass
a=mid:0
a=extmap:1 urn:ietf:params:rtp-hdrext:toffset
a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
a=extmap:3 urn:3gpp:video-orientation
a=extmap:4 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
a=extmap:9 urn:ietf:params:rtp-hdrext:sdes:mid
a=recvonly
a=rtcp-mux
a=rtcp-rsize
a=rtpmap:96 VP8/90000
a=rtpmap:97 rtx/90000
a=fmtp:97 apt=96
a=rtpmap:103 H264/90000
a=rtcp-fb:103 nack
a=rtcp-fb:103 nack pli
a=fmtp:103 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f
a=rtpmap:104 rtx/90000
a=fmtp:104 apt=103
a=rtpmap:107 H264/90000
a=fmtp:107 level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42001f
a=rtpmap:108 rtx/90000
a=fmtp:108 apt=107
a=rtpmap:109 H264/90000
a=rtcp-fb:109 nack
a=rtcp-fb:109 nack pli
a=fmtp:109 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f
a=rtpmap:114 rtx/90000
a=fmtp:114 apt=109
a=rtpmap:115 H264/90000
a=fmtp:115 level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42e01f
a=rtpmap:116 rtx/90000
a=fmtp:116 apt=115
a=rtpmap:112 H264/90000
a=fmtp:112 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=64001f
a=rtpmap:113 red/90000
`);

/** Firefox: the certificate is named for the whole session, H.264 at 126 and 97. */
export const FIREFOX_OFFER = offer(`
v=0
o=mozilla...THIS_IS_SDPARTA-128.0 5186584356436577426 0 IN IP4 0.0.0.0
s=-
t=0 0
a=sendrecv
a=fingerprint:sha-256 ${FINGERPRINT}
a=group:BUNDLE 0
a=ice-options:trickle
a=msid-semantic:WMS *
m=video 61234 UDP/TLS/RTP/SAVPF 120 124 121 125 126 127 97 98
c=IN IP4 0.0.0.0
a=candidate:0 1 UDP 2122252543 8a1b2c3d-77aa-4c11-9d0e-3f7c1e9a2b4d.local 61234 typ host
a=recvonly
a=end-of-candidates
a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid
a=extmap:4 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
a=extmap:7 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
a=fmtp:126 profile-level-id=42e01f;level-asymmetry-allowed=1;packetization-mode=1
a=fmtp:97 profile-level-id=42e01f;level-asymmetry-allowed=1
a=fmtp:120 max-fs=12288;max-fr=60
a=fmtp:124 apt=120
a=fmtp:127 apt=126
a=fmtp:98 apt=97
a=ice-pwd:3f7c1e9a2b4d6f8091a3c5e7b9d1f3a5
a=ice-ufrag:8a1b2c3d
a=mid:0
a=rtcp-fb:126 nack
a=rtcp-fb:126 nack pli
a=rtcp-mux
a=rtcp-rsize
a=rtpmap:120 VP8/90000
a=rtpmap:124 rtx/90000
a=rtpmap:121 VP9/90000
a=rtpmap:125 rtx/90000
a=rtpmap:126 H264/90000
a=rtpmap:127 rtx/90000
a=rtpmap:97 H264/90000
a=rtpmap:98 rtx/90000
a=setup:actpass
a=ssrc:4206433783 cname:{719f8c79-8b08-4e00-97d4-e133fa629fe4}
`);

/** Safari: constrained high before constrained baseline, at the lowest payload types. */
export const SAFARI_OFFER = offer(`
v=0
o=- 7614219274584779017 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0
a=extmap-allow-mixed
a=msid-semantic: WMS
m=video 9 UDP/TLS/RTP/SAVPF 96 97 98 99 100 101
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=ice-ufrag:Xk9f
a=ice-pwd:aB3dE5fG7hI9jK1lM3nO5pQ7
a=ice-options:trickle
a=fingerprint:sha-256 ${FINGERPRINT}
a=setup:actpass
a=mid:0
a=extmap:4 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
a=recvonly
a=rtcp-mux
a=rtcp-rsize
a=rtpmap:96 H264/90000
a=fmtp:96 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=640c1f
a=rtpmap:97 rtx/90000
a=fmtp:97 apt=96
a=rtpmap:98 H264/90000
a=rtcp-fb:98 nack
a=rtcp-fb:98 nack pli
a=fmtp:98 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f
a=rtpmap:99 rtx/90000
a=fmtp:99 apt=98
a=rtpmap:100 VP8/90000
a=rtpmap:101 rtx/90000
a=fmtp:101 apt=100
`);

const captured = (name: string): string =>
  offer(readFileSync(join(import.meta.dirname, 'captured-offers', name), 'utf8'));

/** Captured from Chromium 156 of Debian. */
export const CAPTURED_CHROMIUM_OFFER = captured('chromium-156.sdp');
/** Captured from Firefox 153 of Debian, which plays H.264 only with a plugin that Debian does not have. */
export const CAPTURED_FIREFOX_OFFER = captured('firefox-153-without-h264.sdp');

/** The offers, and the payload type of constrained baseline with packetization mode 1 in each. */
export const OFFERS = [
  ['Chromium', CHROMIUM_OFFER, 109],
  ['Chromium, captured', CAPTURED_CHROMIUM_OFFER, 108],
  ['Firefox', FIREFOX_OFFER, 126],
  ['Safari', SAFARI_OFFER, 98],
] as const;
