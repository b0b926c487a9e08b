import { EventEmitter, on, once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface Answer {
  status: number;
  headers: Map<string, string>;
  body: string;
}

export interface Packet {
  channel: number;
  bytes: Buffer;
}

/** An RTSP client that exposes each response and each interleaved packet. */
export class RtspClient {
  readonly socket: Socket;
  readonly closed: Promise<unknown>;
  readonly packets: Packet[] = [];
  readonly #events = new EventEmitter();
  #pending: Buffer = Buffer.alloc(0);
  #sequence = 0;
  session = '';

  static async connect(port: number): Promise<RtspClient> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new RtspClient(socket);
  }

  constructor(socket: Socket) {
    this.socket = socket;
    this.closed = once(socket, 'close');
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      this.#pending = Buffer.concat([this.#pending, bytes]);
      while (this.#next()) {}
    });
  }

  async request(method: string, url: string, headers: Record<string, string> = {}) {
    this.#sequence += 1;
    const all = { CSeq: `${this.#sequence}`, ...(this.session && { Session: this.session }) };
    const lines = Object.entries({ ...all, ...headers }).map(([key, value]) => `${key}: ${value}`);
    const answer = this.answer();
    this.socket.write(`${[`${method} ${url} RTSP/1.0`, ...lines].join('\r\n')}\r\n\r\n`);
    return answer;
  }

  /** The next response. */
  async answer(): Promise<Answer> {
    const [answer] = await once(this.#events, 'answer');
    return answer;
  }

  /** SETUP and PLAY. */
  async play(url: string, transport = 'RTP/AVP/TCP;unicast;interleaved=0-1'): Promise<Answer> {
    const setup = await this.request('SETUP', `${url}/trackID=0`, { Transport: transport });
    this.session = setup.headers.get('session')?.split(';')[0] ?? '';
    await this.request('PLAY', url);
    return setup;
  }

  /** The next packets, from now on, until `count` fit. */
  async take(count: number, fits: (packet: Packet) => boolean = () => true): Promise<Packet[]> {
    const taken: Packet[] = [];
    for await (const [packet] of on(this.#events, 'packet')) {
      if (fits(packet)) taken.push(packet);
      if (taken.length === count) break;
    }
    return taken;
  }

  close(): void {
    this.socket.destroy();
  }

  #next(): boolean {
    if (this.#pending[0] === 0x24) {
      if (this.#pending.length < 4) return false;
      const end = 4 + this.#pending.readUInt16BE(2);
      if (this.#pending.length < end) return false;
      const packet = { channel: this.#pending[1]!, bytes: this.#pending.subarray(4, end) };
      this.#pending = this.#pending.subarray(end);
      this.packets.push(packet);
      this.#events.emit('packet', packet);
      return true;
    }
    const end = this.#pending.indexOf('\r\n\r\n');
    if (end < 0) return false;
    const [first = '', ...lines] = this.#pending.subarray(0, end).toString().split('\r\n');
    const headers = new Map(
      lines.map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
      }),
    );
    const bodyEnd = end + 4 + Number(headers.get('content-length') ?? 0);
    if (this.#pending.length < bodyEnd) return false;
    const body = this.#pending.subarray(end + 4, bodyEnd).toString();
    this.#pending = this.#pending.subarray(bodyEnd);
    this.#events.emit('answer', { status: Number(first.split(' ')[1]), headers, body });
    return true;
  }
}

export const isRtp = ({ channel }: Packet): boolean => channel === 0;
export const sequenceOf = ({ bytes }: Packet): number => bytes.readUInt16BE(2);
export const timestampOf = ({ bytes }: Packet): number => bytes.readUInt32BE(4);
