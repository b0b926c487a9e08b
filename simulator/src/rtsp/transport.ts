/** A client's request in SETUP. */
export type Transport =
  | { kind: 'tcp'; rtp: number; rtcp: number }
  | { kind: 'udp'; rtp: number; rtcp: number };

/**
 * Parses a Transport header (RFC 2326 12.39) and selects the first supported offer: interleaved in
 * the connection, or unicast UDP.
 *
 * @returns null where none is supported (multicast, unknown profiles).
 */
export function parseTransport(header: string): Transport | null {
  for (const offer of header.split(',')) {
    const [profile = '', ...options] = offer.trim().split(';');
    const option = (name: string) =>
      options.find((text) => text.trim().toLowerCase().startsWith(`${name}=`))?.split('=')[1];
    if (options.some((text) => text.trim().toLowerCase() === 'multicast')) continue;
    if (/^RTP\/AVP\/TCP$/i.test(profile)) {
      const channels = parsePair(option('interleaved') ?? '0-1', 255);
      if (channels) return { kind: 'tcp', ...channels };
    } else if (/^RTP\/AVP(?:\/UDP)?$/i.test(profile)) {
      const ports = parsePair(option('client_port') ?? '', 65_535);
      if (ports && ports.rtp > 0 && ports.rtcp > 0) return { kind: 'udp', ...ports };
    }
  }
  return null;
}

/** `a-b`, or `a` alone, where b follows a. */
function parsePair(text: string, greatest: number): { rtp: number; rtcp: number } | null {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text.trim());
  if (!match) return null;
  const rtp = Number(match[1]);
  const rtcp = match[2] === undefined ? rtp + 1 : Number(match[2]);
  return rtp <= greatest && rtcp <= greatest && rtp !== rtcp ? { rtp, rtcp } : null;
}
