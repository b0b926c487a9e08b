import type { Socket } from 'node:net';
import type { StreamClient } from '../mounts/mount.ts';
import {
  INTERLEAVED_HEADER,
  INTERLEAVED_MAGIC,
  onChannel,
  type PacketBatch,
  packetsOf,
} from '../rtp/packets.ts';
import type { UdpPorts } from './udp.ts';

/** A client this far behind does not read; it is disconnected to bound the memory. */
const MAX_BEHIND_BYTES = 4 * 1024 * 1024;

/** A client that receives its packets in the RTSP connection. */
export class TcpClient implements StreamClient {
  readonly transport = 'tcp';
  readonly address: string;
  readonly #socket: Socket;
  readonly #rtp: number;
  readonly #rtcp: number;

  constructor(socket: Socket, channels: { rtp: number; rtcp: number }) {
    this.address = `${socket.remoteAddress}:${socket.remotePort}`;
    this.#socket = socket;
    this.#rtp = channels.rtp;
    this.#rtcp = channels.rtcp;
  }

  send(batch: PacketBatch): void {
    if (this.#socket.writableLength > MAX_BEHIND_BYTES) this.cut();
    else this.#socket.write(this.#rtp === 0 ? batch.buffer : onChannel(batch, this.#rtp));
  }

  sendReport(report: Buffer): void {
    const header = Buffer.alloc(INTERLEAVED_HEADER);
    header.writeUInt8(INTERLEAVED_MAGIC, 0);
    header.writeUInt8(this.#rtcp, 1);
    header.writeUInt16BE(report.length, 2);
    this.#socket.write(Buffer.concat([header, report]));
  }

  cut(): void {
    this.#socket.destroy();
  }
}

/** A client that receives its packets by UDP, at its own address. */
export class UdpClient implements StreamClient {
  readonly transport = 'udp';
  readonly address: string;
  readonly #socket: Socket;
  readonly #ports: UdpPorts;
  readonly #host: string;
  readonly #rtp: number;
  readonly #rtcp: number;

  constructor(socket: Socket, ports: UdpPorts, client: { rtp: number; rtcp: number }) {
    this.#socket = socket;
    this.#ports = ports;
    this.#host = socket.remoteAddress ?? '127.0.0.1';
    this.#rtp = client.rtp;
    this.#rtcp = client.rtcp;
    this.address = `${this.#host}:${client.rtp}`;
  }

  /** Whether an RTCP packet from this address belongs to this client. */
  isFrom(address: string, port: number): boolean {
    return address === this.#host && port === this.#rtcp;
  }

  send(batch: PacketBatch): void {
    this.#ports.send(packetsOf(batch), this.#rtp, this.#host);
  }

  sendReport(report: Buffer): void {
    this.#ports.sendReport(report, this.#rtcp, this.#host);
  }

  cut(): void {
    this.#socket.destroy();
  }
}
