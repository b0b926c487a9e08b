import { randomBytes, randomInt } from 'node:crypto';
import nodeDataChannel, { type PeerConnection, type Track } from 'node-datachannel';
import { type H264Choice, requireH264 } from '../h264-offer.ts';
import { LiveRefusal } from '../live-engine.ts';
import { withAnnounced } from './announced.ts';
import { withoutCandidates } from './offer-candidates.ts';
import type { WhepSetup } from './whep-messages.ts';

const GATHERING_MS = 2000;
/** A viewer without a connection for this long is removed. */
const UNCONNECTED_MS = 20_000;
/** Number of packets kept for retransmission. */
const RESEND_PACKETS = 512;

/** What the engine of the process is made of. */
export interface WhepEngineOptions extends WhepSetup {
  readonly onConnected: (session: string) => void;
  readonly onEnded: (session: string) => void;
}

/** The packets of a camera. */
interface Packets {
  /** @param receiver must not keep the packet; it may modify payload type and SSRC. */
  subscribe(receiver: (packet: Buffer) => void): () => void;
}

interface Viewer {
  readonly connection: PeerConnection;
  readonly leave: () => void;
  unconnected?: NodeJS.Timeout;
}

/**
 * WebRTC by libdatachannel: each viewer gets the camera's packets unmodified, encrypted, by UDP alone, since its
 * library for ICE knows no TCP.
 */
export class WhepEngine {
  readonly #options: WhepEngineOptions;
  readonly #viewers = new Map<string, Viewer>();

  constructor(options: WhepEngineOptions) {
    this.#options = options;
    // Without a receiver the binding throws; at this level nothing is logged.
    nodeDataChannel.initLogger('Fatal', () => {});
  }

  /**
   * @returns the SDP answer.
   * @throws LiveRefusal where the offer cannot be answered.
   */
  async open(camera: string, ingest: Packets, session: string, offer: string): Promise<string> {
    const choice = requireH264(offer);
    const { bind, ports } = this.#options;
    const connection = new nodeDataChannel.PeerConnection(session, {
      iceServers: [],
      disableAutoNegotiation: true,
      ...(bind === null ? {} : { bindAddress: bind }),
      ...(ports === null ? {} : { portRangeBegin: ports.from, portRangeEnd: ports.to }),
    });
    try {
      const ssrc = randomInt(1, 0xffffffff);
      const track = addTrack(connection, choice, ssrc, camera);
      const viewer: Viewer = { connection, leave: forward(ingest, track, choice, ssrc) };
      this.#viewers.set(session, viewer);
      this.#watch(session, viewer);
      return withAnnounced(await negotiate(connection, offer), this.#options.announced);
    } catch (error) {
      if (!this.#remove(session)) connection.close();
      throw new LiveRefusal(400, `the offer cannot be answered: ${(error as Error).message}`);
    }
  }

  /** @returns false where there is no such session. */
  end(session: string): boolean {
    const isKnown = this.#remove(session);
    if (isKnown) this.#options.onEnded(session);
    return isKnown;
  }

  #remove(session: string): boolean {
    const viewer = this.#viewers.get(session);
    if (!viewer) return false;
    this.#viewers.delete(session);
    clearTimeout(viewer.unconnected);
    viewer.leave();
    viewer.connection.close();
    return true;
  }

  #watch(session: string, viewer: Viewer): void {
    const giveUp = () => {
      viewer.unconnected ??= setTimeout(() => this.end(session), UNCONNECTED_MS);
    };
    giveUp();
    viewer.connection.onStateChange((state) => {
      if (state === 'connected') {
        clearTimeout(viewer.unconnected);
        delete viewer.unconnected;
        this.#options.onConnected(session);
      } else if (state === 'disconnected') giveUp();
      else if (state === 'failed' || state === 'closed') this.end(session);
    });
  }
}

function addTrack(
  connection: PeerConnection,
  { payloadType, parameters, mid }: H264Choice,
  ssrc: number,
  camera: string,
): Track {
  const name = `${camera}-${randomBytes(3).toString('hex')}`;
  const video = new nodeDataChannel.Video(mid, 'SendOnly');
  video.addH264Codec(payloadType, parameters);
  video.addSSRC(ssrc, name, camera, name);
  const track = connection.addTrack(video);
  const config = new nodeDataChannel.RtpPacketizationConfig(ssrc, name, payloadType, 90_000);
  const reporter = new nodeDataChannel.RtcpSrReporter(config);
  reporter.addToChain(new nodeDataChannel.RtcpNackResponder(RESEND_PACKETS));
  track.setMediaHandler(reporter);
  return track;
}

/** Sends the camera's packets with this viewer's payload type and SSRC. */
function forward(
  ingest: Packets,
  track: Track,
  { payloadType }: H264Choice,
  ssrc: number,
): () => void {
  let open = false;
  track.onOpen(() => {
    open = true;
  });
  track.onClosed(() => {
    open = false;
  });
  return ingest.subscribe((packet) => {
    if (!open) return;
    packet[1] = (packet[1]! & 0x80) | payloadType;
    packet.writeUInt32BE(ssrc, 8);
    try {
      if (track.isOpen()) track.sendMessageBinary(packet);
    } catch {
      // The library throws where SRTP refuses a packet; only that packet is lost.
    }
  });
}

async function negotiate(connection: PeerConnection, offer: string): Promise<string> {
  const gathered = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, GATHERING_MS);
    connection.onGatheringStateChange((state) => {
      if (state !== 'complete') return;
      clearTimeout(timer);
      resolve();
    });
  });
  connection.setRemoteDescription(withoutCandidates(offer), 'offer');
  connection.setLocalDescription('answer');
  await gathered;
  const answer = connection.localDescription();
  if (!answer) throw new Error('no answer was created');
  return answer.sdp;
}
