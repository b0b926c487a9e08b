import { randomUUID } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { existsSync } from 'node:fs';
import { BlockList, isIP, isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import type { CameraDiscovery, DiscoveredDevice } from '@anshi/contracts';
import { allAt, readXml, textAt, type Xml } from './xml.ts';

/** WS-Discovery (2005/04), as ONVIF Core prescribes it. */
const GROUPS = { IPv4: '239.255.255.250', IPv6: 'ff02::c' } as const;
const PORT = 3702;
/** Devices wait up to half a second before they answer, and a datagram may be lost. */
const ASK_AT_MS = [0, 700];
const LISTEN_MS = 3_000;
/** A datagram of WS-Discovery is no longer. */
const ANSWER_BYTES = 16 * 1024;
/** Answers that are read of one search: each is parsed at once. */
const ANSWERS_MOST = 1_000;
const DEVICES_MOST = 500;

/** An address that is asked by itself, where multicast does not reach it. */
export interface ProbeTarget {
  readonly host: string;
  readonly port: number;
}

/** Reads `192.0.2.10, 192.0.2.11:3702, 2001:db8::10, [2001:db8::11]:3702`. */
export const probeTargets = (text: string): ProbeTarget[] =>
  text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
    .map((one) => {
      const [, host = one, port] = isIPv6(one) ? [] : (/^(.*):(\d+)$/.exec(one) ?? []);
      return { host: host.replace(/^\[|\]$/g, ''), port: port === undefined ? PORT : Number(port) };
    });

interface Answer {
  readonly text: string;
  /** IP of the sender, with its zone where it is of a link alone: `fe80::1%eth0`. */
  readonly from: string;
}

/**
 * Asks the networks of this machine for ONVIF cameras, and the given addresses besides.
 *
 * The address of a device is at the host that answered: what it names may be of another network. One that answers from
 * an address of a link (fe80::) is at the host that it names, as no address of a service can hold the other.
 */
export async function discover(options: {
  worker: string;
  targets?: readonly ProbeTarget[];
  listenMs?: number;
}): Promise<CameraDiscovery> {
  const { worker, targets = [], listenMs = LISTEN_MS } = options;
  const id = `uuid:${randomUUID()}`;
  const message = Buffer.from(probe(id));
  const networks = ownNetworks();
  const answers: Answer[] = [];
  const hear = (bytes: Buffer, { address }: { address: string }) => {
    if (bytes.length > ANSWER_BYTES || answers.length >= ANSWERS_MOST) return;
    answers.push({ text: bytes.toString('utf8'), from: address });
  };
  let sent = 0;
  const sockets: Socket[] = [];
  try {
    const groups = await Promise.all(
      networks.map(async ({ family, address, zone }) => {
        const socket = await opened(family, family === 'IPv6' ? '::' : address, hear, sockets);
        if (!socket || !joined(socket, family === 'IPv6' ? `::%${zone}` : address)) return null;
        const group = family === 'IPv6' ? `${GROUPS.IPv6}%${zone}` : GROUPS.IPv4;
        return { socket, group };
      }),
    );
    const direct = {
      IPv4: targets.length > 0 ? await opened('IPv4', '0.0.0.0', hear, sockets) : null,
      IPv6: targets.some(({ host }) => isIPv6(host))
        ? await opened('IPv6', '::', hear, sockets)
        : null,
    };
    for (const at of ASK_AT_MS) {
      await wait(at);
      for (const one of groups)
        if (one && (await send(one.socket, message, one.group, PORT))) sent++;
      for (const { host, port } of targets) {
        const socket = isIPv6(host) ? direct.IPv6 : direct.IPv4;
        if (socket) await send(socket, message, host, port);
      }
    }
    await wait(listenMs);
  } finally {
    for (const socket of sockets) socket.close();
  }
  const devices = devicesIn(answers, id);
  const nothing = devices.length === 0;
  const problem =
    networks.length === 0
      ? 'no-network'
      : sent === 0
        ? 'no-multicast'
        : nothing && isContainer()
          ? 'container'
          : null;
  return {
    worker,
    at: new Date().toISOString(),
    devices,
    interfaces: networks.map(({ name, address }) => `${address} (${name})`.slice(0, 100)),
    problem,
  };
}

const isContainer = (): boolean => existsSync('/.dockerenv') || existsSync('/run/.containerenv');

type Family = 'IPv4' | 'IPv6';
interface Network {
  readonly name: string;
  readonly family: Family;
  readonly address: string;
  /** What names the interface of an IPv6 address of a link. */
  readonly zone: string;
}

/** Those to be asked: each IPv4 address, and each interface with IPv6, whose multicast is of the link. */
function ownNetworks(): Network[] {
  return Object.entries(networkInterfaces())
    .flatMap(([name, all = []]) =>
      all
        .filter(
          ({ family, address, internal }) => !internal && (family === 'IPv4' || isOfLink(address)),
        )
        .map((one): Network => {
          // Windows names interfaces by numbers there.
          const scope = 'scopeid' in one ? String(one.scopeid) : '';
          const zone = process.platform === 'win32' ? scope : name;
          return { name, family: one.family, address: one.address, zone };
        }),
    )
    .slice(0, 50);
}

/** Whether an address is of one link alone (fe80::/10). */
/** Loopback, any, multicast and broadcast. */
const UNUSABLE = new BlockList();
UNUSABLE.addSubnet('127.0.0.0', 8, 'ipv4');
UNUSABLE.addSubnet('0.0.0.0', 8, 'ipv4');
UNUSABLE.addSubnet('224.0.0.0', 3, 'ipv4');
UNUSABLE.addAddress('::1', 'ipv6');
UNUSABLE.addAddress('::', 'ipv6');
UNUSABLE.addSubnet('ff00::', 8, 'ipv6');

const isOfLink = (address: string): boolean => /^fe[89ab][0-9a-f]:/i.test(address);

/** @returns whether the socket sends to groups by this interface. */
function joined(socket: Socket, by: string): boolean {
  try {
    socket.setMulticastInterface(by);
    socket.setMulticastTTL(1);
    return true;
  } catch {
    return false;
  }
}

/** @returns null where the network does not let it. */
function opened(
  family: Family,
  address: string,
  hear: (bytes: Buffer, from: { address: string }) => void,
  sockets: Socket[],
): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = createSocket(
      family === 'IPv6' ? { type: 'udp6', ipv6Only: true } : { type: 'udp4' },
    );
    sockets.push(socket);
    // Later ones are of single datagrams, which may be lost anyway.
    socket.on('error', () => resolve(null));
    socket.on('message', hear);
    socket.bind(0, address, () => resolve(socket));
  });
}

const send = (socket: Socket, message: Buffer, host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => socket.send(message, port, host, (error) => resolve(!error)));

const probe = (id: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:dn="http://www.onvif.org/ver10/network/wsdl"><e:Header><w:MessageID>${id}</w:MessageID><w:To e:mustUnderstand="true">urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To><w:Action e:mustUnderstand="true">http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</w:Action></e:Header><e:Body><d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe></e:Body></e:Envelope>`;

/** One for each endpoint; what answers another question, or cannot be read, is left out. */
export function devicesIn(answers: readonly Answer[], id: string): DiscoveredDevice[] {
  const found = new Map<string, DiscoveredDevice>();
  for (const { text, from } of answers) {
    for (const match of matchesIn(text, id)) {
      const device = deviceOf(match, from);
      if (device && found.size < DEVICES_MOST) found.set(device.id, device);
    }
  }
  return [...found.values()].sort((a, b) => a.host.localeCompare(b.host, 'en', { numeric: true }));
}

function matchesIn(text: string, id: string): Xml[] {
  try {
    const [envelope] = allAt(readXml(text), 'Envelope');
    if (textAt(envelope, 'Header', 'RelatesTo') !== id) return [];
    return allAt(envelope, 'Body', 'ProbeMatches', 'ProbeMatch');
  } catch {
    return [];
  }
}

function deviceOf(match: Xml, from: string): DiscoveredDevice | null {
  const id = textAt(match, 'EndpointReference', 'Address');
  const named = (textAt(match, 'XAddrs') ?? '').split(/\s+/).filter((one) => URL.canParse(one));
  const services = named.map((one) => new URL(one)).filter((one) => /^https?:$/.test(one.protocol));
  const service = isOfLink(from) ? services.find(isOfNetwork) : atSender(services, from);
  if (id === null || !service) return null;
  service.username = '';
  service.password = '';
  const scope = scopesOf(textAt(match, 'Scopes') ?? '');
  return {
    id: id.slice(0, 200),
    name: scope('name'),
    maker: scope('manufacturer') ?? scope('mfr'),
    model: scope('hardware'),
    address: service.href.slice(0, 500),
    host: service.hostname.replace(/^\[|\]$/g, ''),
  };
}

/** The host of an address, as addresses write an IP. */
const written = (ip: string): string => (isIPv6(ip) ? new URL(`http://[${ip}]/`).hostname : ip);

/** The service at the sender itself: the one that it names so, else one of the same kind of address. */
function atSender(services: readonly URL[], from: string): URL | undefined {
  const host = written(from);
  const isAlike = ({ hostname }: URL) => hostname.startsWith('[') === host.startsWith('[');
  const others = services.filter(isElsewhere);
  const service =
    services.find(({ hostname }) => hostname === host) ??
    others.find(isAlike) ??
    others[0] ??
    services[0];
  if (service) service.hostname = host;
  return service;
}

/** Whether the host of an address can be reached without the name of an interface. */
const isElsewhere = ({ hostname }: URL): boolean => !isOfLink(hostname.replace(/^\[/, ''));

/** Whether an address names a machine of a network by its number: a sender may name any host, also the worker's own. */
function isOfNetwork({ hostname }: URL): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  const family = isIP(host);
  return family !== 0 && !isOfLink(host) && !UNUSABLE.check(host, family === 6 ? 'ipv6' : 'ipv4');
}

/** Reads scopes such as `onvif://www.onvif.org/name/Gate%20north`. */
function scopesOf(text: string): (kind: string) => string | null {
  const scopes = text.split(/\s+/);
  return (kind) => {
    const start = `onvif://www.onvif.org/${kind}/`;
    const scope = scopes.find((one) => one.toLowerCase().startsWith(start));
    if (scope === undefined) return null;
    const value = scope.slice(start.length);
    try {
      return decodeURIComponent(value).slice(0, 200) || null;
    } catch {
      return value.slice(0, 200) || null;
    }
  };
}
