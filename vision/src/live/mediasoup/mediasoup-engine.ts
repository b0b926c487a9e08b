import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { types } from 'mediasoup';
import { requireH264 } from '../h264-offer.ts';
import { type LiveEngine, LiveRefusal, type OpenedView, type WhepOptions } from '../live-engine.ts';
import type { PacketSource } from '../packet-source.ts';
import { consumedH264 } from './h264-router.ts';
import type { MediasoupHost } from './mediasoup-host.ts';
import { type Entered, SharedFeeds } from './shared-feeds.ts';
import { offeredDtls, whepAnswer } from './whep-answer.ts';

/** A viewer without a connection for this long is removed. */
const UNCONNECTED_MS = 20_000;

interface Viewer {
  readonly camera: string;
  readonly transport: types.WebRtcTransport;
  readonly feed: Entered;
  readonly source: PacketSource;
  unconnected?: NodeJS.Timeout;
}

/**
 * WebRTC by mediasoup, in a process of its own: this process hands over each packet of a camera once,
 * and the viewers cost it nothing more.
 */
export class MediasoupEngine implements LiveEngine {
  readonly name = 'mediasoup';
  readonly #options: WhepOptions;
  readonly #host: MediasoupHost;
  readonly #viewers = new Map<string, Viewer>();
  #feeds: SharedFeeds | null = null;

  constructor(host: MediasoupHost, options: WhepOptions) {
    this.#host = host;
    this.#options = options;
  }

  get viewers(): number {
    return this.#viewers.size;
  }

  get isReady(): boolean {
    return this.#host.isRunning;
  }

  /** @throws EngineUnavailable where no worker runs here. */
  async open(
    camera: string,
    source: PacketSource,
    session: string,
    offer: string,
  ): Promise<OpenedView> {
    const choice = requireH264(offer);
    const dtls = offeredDtls(offer);
    if (!dtls) throw new LiveRefusal(400, 'the offer names no certificate (a=fingerprint)');
    const feed = await (await this.#feedsNow()).enter(source, choice.payloadType);
    let transport: types.WebRtcTransport | undefined;
    try {
      transport = await feed.router.createWebRtcTransport({
        listenInfos: this.#listenInfos(),
        enableUdp: true,
        enableTcp: this.#options.tcp,
        preferUdp: true,
      });
      const viewer: Viewer = { camera, transport, feed, source };
      this.#viewers.set(session, viewer);
      this.#watch(session, viewer);
      await transport.connect({ dtlsParameters: dtls.remote });
      const { producerId } = feed;
      const rtpCapabilities = consumedH264(choice.payloadType);
      const consumer = await transport.consume({ producerId, rtpCapabilities });
      const answer = whepAnswer({
        offer,
        choice,
        setup: dtls.setup,
        ice: transport.iceParameters,
        candidates: transport.iceCandidates,
        fingerprint: fingerprintOf(transport.dtlsParameters),
        ssrc: consumer.rtpParameters.encodings?.[0]?.ssrc ?? 0,
        camera,
      });
      return { answer, engine: this.name, reason: null };
    } catch (error) {
      if (!this.end(session)) {
        transport?.close();
        feed.leave();
      }
      throw error;
    }
  }

  has(session: string): boolean {
    return this.#viewers.has(session);
  }

  end(session: string): boolean {
    const viewer = this.#viewers.get(session);
    if (!viewer) return false;
    this.#viewers.delete(session);
    clearTimeout(viewer.unconnected);
    viewer.transport.close();
    viewer.feed.leave();
    this.#options.log.info({ camera: viewer.camera, viewers: this.viewers }, 'viewer disconnected');
    return true;
  }

  endCamera(camera: string): void {
    for (const [session, viewer] of [...this.#viewers]) {
      if (viewer.camera === camera) this.end(session);
    }
  }

  async close(): Promise<void> {
    for (const session of [...this.#viewers.keys()]) this.end(session);
    this.#host.close();
  }

  async #feedsNow(): Promise<SharedFeeds> {
    const worker = await this.#host.worker();
    if (this.#feeds?.worker !== worker) this.#feeds = new SharedFeeds(worker);
    return this.#feeds;
  }

  /** Asked for each view: the addresses of a machine change. */
  #listenInfos(): types.TransportListenInfo[] {
    const { bind, ports, announced, tcp } = this.#options;
    const range = ports === null ? {} : { portRange: { min: ports.from, max: ports.to } };
    const own = (bind === null ? ownAddresses() : [bind]).map((ip) => ({ ip }));
    const further = announced.map((announcedAddress) => ({
      ip: bind ?? (isIPv6(announcedAddress) ? '::' : '0.0.0.0'),
      announcedAddress,
    }));
    const protocols = tcp ? (['udp', 'tcp'] as const) : (['udp'] as const);
    return protocols.flatMap((protocol) =>
      [...own, ...further].map((address) => ({ protocol, ...address, ...range })),
    );
  }

  #watch(session: string, viewer: Viewer): void {
    const giveUp = () => {
      viewer.unconnected ??= setTimeout(() => this.end(session), UNCONNECTED_MS);
    };
    giveUp();
    const { transport, camera } = viewer;
    transport.on('dtlsstatechange', (state) => {
      if (state === 'connected') {
        clearTimeout(viewer.unconnected);
        delete viewer.unconnected;
        viewer.source.connected?.();
        this.#options.log.info({ camera, viewers: this.viewers }, 'viewer connected');
      } else if (state === 'failed' || state === 'closed') this.end(session);
    });
    transport.on('icestatechange', (state) => {
      if (state === 'disconnected') giveUp();
      else if (state === 'closed') this.end(session);
      else if (transport.dtlsState === 'connected') {
        clearTimeout(viewer.unconnected);
        delete viewer.unconnected;
      }
    });
    // The worker died, and with it all that was in it.
    transport.on('routerclose', () => this.end(session));
  }
}

/** What browsers of the network reach; a machine without a network is reached by itself alone. */
function ownAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((some) => some ?? []);
  const outside = all.filter(({ internal, scopeid }) => !internal && !scopeid);
  return outside.length > 0 ? outside.map(({ address }) => address) : ['127.0.0.1'];
}

function fingerprintOf({ fingerprints }: types.DtlsParameters): types.DtlsFingerprint {
  const found = fingerprints.find(({ algorithm }) => algorithm === 'sha-256') ?? fingerprints[0];
  if (!found) throw new Error('mediasoup has no certificate');
  return found;
}
