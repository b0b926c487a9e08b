/** The RTP packets of one live picture, as one continuous stream, for an engine that sends it to viewers. */
export interface PacketSource {
  /**
   * @param receiver must not keep the packet; it may modify payload type and SSRC.
   * @returns a function that unsubscribes.
   */
  subscribe(receiver: (packet: Buffer) => void): () => void;
  /** The connection of a viewer is open: packets reach it from now on. */
  connected?(): void;
  /** The view was opened or refused: nothing subscribes for it any more. */
  settle?(): void;
}
