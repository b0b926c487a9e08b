import { expect, test } from 'vitest';
import { CHROMIUM_OFFER } from '../../testing/whep-offers.ts';
import { withoutCandidates } from './offer-candidates.ts';

test('addresses that an offer names are not tried, such as those of other machines of the plant', () => {
  const foreign = [
    'a=candidate:1 1 udp 2122260223 10.0.0.1 22 typ host generation 0',
    'a=candidate:2 1 tcp 1518280447 192.168.7.9 502 typ host tcptype passive',
    'a=candidate:3 1 udp 41885439 203.0.113.5 53 typ relay raddr 0.0.0.0 rport 0',
    'a=end-of-candidates',
  ];
  const offer = `${CHROMIUM_OFFER.trimEnd()}\r\n${foreign.join('\r\n')}\r\n`;
  const open = withoutCandidates(offer);
  expect(open).not.toMatch(/candidate/);
  for (const line of ['a=ice-ufrag', 'a=ice-pwd', 'a=fingerprint', 'm=video']) {
    expect(open).toContain(line);
  }
});
