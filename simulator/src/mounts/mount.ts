import { randomInt } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { type PacketBatch, type RtpState, writePackets } from '../rtp/packets.ts';
import { toPayloads } from '../rtp/payload.ts';
import { writeSenderReport } from '../rtp/rtcp.ts';
import type { Credentials } from '../rtsp/authentication.ts';
import { payloadTypeOf } from '../rtsp/sdp.ts';
import type { Source, SourceUnit } from './source.ts';

/** Fits an Ethernet frame with IP, UDP and RTP headers. */
const MAX_PAYLOAD = 1400;
const REPORT_EVERY_SECONDS = 5;

/** A client of a mount. */
export interface StreamClient {
  readonly address: string;
  readonly transport: 'tcp' | 'udp';
  send(batch: PacketBatch): void;
  sendReport(report: Buffer): void;
  /** Closes the client's connection without notice, as a camera that loses power does. */
  cut(): void;
}

/** The definition of a mount. */
export interface MountOptions {
  /** A file; none for audio only. */
  file?: string | undefined;
  audioOnly: boolean;
  stamped: boolean;
  offset: number;
  credentials?: Credentials | undefined;
  floorPlan?: string | undefined;
}

interface Viewer {
  since: number;
  /** A client starts with a key picture: earlier ones cannot be decoded. */
  waitsForKey: boolean;
}

/** A simulated camera: one stream under one name, for any number of clients. */
export class Mount {
  readonly name: string;
  readonly options: MountOptions;
  readonly source: Source;
  readonly rtp: RtpState;
  readonly #clock: Clock;
  readonly #viewers = new Map<StreamClient, Viewer>();
  readonly #timestampOffset = randomInt(2 ** 32);
  #frozen = false;
  /** Seconds that the timestamps are ahead of the clip. */
  #shift = 0;
  #packets = 0;
  #octets = 0;
  #lastReport = -Infinity;

  constructor(name: string, options: MountOptions, source: Source, clock: Clock) {
    this.name = name;
    this.options = options;
    this.source = source;
    this.#clock = clock;
    this.rtp = {
      payloadType: payloadTypeOf(source.format),
      ssrc: randomInt(2 ** 32),
      sequence: randomInt(2 ** 16),
    };
    source.deliver = (unit) => this.#deliver(unit);
  }

  get frozen(): boolean {
    return this.#frozen;
  }

  clients(): { address: string; transport: 'tcp' | 'udp'; since: number }[] {
    return [...this.#viewers].map(([{ address, transport }, { since }]) => ({
      address,
      transport,
      since: this.#clock.wallAt(since),
    }));
  }

  attach(client: StreamClient): void {
    this.#viewers.set(client, { since: this.#clock.elapsed(), waitsForKey: true });
    this.#updateWanted();
  }

  detach(client: StreamClient): void {
    if (this.#viewers.delete(client)) this.#updateWanted();
  }

  /** Disconnects all clients. @returns how many there were. */
  drop(): number {
    const clients = [...this.#viewers.keys()];
    for (const client of clients) {
      this.detach(client);
      client.cut();
    }
    return clients.length;
  }

  /** Stops sending while connections stay open, as a hung camera does. */
  freeze(): void {
    this.#frozen = true;
    this.#updateWanted();
  }

  /** Continues at the current time of the clip, with the next key picture. */
  thaw(): void {
    this.#frozen = false;
    for (const viewer of this.#viewers.values()) viewer.waitsForKey = true;
    this.#updateWanted();
  }

  /**
   * Moves the timestamps of all that follows on the open connections, as a camera does whose clock is set;
   * the pictures themselves go on.
   */
  shift(seconds: number): void {
    this.#shift += seconds;
  }

  async stop(): Promise<void> {
    this.drop();
    await this.source.stop();
  }

  #updateWanted(): void {
    this.source.setWanted(!this.#frozen && this.#viewers.size > 0);
  }

  #deliver({ unit, at }: SourceUnit): void {
    if (this.#frozen) return;
    const receivers: StreamClient[] = [];
    const begin: StreamClient[] = [];
    for (const [client, viewer] of this.#viewers) {
      if (unit.key && viewer.waitsForKey) {
        viewer.waitsForKey = false;
        begin.push(client);
      }
      if (!viewer.waitsForKey) receivers.push(client);
    }
    if (receivers.length === 0) return;
    const { codec } = this.source.format;
    const payloads = toPayloads(codec, unit.parts, MAX_PAYLOAD);
    const batch = writePackets(payloads, this.rtp, this.#timestamp(at), codec !== 'PCMA');
    this.#packets += payloads.length;
    for (const { head, body } of payloads) this.#octets += head.length + body.length;
    for (const client of receivers) client.send(batch);
    this.#sendReports(receivers, begin);
  }

  /**
   * Sends periodic reports to all clients, and one to each client after its first picture, for the
   * wall time of its pictures from the start. Not before: ffmpeg assigns no time to its first
   * picture, and would count from the report on.
   */
  #sendReports(receivers: StreamClient[], begin: StreamClient[]): void {
    const now = this.#clock.elapsed();
    const isTime = now - this.#lastReport >= REPORT_EVERY_SECONDS;
    if (isTime) this.#lastReport = now;
    const audience = isTime ? receivers : begin;
    if (audience.length === 0) return;
    const report = this.#report();
    for (const client of audience) client.sendReport(report);
  }

  #timestamp(at: number): number {
    return this.#timestampOffset + Math.round((at + this.#shift) * this.source.format.clockRate);
  }

  #report(): Buffer {
    const now = this.#clock.elapsed();
    return writeSenderReport({
      ssrc: this.rtp.ssrc,
      wallMs: this.#clock.wallAt(now),
      timestamp: this.#timestamp(now),
      packets: this.#packets,
      octets: this.#octets,
      name: this.name,
    });
  }
}
