import type { LiveEngineName, LiveEngineReason, WebRtcEngine } from '@anshi/contracts';
import type { Logger } from 'pino';
import type { Mpeg1Sink } from './mpeg1/mpeg1-views.ts';
import type { PacketSource } from './packet-source.ts';
import type { RtpIngest } from './rtp-ingest.ts';

/** A viewer's request that was refused; `status` is the HTTP status. */
export class LiveRefusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'LiveRefusal';
    this.status = status;
  }
}

/** An engine does not run here; another serves the view. */
export class EngineUnavailable extends Error {
  readonly reason: LiveEngineReason;

  /** @param detail one sentence with what to do. */
  constructor(reason: LiveEngineReason, detail: string) {
    super(detail);
    this.name = 'EngineUnavailable';
    this.reason = reason;
  }
}

/** A view that began. */
export interface OpenedView {
  /** SDP for the browser. */
  readonly answer: string;
  readonly engine: LiveEngineName;
  /** Why it is this engine; null where it is the best. */
  readonly reason: LiveEngineReason | null;
}

/** Forwards a camera's RTP to browsers. */
export interface LiveEngine {
  readonly name: string;
  /**
   * Opens a session for one viewer (WHEP, draft-ietf-wish-whep).
   *
   * @param session its id, not used before.
   * @param offer SDP of the browser.
   * @param wanted the engine that the viewer asks for, where there is a choice.
   * @throws LiveRefusal where the offer cannot be answered.
   */
  open(
    camera: string,
    source: PacketSource,
    session: string,
    offer: string,
    wanted?: WebRtcEngine,
  ): Promise<OpenedView>;
  has(session: string): boolean;
  /** @returns false where there is no such session. */
  end(session: string): boolean;
  /** Ends all sessions of a removed camera. */
  endCamera(camera: string): void;
  readonly viewers: number;
  close(): Promise<void>;
}

/** Sends a camera to viewers without WebRTC. Its sessions are those of the `LiveEngine` beside it. */
export interface StreamEngine {
  readonly streamName: LiveEngineName;
  /**
   * @param session its id, not used before.
   * @throws LiveRefusal where the view is not sent in this way.
   */
  openStream(camera: string, ingest: RtpIngest, session: string, sink: Mpeg1Sink): void;
}

/** Where viewers reach the engines of WebRTC. */
export interface WhepOptions {
  /** Address announced to viewers; null for all of this machine. */
  readonly bind: string | null;
  /** Ports for viewers; null for any. */
  readonly ports: { readonly from: number; readonly to: number } | null;
  /** Further addresses at which viewers reach this machine, such as that of a router that forwards the ports. */
  readonly announced: readonly string[];
  /** Whether viewers may come by TCP where UDP is blocked. */
  readonly tcp: boolean;
  readonly log: Logger;
}
