import { expect, test } from 'vitest';
import { CHROMIUM_OFFER, OFFERS } from '../../testing/whep-offers.ts';
import { requireH264 } from '../h264-offer.ts';
import { offeredDtls, whepAnswer } from './whep-answer.ts';

const CANDIDATE = {
  foundation: 'udpcandidate',
  priority: 1_076_302_079,
  ip: '192.0.2.7',
  address: '192.0.2.7',
  protocol: 'udp',
  port: 50_001,
  type: 'host',
} as const;

const answerTo = (offer: string, setup: 'active' | 'passive' = 'passive') =>
  whepAnswer({
    offer,
    choice: requireH264(offer),
    setup,
    ice: { usernameFragment: 'frag', password: 'secret' },
    candidates: [CANDIDATE],
    fingerprint: { algorithm: 'sha-256', value: 'AA:BB' },
    ssrc: 4711,
    camera: 'gate',
  }).split('\r\n');

test.each(OFFERS)(
  '%s is answered with its own payload type and no header extension',
  (_, offer, type) => {
    const lines = answerTo(offer);
    expect(lines).toEqual(
      expect.arrayContaining([
        `m=video 9 UDP/TLS/RTP/SAVPF ${type}`,
        'a=mid:0',
        'a=group:BUNDLE 0',
        'a=ice-lite',
        'a=sendonly',
        'a=ice-ufrag:frag',
        'a=setup:passive',
        `a=rtpmap:${type} H264/90000`,
        `a=fmtp:${type} profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1`,
        `a=rtcp-fb:${type} nack`,
        `a=rtcp-fb:${type} nack pli`,
        'a=candidate:udpcandidate 1 udp 1076302079 192.0.2.7 50001 typ host',
        expect.stringMatching(/^a=ssrc:4711 cname:gate-/),
      ]),
    );
    expect(lines.filter((line) => line.startsWith('a=extmap'))).toEqual([]);
    expect(lines.at(-1)).toBe('');
  },
);

test.each(OFFERS)('the certificate of %s is found, and the browser begins', (_, offer) => {
  expect(offeredDtls(offer)).toEqual({
    setup: 'passive',
    remote: {
      role: 'client',
      fingerprints: [{ algorithm: 'sha-256', value: expect.stringMatching(/^5A:87:.*:82:12$/) }],
    },
  });
});

test('an offer that waits for the other side is answered actively, one without a certificate is none', () => {
  const waiting = CHROMIUM_OFFER.replace('a=setup:actpass', 'a=setup:passive');
  expect(offeredDtls(waiting)).toMatchObject({ setup: 'active', remote: { role: 'server' } });
  expect(answerTo(waiting, 'active')).toContain('a=setup:active');
  expect(offeredDtls('v=0\r\n')).toBeNull();
});

test('sections that are no video take no part', () => {
  const audio = [
    'm=audio 9 UDP/TLS/RTP/SAVPF 111',
    'c=IN IP4 0.0.0.0',
    'a=mid:sound',
    'a=rtpmap:111 opus/48000/2',
    '',
  ].join('\r\n');
  const lines = answerTo(CHROMIUM_OFFER.replace('m=video', `${audio}m=video`));
  const sections = lines.filter((line) => line.startsWith('m='));
  expect(sections).toEqual(['m=audio 0 UDP/TLS/RTP/SAVPF 111', 'm=video 9 UDP/TLS/RTP/SAVPF 109']);
  expect(lines.slice(lines.indexOf('a=mid:sound')).slice(0, 2)).toEqual([
    'a=mid:sound',
    'a=inactive',
  ]);
  expect(lines).toContain('a=group:BUNDLE 0');
});
