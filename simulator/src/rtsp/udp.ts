import { createSocket, type Socket } from 'node:dgram';

/** A key picture is a hundred packets; sent at once they overflow a client's socket buffer. */
const PACKETS_AT_ONCE = 32;
const PAUSE_MS = 2;
/** Half a minute of a few cameras; beyond it packets are dropped. */
const MAX_QUEUED = 20_000;
const ATTEMPTS = 50;

interface Datagram {
  bytes: Buffer;
  port: number;
  address: string;
}

/** The server's pair of UDP ports, RTP on the even and RTCP on the odd one, for all clients. */
export class UdpPorts {
  readonly rtpPort: number;
  readonly #rtp: Socket;
  readonly #rtcp: Socket;
  readonly #queue: Datagram[] = [];
  #pause: NodeJS.Timeout | undefined;

  /**
   * @param onReport called with the source address of an RTCP packet.
   * @throws Error where no free pair is found.
   */
  static async open(host: string, onReport: (address: string, port: number) => void) {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const rtp = await bind(host, 0);
      const { port } = rtp.address();
      const rtcp = port % 2 === 0 ? await bind(host, port + 1).catch(() => null) : null;
      if (rtcp) return new UdpPorts(rtp, rtcp, onReport);
      rtp.close();
    }
    throw new Error(`no free pair of UDP ports on ${host}`);
  }

  constructor(rtp: Socket, rtcp: Socket, onReport: (address: string, port: number) => void) {
    this.#rtp = rtp;
    this.#rtcp = rtcp;
    this.rtpPort = rtp.address().port;
    rtcp.on('message', (_, { address, port }) => onReport(address, port));
    // A closed client port answers by ICMP; its connection reports the same.
    for (const socket of [rtp, rtcp]) socket.on('error', () => {});
  }

  /** Sends RTP packets, in small groups. */
  send(packets: Iterable<Buffer>, port: number, address: string): void {
    for (const bytes of packets) {
      if (this.#queue.length >= MAX_QUEUED) return;
      this.#queue.push({ bytes, port, address });
    }
    if (!this.#pause) this.#sendSome();
  }

  sendReport(bytes: Buffer, port: number, address: string): void {
    this.#rtcp.send(bytes, port, address);
  }

  close(): void {
    clearTimeout(this.#pause);
    this.#queue.length = 0;
    this.#rtp.close();
    this.#rtcp.close();
  }

  #sendSome(): void {
    for (const { bytes, port, address } of this.#queue.splice(0, PACKETS_AT_ONCE)) {
      this.#rtp.send(bytes, port, address);
    }
    this.#pause = undefined;
    if (this.#queue.length > 0) this.#pause = setTimeout(() => this.#sendSome(), PAUSE_MS);
  }
}

function bind(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    socket.once('error', (error) => {
      socket.close();
      reject(error);
    });
    socket.bind(port, host, () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}
