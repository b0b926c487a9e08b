/** A packet of MQTT as the broker keeps it for a session. */
export interface KeptPacket {
  cmd: string;
  topic?: string;
  payload?: string | Buffer;
  messageId?: number | undefined;
  brokerId?: string;
  brokerCounter?: number;
  dup?: boolean;
}

/** Ids of MQTT are 1 to this. */
const MOST_ID = 65_535;

interface Entry {
  packet: KeptPacket;
  readonly bytes: number;
  /** It comes by so many filters of the session, and is sent once. */
  copies: number;
}

export interface QueueLimits {
  readonly queued: number;
  readonly queuedBytes: number;
}

/**
 * What waits for one session, from the moment it is published until the client acknowledges it: while
 * the client is away, and while it reads slowly. It holds so many messages and bytes; further ones are
 * not taken.
 */
export class SessionQueue {
  /** In the order in which they came, by the broker's number: thousands may wait for an acknowledgement. */
  #entries = new Map<string, Entry>();
  /** The key of what was sent, by its message id. */
  #sent = new Map<number, string>();
  #bytes = 0;

  /** @returns false where it is full: then it is not kept. */
  add(packet: KeptPacket, { queued, queuedBytes }: QueueLimits): boolean {
    const bytes = sizeOf(packet);
    if (this.#entries.size >= queued || this.#bytes + bytes > queuedBytes) return false;
    const key = keyOf(packet);
    const known = this.#entries.get(key);
    if (known) {
      known.copies++;
      return true;
    }
    // Each session gives it a message id of its own.
    this.#entries.set(key, { packet: { ...packet, messageId: undefined }, bytes, copies: 1 });
    this.#bytes += bytes;
    return true;
  }

  /**
   * Notes under which id a message is sent, or the next step of its handshake. The broker begins to count ids again
   * with each connection: where another message of the session has this one still, the packet gets another id.
   *
   * @throws Error where it is not kept: then it is not sent.
   */
  update(packet: KeptPacket): void {
    const entry = this.#entries.get(keyOf(packet));
    if (entry) {
      const { packet: kept } = entry;
      if (kept.messageId !== undefined) this.#sent.delete(kept.messageId);
      packet.messageId = this.#freeId(packet.messageId ?? 1);
      kept.messageId = packet.messageId;
      this.#sent.set(packet.messageId, keyOf(kept));
      return;
    }
    const sent = this.#entries.get(this.#sent.get(packet.messageId ?? 0) ?? '');
    if (!sent) throw new Error('the message is not in the queue of the session');
    sent.packet = packet;
  }

  #freeId(wanted: number): number {
    let id = wanted;
    while (this.#sent.has(id)) id = (id % MOST_ID) + 1;
    return id;
  }

  /** Takes out what has this message id; without an id, a copy that is not sent. */
  remove(
    packet: Pick<KeptPacket, 'messageId' | 'brokerId' | 'brokerCounter'>,
  ): KeptPacket | undefined {
    const { messageId } = packet;
    const key = messageId === undefined ? keyOf(packet) : this.#sent.get(messageId);
    const entry = this.#entries.get(key ?? '');
    if (key === undefined || !entry) return undefined;
    if (messageId === undefined) {
      entry.copies--;
      if (entry.copies > 0 || entry.packet.messageId !== undefined) return entry.packet;
    } else this.#sent.delete(messageId);
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
    return entry.packet;
  }

  /** What is sent again says so. */
  packets(): KeptPacket[] {
    return [...this.#entries.values()].map(({ packet }) =>
      packet.messageId === undefined || packet.cmd !== 'publish'
        ? packet
        : { ...packet, dup: true },
    );
  }

  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }
}

const keyOf = ({ brokerId, brokerCounter }: Pick<KeptPacket, 'brokerId' | 'brokerCounter'>) =>
  `${brokerId} ${brokerCounter}`;

const sizeOf = ({ topic, payload }: KeptPacket) => (topic?.length ?? 0) + (payload?.length ?? 0);

/** With bytes of its own: a part of what was read keeps the whole of it in memory. */
export function ownBytes(packet: KeptPacket): KeptPacket {
  const { payload } = packet;
  if (!Buffer.isBuffer(payload) || payload.buffer.byteLength <= payload.length) return packet;
  const own = Buffer.allocUnsafeSlow(payload.length);
  payload.copy(own);
  return { ...packet, payload: own };
}
