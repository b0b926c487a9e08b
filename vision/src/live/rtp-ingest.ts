import { createSocket, type Socket } from 'node:dgram';
import { LOOPBACK_PAYLOAD_TYPE } from '../capture/ffmpeg-command.ts';
import { RtpContinuity } from './rtp-continuity.ts';

const RTP_HEADER = 12;

/** Receives the RTP of one camera's ffmpeg on loopback and forwards it as one continuous stream. */
export class RtpIngest {
  readonly #socket: Socket;
  readonly #continuity = new RtpContinuity();
  readonly #receivers = new Set<(packet: Buffer) => void>();
  readonly #onPicture: () => void;
  #timestamp = -1;

  private constructor(socket: Socket, onPicture: () => void) {
    this.#socket = socket;
    this.#onPicture = onPicture;
    socket.on('message', (packet) => this.#take(packet));
    socket.on('error', () => {});
  }

  /** @param onPicture called for each picture of the camera. */
  static open(onPicture: () => void): Promise<RtpIngest> {
    return new Promise((resolve, reject) => {
      const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 });
      socket.once('error', reject);
      socket.bind(0, '127.0.0.1', () => resolve(new RtpIngest(socket, onPicture)));
    });
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** How many get the packets. */
  get receivers(): number {
    return this.#receivers.size;
  }

  /** The camera's ffmpeg was restarted. */
  restart(): void {
    this.#continuity.restart();
  }

  /**
   * @param receiver must not keep the packet; it may modify payload type and SSRC.
   * @returns a function that unsubscribes.
   */
  subscribe(receiver: (packet: Buffer) => void): () => void {
    this.#receivers.add(receiver);
    return () => this.#receivers.delete(receiver);
  }

  close(): void {
    this.#receivers.clear();
    this.#socket.close();
  }

  #take(packet: Buffer): void {
    // RTCP shares the port; its packet types differ from our payload type.
    if (packet.length <= RTP_HEADER || (packet[1]! & 0x7f) !== LOOPBACK_PAYLOAD_TYPE) return;
    const timestamp = packet.readUInt32BE(4);
    if (timestamp !== this.#timestamp) {
      this.#timestamp = timestamp;
      this.#onPicture();
    }
    this.#continuity.rewrite(packet, performance.now());
    for (const receive of this.#receivers) receive(packet);
  }
}
