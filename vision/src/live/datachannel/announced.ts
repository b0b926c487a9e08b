import { isIPv6 } from 'node:net';

/** One step of the local preference within a candidate's priority (RFC 8445, section 5.1.2.1). */
const ONE_LOCAL_PREFERENCE = 256;

/**
 * Adds to an SDP answer that viewers reach each of its addresses by further ones too, such as that of a router
 * which forwards the ports to this machine: a host candidate with the same port (RFC 8839) for each.
 *
 * @param addresses IP addresses or names.
 */
export function withAnnounced(answer: string, addresses: readonly string[]): string {
  if (addresses.length === 0) return answer;
  return answer.replace(/^a=candidate:(?:.*\r?\n)(?!a=candidate:)/m, (last) => {
    const lines = [
      ...answer.matchAll(/^a=candidate:(\S+) 1 UDP (\d+) (\S+) (\d+) typ host\s*$/gim),
    ];
    const added = addresses.flatMap((address, at) => {
      // One of each family: a port stands for all addresses of the machine.
      const like = lines.find(([, , , own = '']) => isIPv6(own) === isIPv6(address));
      if (!like || lines.some(([, , , own]) => own === address)) return [];
      const [, foundation, priority, , port] = like;
      const lower = Number(priority) - ONE_LOCAL_PREFERENCE * (at + 1);
      return [`a=candidate:${foundation}a${at} 1 UDP ${lower} ${address} ${port} typ host\r\n`];
    });
    return last + added.join('');
  });
}
