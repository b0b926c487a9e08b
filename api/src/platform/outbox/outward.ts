import { lookup as resolve } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { Problem } from '../http/errors.ts';

/**
 * Internal addresses: of this machine, of the plant's networks, of a cloud's metadata service. A
 * webhook to one of them would let an attacker send requests through the API (SSRF).
 */
const inside = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  inside.addSubnet(net, prefix, 'ipv4');
}
for (const [net, prefix] of [
  // The unspecified address, this machine, and deprecated IPv4-compatible addresses (RFC 4291,
  // 2.5.5.1).
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const) {
  inside.addSubnet(net, prefix, 'ipv6');
}

/** Thrown before anything is sent. */
export class RefusedTarget extends Error {}

/** Internal addresses that are allowed all the same: host names, addresses or networks. */
export interface AllowList {
  allows(host: string, address: string): boolean;
}

/** @throws RangeError with the entry that is neither a name, an address nor a network. */
export function readAllowList(entries: readonly string[]): AllowList {
  const hosts = new Set<string>();
  const networks = new BlockList();
  for (const entry of entries) {
    const [address = '', prefix] = entry.trim().toLowerCase().split('/');
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
    if (isIP(address) === 0) {
      if (prefix !== undefined || !/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(address)) {
        throw new RangeError(`"${entry}" is neither a host name, an address nor a network`);
      }
      hosts.add(address);
    } else if (prefix === undefined) networks.addAddress(address, family);
    else networks.addSubnet(address, Number(prefix), family);
  }
  return {
    allows: (host, address) => hosts.has(host.toLowerCase()) || contains(networks, address),
  };
}

const contains = (list: BlockList, address: string) =>
  list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** @throws RefusedTarget */
function requireOutside(host: string, address: string, allowed: AllowList): void {
  if (!contains(inside, address) || allowed.allows(host, address)) return;
  throw new RefusedTarget(
    `${host} is at ${address}, inside of the plant's networks: add it to ANSHI_WEBHOOK_ALLOW if it may be told`,
  );
}

/** @throws RefusedTarget where the address is never allowed. */
export function checkUrl(text: string, allowed: AllowList): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new RefusedTarget(
      'the address must begin with https:// (or http:// inside of the plant)',
    );
  }
  if (url.username || url.password) {
    throw new RefusedTarget('the address must hold no user name and password');
  }
  const host = bare(url.hostname);
  if (isIP(host)) requireOutside(host, host, allowed);
  return url;
}

/** The same for user input. @throws Problem `webhook.target` with the reason. */
export function requireTarget(text: string, allowed: AllowList): void {
  try {
    checkUrl(text, allowed);
  } catch (error) {
    if (error instanceof RefusedTarget) throw new Problem('webhook.target', `${error.message}.`);
    throw error;
  }
}

const bare = (hostname: string) => hostname.replace(/^\[|\]$/g, '');

export interface Answer {
  status: number;
  /** The beginning of the response. */
  text: string;
}

/**
 * Posts to a webhook address. The name is resolved once and the connection uses the checked
 * address, against DNS rebinding. Redirects are not followed, and only the first bytes of the
 * response are read.
 *
 * @throws RefusedTarget, or an Error of the network.
 */
export function postOutward(
  target: string,
  options: {
    body: string;
    headers: Record<string, string>;
    allowed: AllowList;
    withinMs: number;
    mostBytes?: number;
  },
): Promise<Answer> {
  const { body, headers, allowed, withinMs, mostBytes = 2_048 } = options;
  const url = checkUrl(target, allowed);
  const lookup: LookupFunction = (host, how, done) =>
    resolve(host, { ...how, all: true }, (error, found) => {
      if (error) return done(error, []);
      try {
        for (const { address } of found) requireOutside(host, address, allowed);
      } catch (refused) {
        return done(refused as Error, []);
      }
      const first = found[0];
      if (!first) return done(new Error(`${host} has no address`), []);
      if (how.all) done(null, found);
      else done(null, first.address, first.family);
    });
  return new Promise((answer, fail) => {
    const { request } = url.protocol === 'https:' ? https : http;
    const asked = request(url, {
      method: 'POST',
      // No keep-alive: the next connection is checked again.
      agent: false,
      lookup,
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
      signal: AbortSignal.timeout(withinMs),
    });
    asked.on('error', (error: NodeJS.ErrnoException) => {
      const late = error.name === 'AbortError' || error.name === 'TimeoutError';
      fail(late ? new Error(`no answer within ${withinMs} ms`) : error);
    });
    asked.on('response', (response) => {
      const parts: Buffer[] = [];
      let bytes = 0;
      const done = () => {
        const text = Buffer.concat(parts).subarray(0, mostBytes).toString('utf8');
        answer({ status: response.statusCode ?? 0, text: text.replaceAll('\0', '') });
      };
      response.on('data', (part: Buffer) => {
        parts.push(part);
        bytes += part.length;
        if (bytes < mostBytes) return;
        done();
        asked.destroy();
      });
      response.on('end', done);
      response.on('error', fail);
    });
    asked.end(body);
  });
}
