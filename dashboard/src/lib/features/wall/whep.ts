import type { LiveStream, WebRtcEngine } from '@anshi/contracts';
import { ApiError } from '$lib/api/problem.ts';
import { serverNow } from '$lib/api/server-clock.ts';

/**
 * Live video by WHEP (draft-ietf-wish-whep): an SDP offer is posted, the response contains the
 * answer and the session's address, which is deleted at the end. Reconnects automatically.
 */

export type LiveState =
  | { name: 'idle' | 'connecting' | 'playing' }
  /** `detail` is the server's reason, null where the connection broke. */
  | { name: 'waiting'; detail: string | null; retryAt: number }
  /** The camera is not sending; the view is requested again when it is. */
  | { name: 'silent' }
  | { name: 'unsupported' };

/** What sends the picture, as the answer names it; null where it names nothing. */
export interface LiveSender {
  engine: string | null;
  /** Why it is not the best engine. */
  reason: string | null;
}

export interface WhepOptions {
  camera: string;
  /** Which picture of the camera; left out, the main one. */
  stream?: LiveStream;
  /** Begins with the last key frame, in the place of the next one. */
  quick?: boolean;
  /** The engine that is to send it; null for the best that runs. */
  engine?: WebRtcEngine | null;
  /** fetch with the bearer token. @throws with the server's message where it refuses. */
  request: (url: string, init: RequestInit) => Promise<Response>;
  /** The ICE servers of this view. */
  iceServers: () => Promise<RTCIceServer[]>;
  /** Whether packets may come through a TURN server alone: to try it. */
  relayOnly?: boolean;
  /** What a refusal means, for the viewer. */
  explain: (error: unknown) => string;
  onState: (state: LiveState) => void;
  onStream: (stream: MediaStream | null) => void;
  onSender?: (sender: LiveSender) => void;
  /** The server opened a view, and its answer is in use: from now on packets can come. */
  onAnswered?: () => void;
  /** The server opened no view. */
  onRefused?: (error: unknown) => void;
}

const delays = [1_000, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000];
/** After a view that the server ended: its worker restarts within 2 to 4 s, ms. */
const delaysOnceOver = [500, 500, 500, 500, ...delays];
const connectWithin = 15_000;
/** While a picture stands the server is asked this often whether the view is open, ms; without an answer it may be cut. */
const checkEvery = 2_000;
/**
 * ICE that is disconnected may recover by itself: the view is kept for so long, ms. It is a part of the delay before the next
 * attempt, and no longer than the first one, so that a dead sender is left no later.
 */
const graceMs = 1_000;

export class WhepConnection {
  readonly #options: WhepOptions;
  #peer: RTCPeerConnection | null = null;
  #session: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #grace: ReturnType<typeof setTimeout> | undefined;
  #attempts = 0;
  /** Number of the newest connection attempt: an older one that still waits for its ICE servers stops. */
  #attempt = 0;
  #wanted = false;
  #playoutMs: number | null = null;
  #checkedAt = Number.NEGATIVE_INFINITY;
  /** The check that is on its way. */
  #checking: object | null = null;
  /** Of a picture that stands: nothing, the server said that its view is open, or it was left alone for that. */
  #standing: 'unknown' | 'open' | 'left' = 'unknown';
  /** A view that was over has been opened again without a delay, and has not played since. */
  #hasHurried = false;

  constructor(options: WhepOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#wanted) return;
    if (typeof RTCPeerConnection === 'undefined') {
      this.#options.onState({ name: 'unsupported' });
      return;
    }
    this.#wanted = true;
    this.#attempts = 0;
    void this.#connect();
  }

  stop(): void {
    if (!this.#wanted) return;
    this.#wanted = false;
    this.#release();
    this.#options.onState({ name: 'idle' });
  }

  /** Packets get through, also where no picture has come yet. */
  get isConnected(): boolean {
    return this.#peer?.connectionState === 'connected';
  }

  /** The picture is playing: the next failure starts with the shortest delay. */
  confirmPlaying(): void {
    if (!this.#peer) return;
    this.#attempts = 0;
    this.#hasHurried = false;
    this.reportMoves();
    clearTimeout(this.#timer);
    this.#options.onState({ name: 'playing' });
  }

  /**
   * How long frames wait before they are shown, so that their boxes are there; at most 4,000 ms, null for as
   * short as possible. A browser that does not know of it shows them at once.
   */
  setPlayoutDelay(ms: number | null): void {
    if (ms === this.#playoutMs) return;
    this.#playoutMs = ms;
    this.#delay();
  }

  /**
   * Checks a view whose picture stands. A browser finds a dead worker or engine after some 5 s; the server knows it at
   * once, and another view is opened without a delay.
   */
  reportStands(): void {
    const session = this.#session;
    const now = performance.now();
    if (!session || this.#checking || now - this.#checkedAt < checkEvery) return;
    this.#checkedAt = now;
    const check = {};
    this.#checking = check;
    // An answer that comes after the next frame says nothing of what stands then.
    const isCurrent = () => {
      if (check !== this.#checking) return false;
      this.#checking = null;
      return true;
    };
    this.#options.request(session, { method: 'GET' }).then(
      () => {
        if (isCurrent() && this.#standing === 'unknown') this.#standing = 'open';
      },
      (error: unknown) => {
        if (!isCurrent() || !isOver(error)) return;
        const isFirst = !this.#hasHurried;
        this.#hasHurried = true;
        this.#again(null, isFirst ? Number.POSITIVE_INFINITY : 0);
      },
    );
  }

  /** Frames come again. */
  reportMoves(): void {
    this.#standing = 'unknown';
    this.#checking = null;
  }

  /**
   * The picture stands although the server has the view, or the server does not answer: packets may be cut on their way.
   */
  get mayBeCut(): boolean {
    const isLate = this.#checking !== null && performance.now() - this.#checkedAt >= checkEvery;
    return this.#standing !== 'unknown' || isLate;
  }

  /** The picture is frozen although the connection is open: a camera may pause, so an open view is left alone once. */
  reportStalled(): void {
    if (this.#standing === 'open') this.#standing = 'left';
    else this.#again(null);
  }

  async #connect(): Promise<void> {
    this.#attempt += 1;
    const attempt = this.#attempt;
    this.#options.onState({ name: 'connecting' });
    const iceServers = await this.#options.iceServers();
    // Stopped meanwhile, and perhaps started again.
    if (attempt !== this.#attempt || !this.#wanted) return;
    const peer = new RTCPeerConnection({
      iceServers,
      iceTransportPolicy: this.#options.relayOnly ? 'relay' : 'all',
    });
    this.#peer = peer;
    this.#timer = setTimeout(() => this.#fail(peer, null), connectWithin);
    peer.addTransceiver('video', { direction: 'recvonly' });
    peer.ontrack = ({ streams, track, receiver }) => {
      this.#delay();
      this.#followEnd(peer, receiver?.transport);
      if (peer === this.#peer) this.#options.onStream(streams[0] ?? new MediaStream([track]));
    };
    peer.onconnectionstatechange = () => this.#follow(peer);
    try {
      // Without waiting for the addresses of this browser, 0.1 s and more: the worker drops them from the offer, and
      // learns those that work from the checks that arrive.
      await peer.setLocalDescription(await peer.createOffer());
      if (peer !== this.#peer) return;
      const { camera, stream, engine, quick, request } = this.#options;
      const query = new URLSearchParams({
        ...(stream === 'small' && { stream }),
        ...(engine && { engine }),
        ...(quick && { quick: 'true' }),
      });
      const address = `/api/v1/live/${encodeURIComponent(camera)}/whep`;
      const response = await request(query.size > 0 ? `${address}?${query}` : address, {
        method: 'POST',
        headers: { 'content-type': 'application/sdp' },
        body: peer.localDescription?.sdp ?? '',
      });
      const session = response.headers.get('location');
      if (peer !== this.#peer) return void (session && this.#delete(session));
      this.#session = session;
      this.#options.onSender?.({
        engine: response.headers.get('x-anshi-live-engine'),
        reason: response.headers.get('x-anshi-live-reason'),
      });
      await peer.setRemoteDescription({ type: 'answer', sdp: await response.text() });
      if (peer === this.#peer) this.#options.onAnswered?.();
    } catch (error) {
      if (peer === this.#peer) this.#options.onRefused?.(error);
      this.#fail(peer, this.#options.explain(error));
    }
  }

  #follow(peer: RTCPeerConnection): void {
    const { connectionState: state } = peer;
    if (state === 'connected') this.#endGrace();
    else if (state === 'disconnected')
      this.#grace ??= setTimeout(() => this.#again(null, graceMs), graceMs);
    else if (state === 'failed' || state === 'closed') {
      this.#again(null, this.#grace === undefined ? 0 : graceMs);
    }
  }

  #endGrace(): void {
    clearTimeout(this.#grace);
    this.#grace = undefined;
  }

  /**
   * The worker ends a view by an alert of DTLS, such as when the right to watch is withdrawn. The state of the connection
   * tells of it only seconds later, and the last frame would stand until then.
   */
  #followEnd(peer: RTCPeerConnection, transport: RTCDtlsTransport | null | undefined): void {
    transport?.addEventListener('statechange', () => {
      if (transport.state === 'closed' || transport.state === 'failed') this.#fail(peer, null);
    });
  }

  #delay(): void {
    for (const receiver of this.#peer?.getReceivers() ?? []) {
      if ('jitterBufferTarget' in receiver) receiver.jitterBufferTarget = this.#playoutMs;
    }
  }

  #fail(peer: RTCPeerConnection, detail: string | null): void {
    if (peer === this.#peer) this.#again(detail);
  }

  /** @param waitedMs so much of the delay is over; Infinity for all of it, which counts as no failure. */
  #again(detail: string | null, waitedMs = 0): void {
    this.#release();
    if (!this.#wanted) return;
    const all = this.#hasHurried ? delaysOnceOver : delays;
    const delay = (all[Math.min(this.#attempts, all.length - 1)] ?? 30_000) - waitedMs;
    if (Number.isFinite(delay)) this.#attempts += 1;
    if (delay <= 0) {
      void this.#connect();
      return;
    }
    this.#options.onState({ name: 'waiting', detail, retryAt: serverNow() + delay });
    this.#timer = setTimeout(() => void this.#connect(), delay);
  }

  #release(): void {
    this.#attempt += 1;
    this.reportMoves();
    this.#checkedAt = Number.NEGATIVE_INFINITY;
    clearTimeout(this.#timer);
    this.#endGrace();
    const peer = this.#peer;
    this.#peer = null;
    if (peer) {
      peer.ontrack = peer.onconnectionstatechange = null;
      peer.close();
      this.#options.onStream(null);
    }
    if (this.#session) this.#delete(this.#session);
    this.#session = null;
  }

  /** The worker also detects the end of a viewer by itself. */
  #delete(session: string): void {
    void this.#options.request(session, { method: 'DELETE', keepalive: true }).catch(() => {});
  }
}

/** Whether the server says that a view is over, or that its worker does not answer; a lost network says neither. */
const isOver = (error: unknown): boolean =>
  error instanceof ApiError && ['live.session-unknown', 'live.unavailable'].includes(error.code);
