import { ApiError } from '$lib/api/problem.ts';
import type { LiveWay, LiveWays, Mpeg1Reason } from './live-ways.ts';
import { Mpeg1Connection, type Mpeg1Options } from './mpeg1.ts';
import { type LiveSender, type LiveState, WhepConnection, type WhepOptions } from './whep.ts';

/**
 * Without a connection by WebRTC for this long after the server's answer, MPEG-1 is opened beside it, ms: its first
 * picture takes up to two seconds, and is to be there within five.
 */
export const mpeg1After = 1_500;
/** WebRTC goes on being tried until so long after the answer, as in a slow network, ms. */
export const connectedWithin = 8_000;
/** Connected, a picture waits for the next key frame of the camera. */
const pictureWithin = 12_000;
/** While MPEG-1 is shown WebRTC is tried again so much later; longer each time, ms. */
export const triedAgain = [60_000, 120_000, 300_000];

export interface LinkOptions
  extends Pick<
      WhepOptions,
      'camera' | 'stream' | 'quick' | 'request' | 'iceServers' | 'explain' | 'onStream'
    >,
    Pick<Mpeg1Options, 'canvas' | 'token' | 'onPicture' | 'sends'> {
  ways: LiveWays;
  /** The worker of the camera: a network may let those of another through. */
  worker: string;
  /** Of the page. */
  address: URL;
  onState: (state: LiveState) => void;
  onSender: (sender: LiveSender | null) => void;
  onWay: (way: LiveWay) => void;
  /** Opens a view by MPEG-1. */
  mpeg1?: (options: Mpeg1Options) => Pick<Mpeg1Connection, 'start' | 'stop'>;
}

/**
 * The picture of one tile: by WebRTC, and where that does not get through soon as MPEG-1. Whichever has the first
 * picture is shown. While MPEG-1 plays, WebRTC is tried beside it now and then; with its first picture it takes over.
 */
export class LiveLink {
  readonly #options: LinkOptions;
  #webrtc: WhepConnection | null = null;
  #mpeg1: Pick<Mpeg1Connection, 'start' | 'stop'> | null = null;
  #reason: Mpeg1Reason | null = null;
  #mpeg1State: LiveState = { name: 'idle' };
  /** MPEG-1 is what the tile shows; before its first picture WebRTC may still be it. */
  #showsMpeg1 = false;
  /** Of the view by WebRTC that is open or tried. */
  #sender: LiveSender | null = null;
  #late: ReturnType<typeof setTimeout> | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;
  #tries = 0;
  #leaveWays: () => void = () => {};

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  /** The address of the page asks for WebRTC: nothing else is tried. */
  get #isForced(): boolean {
    const { ways, address } = this.#options;
    return ways.forced(address) === 'webrtc';
  }

  start(): void {
    const { ways, address, worker } = this.#options;
    const forced = ways.forced(address);
    if (forced === 'mpeg1') this.#toMpeg1('address');
    else if (typeof RTCPeerConnection === 'undefined' && forced === null)
      this.#toMpeg1('no-webrtc');
    else if (ways.isBlocked(worker) && forced === null) this.#toMpeg1('blocked');
    else this.#toWebRtc();
  }

  stop(): void {
    clearTimeout(this.#late);
    clearTimeout(this.#again);
    this.#leaveWays();
    this.#webrtc?.stop();
    this.#mpeg1?.stop();
    this.#webrtc = this.#mpeg1 = null;
    this.#options.onState({ name: 'idle' });
  }

  /** The video of WebRTC plays. */
  confirmPlaying(): void {
    const connection = this.#webrtc;
    if (!connection) return;
    clearTimeout(this.#late);
    this.#late = undefined;
    this.#options.ways.opened(this.#options.worker);
    if (this.#mpeg1) {
      this.#mpeg1.stop();
      this.#mpeg1 = null;
      this.#showsMpeg1 = false;
      this.#reason = null;
      this.#tries = 0;
      this.#leaveWays();
      clearTimeout(this.#again);
      this.#options.onWay('webrtc');
      this.#options.onSender(this.#sender);
    }
    connection.confirmPlaying();
  }

  /**
   * The picture of WebRTC stands although its connection is open. Where its packets may be cut MPEG-1 is opened beside it; where the
   * view is over, another one takes its place.
   */
  reportStands(): void {
    const connection = this.#webrtc;
    // What stands while MPEG-1 is shown is that one.
    if (!connection || this.#showsMpeg1) return;
    connection.reportStands();
    if (!this.#isForced && connection.mayBeCut) this.#openMpeg1('blocked');
  }

  /** Frames of WebRTC come: MPEG-1 beside it is not needed any more. */
  reportMoves(): void {
    this.#webrtc?.reportMoves();
    if (this.#mpeg1 && this.#webrtc?.isConnected) this.confirmPlaying();
  }

  /** The picture of WebRTC is frozen although its connection is open. */
  reportStalled(): void {
    if (!this.#showsMpeg1) this.#webrtc?.reportStalled();
  }

  setPlayoutDelay(ms: number | null): void {
    this.#webrtc?.setPlayoutDelay(ms);
  }

  #toWebRtc(): void {
    this.#options.onWay('webrtc');
    this.#webrtc = this.#connection();
    this.#webrtc.start();
  }

  #connection(): WhepConnection {
    const {
      camera,
      stream,
      quick,
      request,
      iceServers,
      explain,
      onStream,
      onState,
      ways,
      address,
    } = this.#options;
    const connection: WhepConnection = new WhepConnection({
      camera,
      ...(stream && { stream }),
      ...(quick && { quick }),
      request,
      iceServers,
      engine: ways.engine(address),
      relayOnly: ways.isRelayOnly(address),
      explain,
      onStream,
      onState: (state) => {
        // While MPEG-1 is shown, its state is.
        if (connection === this.#webrtc && !this.#showsMpeg1) onState(state);
      },
      // Before the answer a delay is the server's, not a blocked network's.
      onAnswered: () => {
        if (connection === this.#webrtc && !this.#late) this.#waitFor(connection);
      },
      onSender: (sender) => {
        this.#sender = sender;
        if (!this.#showsMpeg1) this.#options.onSender(sender);
      },
      onRefused: (error) => this.#refused(connection, error),
    });
    return connection;
  }

  #waitFor(connection: WhepConnection): void {
    this.#late = setTimeout(() => {
      if (!connection.isConnected && !this.#isForced) this.#openMpeg1('blocked');
      this.#late = setTimeout(() => {
        if (!connection.isConnected) return this.#gaveUp('blocked');
        this.#late = setTimeout(() => this.#gaveUp('webrtc-failed'), pictureWithin);
      }, connectedWithin - mpeg1After);
    }, mpeg1After);
  }

  /** The server refused the view: that says nothing about the network. */
  #refused(connection: WhepConnection, error: unknown): void {
    if (connection !== this.#webrtc) return;
    clearTimeout(this.#late);
    this.#late = undefined;
    const code = error instanceof ApiError ? error.code : null;
    if (code === 'live.by-mpeg1') this.#gaveUp('chosen');
    else if (code === 'live.refused') this.#gaveUp('webrtc-failed');
    else if (this.#showsMpeg1) this.#gaveUp(this.#reason ?? 'webrtc-failed', false);
  }

  /** @param ofNetwork whether a network that blocks is found by it: other tiles of the worker begin with MPEG-1 then. */
  #gaveUp(reason: Mpeg1Reason, ofNetwork = reason === 'blocked'): void {
    const { ways, worker } = this.#options;
    clearTimeout(this.#late);
    this.#late = undefined;
    if (this.#isForced) return;
    if (ofNetwork) ways.blocked(worker);
    const connection = this.#webrtc;
    this.#webrtc = null;
    connection?.stop();
    this.#toMpeg1(reason);
  }

  /** The picture is that of MPEG-1 from now on, also before it has one. */
  #toMpeg1(reason: Mpeg1Reason): void {
    this.#openMpeg1(reason);
    if (!this.#showsMpeg1) this.#showMpeg1();
    if (reason === 'no-webrtc' || reason === 'address') return;
    this.#tryLater();
  }

  #openMpeg1(reason: Mpeg1Reason): void {
    if (this.#mpeg1) return;
    const { camera, canvas, token, explain, onState, onSender, onPicture, sends } = this.#options;
    this.#reason = reason;
    this.#mpeg1State = { name: 'connecting' };
    const { mpeg1 = (options) => new Mpeg1Connection(options) } = this.#options;
    this.#mpeg1 = mpeg1({
      camera,
      canvas,
      token,
      explain,
      ...(onPicture && { onPicture }),
      ...(sends && { sends }),
      onState: (state) => {
        this.#mpeg1State = state;
        if (this.#showsMpeg1) onState(state);
        else if (state.name === 'playing') this.#showMpeg1();
      },
      onEngine: (engine) => {
        if (this.#showsMpeg1) onSender({ engine, reason });
      },
    });
    this.#mpeg1.start();
    if (reason === 'no-webrtc' || reason === 'address') return;
    const { ways, worker } = this.#options;
    this.#leaveWays = ways.onOpen(worker, () => this.#tryNow());
  }

  #showMpeg1(): void {
    const { onWay, onSender, onState } = this.#options;
    this.#showsMpeg1 = true;
    onWay('mpeg1');
    onSender({ engine: 'node-rtsp-stream', reason: this.#reason });
    onState(this.#mpeg1State);
  }

  #tryLater(): void {
    clearTimeout(this.#again);
    const wait = triedAgain[Math.min(this.#tries, triedAgain.length - 1)];
    this.#tries += 1;
    this.#again = setTimeout(() => this.#tryNow(), wait);
  }

  #tryNow(): void {
    if (this.#webrtc) return;
    clearTimeout(this.#again);
    this.#webrtc = this.#connection();
    this.#webrtc.start();
  }
}
