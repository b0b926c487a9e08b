import { createSocket, type Socket } from 'node:dgram';
import { LOOPBACK_PAYLOAD_TYPE } from '../capture/ffmpeg-command.ts';
import type { PacketSource } from './packet-source.ts';
import { RecentPictures } from './recent-pictures.ts';
import { RtpContinuity } from './rtp-continuity.ts';
import { RtpTimeline } from './rtp-timeline.ts';
import { type MeasuredStream, StreamShape } from './stream-shape.ts';

const RTP_HEADER = 12;

/** Receives the RTP of one camera's ffmpeg on loopback and forwards it as one continuous stream. */
export class RtpIngest implements PacketSource {
  /** Since the last key frame. */
  readonly recent = new RecentPictures();
  readonly #socket: Socket;
  readonly #continuity = new RtpContinuity();
  readonly #timeline = new RtpTimeline();
  readonly #receivers = new Set<(packet: Buffer) => void>();
  readonly #shape = new StreamShape();
  readonly #onPicture: () => void;
  readonly #codec: () => string | null;
  #timestamp = -1;
  /** Of the packets that came last, and of the run of ffmpeg that is over. */
  #ssrc = -1;
  #endedSsrc = -1;
  #restarts = 0;

  private constructor(socket: Socket, onPicture: () => void, codec: () => string | null) {
    this.#socket = socket;
    this.#codec = codec;
    this.#onPicture = onPicture;
    socket.on('message', (packet) => this.#take(packet));
    socket.on('error', () => {});
  }

  /**
   * @param onPicture called for each picture of the camera.
   * @param codec of the stream, as ffmpeg calls it; null while it is not known.
   */
  static open(onPicture: () => void, codec: () => string | null = () => null): Promise<RtpIngest> {
    return new Promise((resolve, reject) => {
      const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 });
      socket.once('error', reject);
      socket.bind(0, '127.0.0.1', () => resolve(new RtpIngest(socket, onPicture, codec)));
    });
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** How many get the packets. */
  get receivers(): number {
    return this.#receivers.size;
  }

  /** How often the camera's ffmpeg was restarted. */
  get restarts(): number {
    return this.#restarts;
  }

  /** What was measured of the stream of the present run. */
  get shape(): MeasuredStream {
    return this.#shape.read();
  }

  /** The camera's ffmpeg was restarted. */
  restart(): void {
    this.#restarts += 1;
    this.#endedSsrc = this.#ssrc;
    this.#continuity.restart();
    this.#timeline.restart();
    this.#shape.restart();
    this.recent.restart();
  }

  /**
   * The RTP timestamp with which viewers get a picture of the present run.
   *
   * @param ptsMs its stream time, milliseconds.
   * @returns ticks of 1/90000 s, 32 bits; null while it is not known, at the first picture.
   */
  timestampOf(ptsMs: number): number | null {
    const sent = this.#timeline.timestampOf(ptsMs);
    return sent === null ? null : this.#continuity.timestampOf(sent);
  }

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
    const ssrc = packet.readUInt32BE(8);
    // It was still on its way when its run of ffmpeg ended.
    if (ssrc === this.#endedSsrc) return;
    this.#ssrc = ssrc;
    const timestamp = packet.readUInt32BE(4);
    if (this.#timeline.take(timestamp)) this.#continuity.retime();
    if (timestamp !== this.#timestamp) {
      this.#timestamp = timestamp;
      this.#onPicture();
    }
    this.#shape.take(packet, this.#codec());
    this.#continuity.rewrite(packet, performance.now());
    if (this.#codec() !== 'hevc') this.recent.take(packet);
    for (const receive of this.#receivers) receive(packet);
  }
}
