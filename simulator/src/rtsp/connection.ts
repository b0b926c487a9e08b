import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Mount } from '../mounts/mount.ts';
import { challenges, isAuthorized } from './authentication.ts';
import { TcpClient, UdpClient } from './clients.ts';
import {
  formatResponse,
  RtspReader,
  type RtspRequest,
  type RtspResponse,
  RtspSyntaxError,
} from './message.ts';
import { describe, TRACK } from './sdp.ts';
import { parseTransport } from './transport.ts';
import type { UdpPorts } from './udp.ts';

const METHODS = 'OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, GET_PARAMETER, SET_PARAMETER, TEARDOWN';

export interface ConnectionContext {
  find(name: string): Mount | undefined;
  udp: UdpPorts;
  /** Session timeout without any sign of life. */
  timeoutSeconds: number;
}

interface Session {
  id: string;
  mount: Mount;
  client: TcpClient | UdpClient;
}

/**
 * One client's RTSP connection (RFC 2326). It holds at most one session, which ends with it, also
 * for UDP delivery.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #context: ConnectionContext;
  readonly #reader = new RtspReader();
  readonly #nonce = randomBytes(16).toString('hex');
  #session: Session | undefined;
  #lastSeen = performance.now();

  constructor(socket: Socket, context: ConnectionContext) {
    this.#socket = socket;
    this.#context = context;
    socket.setNoDelay(true);
    socket.on('data', (bytes) => this.#read(bytes));
    socket.on('close', () => this.#endSession());
    // A reset is a normal end; 'close' follows.
    socket.on('error', () => {});
  }

  /** Records an RTCP packet, where it is from this connection's client. */
  noteReport(address: string, port: number): void {
    const client = this.#session?.client;
    if (client instanceof UdpClient && client.isFrom(address, port)) this.#seen();
  }

  /** Closes the connection after the session's timeout. */
  closeIfSilent(): void {
    // A client that receives by TCP is known to be alive.
    if (this.#session?.client instanceof TcpClient) return;
    const silentFor = (performance.now() - this.#lastSeen) / 1000;
    if (silentFor > this.#context.timeoutSeconds) this.#socket.destroy();
  }

  close(): void {
    this.#socket.destroy();
  }

  #seen(): void {
    this.#lastSeen = performance.now();
  }

  #read(bytes: Buffer): void {
    this.#seen();
    try {
      for (const input of this.#reader.push(bytes)) {
        if (input.kind === 'request') this.#answer(input.request);
      }
    } catch (error) {
      if (!(error instanceof RtspSyntaxError)) throw error;
      this.#socket.removeAllListeners('data').resume();
      const response = { status: 400, headers: { 'Content-Type': 'text/plain' } };
      this.#socket.end(formatResponse(undefined, { ...response, body: `${error.message}\n` }));
    }
  }

  #answer(request: RtspRequest): void {
    const response = this.#respond(request);
    if (this.#socket.destroyed) return;
    this.#socket.write(formatResponse(request.headers.get('cseq'), response));
    // Pictures follow the response, never the reverse.
    if (response.status !== 200) return;
    if (request.method === 'PLAY') this.#session?.mount.attach(this.#session.client);
    if (request.method === 'TEARDOWN') this.#socket.end();
  }

  #respond(request: RtspRequest): RtspResponse {
    if (!request.headers.has('cseq')) return { status: 400 };
    switch (request.method) {
      case 'OPTIONS':
        return { status: 200, headers: { Public: METHODS, ...this.#sessionHeader() } };
      case 'DESCRIBE':
      case 'SETUP':
        return this.#withMount(request);
      case 'PLAY':
      case 'PAUSE':
      case 'GET_PARAMETER':
      case 'SET_PARAMETER':
      case 'TEARDOWN':
        return this.#inSession(request);
      default:
        return { status: 501, headers: { Allow: METHODS } };
    }
  }

  #withMount(request: RtspRequest): RtspResponse {
    const mount = this.#context.find(mountName(request.url));
    if (!mount) return { status: 404 };
    const { credentials } = mount.options;
    const authorization = request.headers.get('authorization');
    if (credentials && !isAuthorized(authorization, request.method, this.#nonce, credentials)) {
      return { status: 401, headers: { 'WWW-Authenticate': challenges(this.#nonce) } };
    }
    return request.method === 'SETUP' ? this.#setUp(request, mount) : describeMount(request, mount);
  }

  #setUp(request: RtspRequest, mount: Mount): RtspResponse {
    if (this.#session) return { status: this.#session.mount === mount ? 455 : 459 };
    const transport = parseTransport(request.headers.get('transport') ?? '');
    if (!transport) return { status: 461 };
    const { udp } = this.#context;
    const client =
      transport.kind === 'tcp'
        ? new TcpClient(this.#socket, transport)
        : new UdpClient(this.#socket, udp, transport);
    this.#session = { id: randomBytes(8).toString('hex').toUpperCase(), mount, client };
    const pair = `${transport.rtp}-${transport.rtcp}`;
    const way =
      transport.kind === 'tcp'
        ? `RTP/AVP/TCP;unicast;interleaved=${pair}`
        : `RTP/AVP;unicast;client_port=${pair};server_port=${udp.rtpPort}-${udp.rtpPort + 1}`;
    const ssrc = mount.rtp.ssrc.toString(16).padStart(8, '0').toUpperCase();
    return {
      status: 200,
      headers: { Transport: `${way};ssrc=${ssrc};mode="PLAY"`, ...this.#sessionHeader() },
    };
  }

  /** The session id proves that the credentials were checked. */
  #inSession(request: RtspRequest): RtspResponse {
    const given = request.headers.get('session')?.split(';')[0];
    const session = this.#session;
    // Some clients send keep-alives before they have a session.
    if (!session && given === undefined && request.method.endsWith('_PARAMETER')) {
      return { status: 200 };
    }
    if (!session || given !== session.id) return { status: 454 };
    if (this.#context.find(session.mount.name) !== session.mount) return { status: 404 };
    if (request.method === 'PAUSE') session.mount.detach(session.client);
    if (request.method === 'TEARDOWN') this.#endSession();
    const range: Record<string, string> = request.method === 'PLAY' ? { Range: 'npt=now-' } : {};
    return { status: 200, headers: { Session: session.id, ...range } };
  }

  #sessionHeader(): Record<string, string> {
    if (!this.#session) return {};
    return { Session: `${this.#session.id};timeout=${this.#context.timeoutSeconds}` };
  }

  #endSession(): void {
    this.#session?.mount.detach(this.#session.client);
    this.#session = undefined;
  }
}

function describeMount(request: RtspRequest, mount: Mount): RtspResponse {
  const { format, framesPerSecond } = mount.source;
  const base = request.url.replace(/\?.*$/s, '').replace(/\/*$/, '/');
  return {
    status: 200,
    headers: { 'Content-Type': 'application/sdp', 'Content-Base': base },
    body: describe(mount.name, format, framesPerSecond),
  };
}

/** The mount's name in an address, with or without track and query. */
export function mountName(url: string): string {
  const path = url.replace(/^rtsps?:\/\/[^/]*/i, '').replace(/\?.*$/s, '');
  const parts = path.split('/').filter((part) => part !== '' && part !== TRACK);
  return parts.join('/');
}
