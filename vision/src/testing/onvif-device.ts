import { createHash, randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/*
 * A small ONVIF camera for tests: it answers WS-Discovery over UDP and SOAP over HTTP, and checks the digest of
 * WS-UsernameToken, its age by a clock of its own, and that no nonce comes twice; or HTTP digest. It reads XML in its
 * own way, so that it does not share a mistake with the client.
 */

/** How it wants HTTP digest. */
export interface DigestTerms {
  readonly algorithm?: 'MD5' | 'SHA-256' | 'MD5-sess';
  /** Null: as RFC 2069 had it. */
  readonly qop: 'auth' | 'auth-int' | 'auth,auth-int' | null;
  /** Each nonce is good for so many requests. */
  readonly uses?: number;
  /** It says that an old nonce is stale. */
  readonly saysStale?: boolean;
  /** Also where user and password come as a token. */
  readonly refusesTokens?: boolean;
}

export interface OnvifDeviceOptions {
  readonly user: string;
  readonly password: string;
  /** Address of the stream of each profile, by its token; null: the device names none. */
  readonly streams: Readonly<Record<string, string | null>>;
  /** How far its clock is ahead of the right one, ms. */
  readonly clockAhead?: number;
  /** The host that it names in its addresses; left out, its own. */
  readonly namedHost?: string;
  /** Where it listens; left out, 127.0.0.1. */
  readonly host?: '127.0.0.1' | '::1';
  /** It signs in by HTTP digest, and by no token. */
  readonly digest?: DigestTerms;
  /** Its streams by Media2, with their codecs; left out, it has Media1 alone. */
  readonly media2?: Readonly<Record<string, 'H264' | 'H265'>>;
  /** Without Media1, with a Media2 that answers with faults, or that is listed and names no stream. */
  readonly odd?: 'no-media1' | 'media2-faults' | 'media2-empty';
  /** What it sends instead of an answer. */
  readonly broken?: 'html' | 'long' | 'doctype' | 'redirect';
}

export interface TestOnvifDevice {
  /** Its device service. */
  readonly address: string;
  /** Where it answers WS-Discovery. */
  readonly probe: { readonly host: string; readonly port: number };
  /** The operations that were asked for, in their order. */
  readonly asked: string[];
  /** Refused sign-ins. */
  readonly refused: number;
  /** Tokens that came although it wants HTTP digest. */
  readonly tokens: number;
  close(): Promise<void>;
}

/** A token is good for so long by the device's clock, ms. */
const TOKEN_LASTS_MS = 60_000;

export async function startOnvifDevice(options: OnvifDeviceOptions): Promise<TestOnvifDevice> {
  const { user, password, streams, clockAhead = 0, broken, media2, odd } = options;
  const { host = '127.0.0.1' } = options;
  const written = host === '::1' ? '[::1]' : host;
  const { namedHost = written } = options;
  const digest = options.digest && new DigestGate(options.digest, user, password);
  const nonces = new Set<string>();
  const asked: string[] = [];
  let refused = 0;
  let tokens = 0;
  const now = () => Date.now() + clockAhead;

  function isSignedIn(text: string): boolean {
    const of = (name: string) =>
      new RegExp(`<${name}[^>]*>([^<]*)</${name}>`).exec(text)?.[1] ?? '';
    const [nonce, created, digest] = [of('Nonce'), of('Created'), of('Password')];
    const hash = createHash('sha1');
    hash.update(Buffer.from(nonce, 'base64'));
    hash.update(created);
    hash.update(password);
    const isRight = of('Username') === user && hash.digest('base64') === digest;
    const isFresh = Math.abs(Date.parse(created) - now()) < TOKEN_LASTS_MS;
    const isNew = nonce !== '' && !nonces.has(nonce);
    nonces.add(nonce);
    return isRight && isFresh && isNew;
  }

  const server = createServer((request, response) => {
    void bodyOf(request).then((text) => {
      if (broken === 'html') return response.writeHead(200).end('<html><body>Login</body></html>');
      if (broken === 'long') return response.writeHead(200).end('x'.repeat(1024 * 1024));
      if (broken === 'doctype') {
        return response.writeHead(200).end('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>');
      }
      if (broken === 'redirect') {
        return response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end();
      }
      const operation = /Body>\s*<([A-Za-z]+)/.exec(text)?.[1] ?? '';
      const isToken = text.includes('UsernameToken');
      const header = request.headers.authorization;
      const isOpen = operation === 'GetSystemDateAndTime';
      // A question without user and password is not counted: it is no attempt to sign in.
      if (isOpen || isToken || header !== undefined) asked.push(operation);
      if (!isOpen && digest) {
        const { isRight, isTry, challenge } = digest.check(request, text);
        if (isToken) tokens++;
        if (!isRight) {
          if (isTry || isToken) refused++;
          return response.writeHead(401, { 'www-authenticate': challenge }).end();
        }
        if (isToken && options.digest?.refusesTokens) {
          return response.writeHead(400).end(fault('ter:NotAuthorized', 'one of both'));
        }
      } else if (!isOpen && !isSignedIn(text)) {
        if (isToken || header !== undefined) refused++;
        return response.writeHead(400).end(fault('ter:NotAuthorized', 'Sender not authorized'));
      }
      const isSecond = text.includes('ver20/media');
      if (isSecond && odd === 'media2-faults') {
        return response.writeHead(500).end(fault('ter:ActionNotSupported', 'not supported'));
      }
      const answer = isSecond ? answerOfSecond(operation, text) : answerTo(operation, text);
      return answer === null
        ? response.writeHead(500).end(fault('ter:ActionNotSupported', 'not supported'))
        : response
            .writeHead(200, { 'content-type': 'application/soap+xml' })
            .end(envelope(`<t:${operation}Response>${answer}</t:${operation}Response>`));
    });
  });
  server.listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const service = (name: string) => `http://${namedHost}:${port}/onvif/${name}`;

  function answerTo(operation: string, text: string): string | null {
    const token = /<ProfileToken>([^<]*)</.exec(text)?.[1] ?? '';
    switch (operation) {
      case 'GetSystemDateAndTime':
        return dateAndTime(new Date(now()));
      case 'GetDeviceInformation':
        return '<t:Manufacturer>Anshi Optics</t:Manufacturer><t:Model>AO-200 &amp; co</t:Model><t:FirmwareVersion>1.2.3</t:FirmwareVersion><t:SerialNumber>S-1</t:SerialNumber>';
      case 'GetServices':
        return media2
          ? [
              `<t:Service><t:Namespace>http://www.onvif.org/ver20/media/wsdl</t:Namespace><t:XAddr>${service('media2')}</t:XAddr></t:Service>`,
              odd === 'no-media1'
                ? ''
                : `<t:Service><t:Namespace>http://www.onvif.org/ver10/media/wsdl</t:Namespace><t:XAddr>${service('media')}</t:XAddr></t:Service>`,
            ].join('')
          : null;
      case 'GetCapabilities':
        if (odd === 'no-media1') return '<t:Capabilities></t:Capabilities>';
        return `<t:Capabilities><tt:Media><tt:XAddr>${service('media')}</tt:XAddr></tt:Media></t:Capabilities>`;
      case 'GetProfiles':
        return Object.keys(streams).map(profile).join('');
      case 'GetStreamUri': {
        const uri = streams[token];
        return uri
          ? `<t:MediaUri><tt:Uri>${uri.replaceAll('&', '&amp;')}</tt:Uri></t:MediaUri>`
          : null;
      }
      case 'GetSnapshotUri':
        return token === 'main'
          ? `<t:MediaUri><tt:Uri>${service('still')}</tt:Uri></t:MediaUri>`
          : null;
      default:
        return null;
    }
  }

  function answerOfSecond(operation: string, text: string): string | null {
    const token = /<ProfileToken>([^<]*)</.exec(text)?.[1] ?? '';
    switch (operation) {
      case 'GetProfiles':
        if (!text.includes('<Type>VideoEncoder</Type>')) return null;
        return Object.entries(media2 ?? {})
          .map(([name, codec]) => profileOfSecond(name, codec))
          .join('');
      case 'GetStreamUri':
        return odd !== 'media2-empty' && /<Protocol>Rtsp(?:Unicast)<\/Protocol>/.test(text)
          ? `<t:Uri>rtsp://${namedHost}/second/${token}</t:Uri>`
          : null;
      case 'GetSnapshotUri':
        return `<t:Uri>${service('still2')}</t:Uri>`;
      default:
        return null;
    }
  }

  const udp = createSocket(host === '::1' ? 'udp6' : 'udp4');
  udp.on('message', (bytes, { address, port: to }) => {
    const id = /MessageID>([^<]*)</.exec(bytes.toString('utf8'))?.[1];
    if (id) udp.send(probeMatch(id, service('device_service'), port), to, address);
  });
  udp.bind(0, host);
  await once(udp, 'listening');

  return {
    address: `http://${written}:${port}/onvif/device_service`,
    probe: { host, port: udp.address().port },
    asked,
    get refused() {
      return refused;
    },
    get tokens() {
      return tokens;
    },
    async close() {
      await new Promise<void>((resolve) => udp.close(resolve));
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** The server's side of HTTP digest (RFC 7616). */
class DigestGate {
  readonly #terms: DigestTerms;
  readonly #user: string;
  readonly #password: string;
  /** Nonces that were given, with the numbers of their uses. */
  readonly #nonces = new Map<string, Set<string>>();

  constructor(terms: DigestTerms, user: string, password: string) {
    this.#terms = terms;
    this.#user = user;
    this.#password = password;
  }

  check(
    { method = '', url = '', headers }: IncomingMessage,
    body: string,
  ): { isRight: boolean; isTry: boolean; challenge: string } {
    const { algorithm, qop, uses = Number.POSITIVE_INFINITY, saysStale = false } = this.#terms;
    const header = headers.authorization ?? '';
    const of = (name: string) =>
      new RegExp(`[ ,]${name}="?((?:[^",\\\\]|\\\\.)*)`).exec(header)?.[1] ?? '';
    const hash = (text: string) =>
      createHash(algorithm === 'SHA-256' ? 'sha256' : 'md5')
        .update(text)
        .digest('hex');
    const [nonce, nc, cnonce] = [of('nonce'), of('nc'), of('cnonce')];
    const user = of('username').replace(/\\(.)/g, '$1');
    const plain = hash(`${user}:${REALM}:${this.#password}`);
    const a1 = algorithm === 'MD5-sess' ? hash(`${plain}:${nonce}:${cnonce}`) : plain;
    const isInt = of('qop') === 'auth-int';
    const a2 = hash(`${method}:${url}${isInt ? `:${hash(body)}` : ''}`);
    const right = hash(
      qop ? `${a1}:${nonce}:${nc}:${cnonce}:${of('qop')}:${a2}` : `${a1}:${nonce}:${a2}`,
    );
    const seen = this.#nonces.get(nonce);
    const isPassword = of('response') === right && user === this.#user && of('uri') === url;
    const isFresh = seen !== undefined && seen.size < uses && !seen.has(nc);
    const isRight = isPassword && isFresh && of('opaque') === 'o=1';
    if (qop) seen?.add(nc);
    const next = randomBytes(12).toString('hex');
    if (!isRight) this.#nonces.set(next, new Set());
    const parts = [
      `realm="${REALM.replaceAll('"', '\\"')}"`,
      `nonce="${next}"`,
      'opaque="o=1"',
      ...(algorithm ? [`algorithm=${algorithm}`] : []),
      ...(qop ? [`qop="${qop}"`] : []),
      ...(isPassword && !isFresh && saysStale ? ['stale=true'] : []),
    ];
    // A device may offer more than one way.
    const challenge = `Basic realm="${REALM.replaceAll('"', '\\"')}", Digest ${parts.join(', ')}`;
    return { isRight, isTry: header !== '' && !(isPassword && !isFresh), challenge };
  }
}
const REALM = 'Anshi, "north" gate';

const envelope = (body: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><SOAP-ENV:Envelope xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope" xmlns:tt="http://www.onvif.org/ver10/schema" xmlns:t="http://www.onvif.org/ver10/media/wsdl"><SOAP-ENV:Body>${body}</SOAP-ENV:Body></SOAP-ENV:Envelope>`;

const fault = (code: string, reason: string): string =>
  envelope(
    `<SOAP-ENV:Fault><SOAP-ENV:Code><SOAP-ENV:Value>SOAP-ENV:Sender</SOAP-ENV:Value><SOAP-ENV:Subcode><SOAP-ENV:Value>${code}</SOAP-ENV:Value></SOAP-ENV:Subcode></SOAP-ENV:Code><SOAP-ENV:Reason><SOAP-ENV:Text xml:lang="en">${reason}</SOAP-ENV:Text></SOAP-ENV:Reason></SOAP-ENV:Fault>`,
  );

const dateAndTime = (at: Date): string =>
  `<t:SystemDateAndTime><tt:UTCDateTime><tt:Time><tt:Hour>${at.getUTCHours()}</tt:Hour><tt:Minute>${at.getUTCMinutes()}</tt:Minute><tt:Second>${at.getUTCSeconds()}</tt:Second></tt:Time><tt:Date><tt:Year>${at.getUTCFullYear()}</tt:Year><tt:Month>${at.getUTCMonth() + 1}</tt:Month><tt:Day>${at.getUTCDate()}</tt:Day></tt:Date></tt:UTCDateTime></t:SystemDateAndTime>`;

const profile = (token: string): string =>
  `<t:Profiles token="${token}" fixed="true"><tt:Name>${token} stream</tt:Name><tt:VideoEncoderConfiguration><tt:Encoding>H264</tt:Encoding><tt:Resolution><tt:Width>1280</tt:Width><tt:Height>720</tt:Height></tt:Resolution><tt:RateControl><tt:FrameRateLimit>25</tt:FrameRateLimit></tt:RateControl></tt:VideoEncoderConfiguration></t:Profiles>`;

const profileOfSecond = (token: string, codec: string): string =>
  `<t:Profiles token="${token}" fixed="true"><t:Name>${token} stream</t:Name><t:Configurations><t:VideoEncoder token="v"><tt:Encoding>${codec}</tt:Encoding><tt:Resolution><tt:Width>2560</tt:Width><tt:Height>1440</tt:Height></tt:Resolution><tt:RateControl><tt:FrameRateLimit>25.000000</tt:FrameRateLimit></tt:RateControl></t:VideoEncoder></t:Configurations></t:Profiles>`;

const probeMatch = (relatesTo: string, service: string, port: number): string =>
  `<?xml version="1.0" encoding="UTF-8"?><env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope" xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:dn="http://www.onvif.org/ver10/network/wsdl"><env:Header><wsa:RelatesTo>${relatesTo}</wsa:RelatesTo></env:Header><env:Body><d:ProbeMatches><d:ProbeMatch><wsa:EndpointReference><wsa:Address>urn:uuid:anshi-${port}</wsa:Address></wsa:EndpointReference><d:Types>dn:NetworkVideoTransmitter</d:Types><d:Scopes>onvif://www.onvif.org/name/Gate%20north onvif://www.onvif.org/hardware/AO-200 onvif://www.onvif.org/manufacturer/Anshi%20Optics</d:Scopes><d:XAddrs>${service} http://[fe80::1]/onvif/device_service</d:XAddrs></d:ProbeMatch></d:ProbeMatches></env:Body></env:Envelope>`;
