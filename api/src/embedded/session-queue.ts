/** A packet of MQTT as the broker keeps it for a session. */
export interface KeptPacket {
  cmd: string;
  topic?: string;
  payload?: string | Buffer;
  messageId?: number | undefined;
  brokerId?: string;
  brokerCounter?: number;
}

interface Entry {
  packet: KeptPacket;
  readonly bytes: number;
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
  #entries: Entry[] = [];
  #bytes = 0;

  /** @returns false where it is full: then it is not kept. */
  add(packet: KeptPacket, { queued, queuedBytes }: QueueLimits): boolean {
    const bytes = sizeOf(packet);
    if (this.#entries.length >= queued || this.#bytes + bytes > queuedBytes) return false;
    // Each session gives it a message id of its own.
    this.#entries.push({ packet: { ...packet, messageId: undefined }, bytes });
    this.#bytes += bytes;
    return true;
  }

  /**
   * Notes under which id a message is sent, or the next step of its handshake.
   *
   * @throws Error where it is not kept: then it is not sent.
   */
  update(packet: KeptPacket): void {
    for (const entry of this.#entries) {
      const { packet: kept } = entry;
      if (kept.brokerId === packet.brokerId) {
        if (kept.brokerCounter !== packet.brokerCounter) continue;
        kept.messageId = packet.messageId;
        return;
      }
      if (kept.messageId !== packet.messageId) continue;
      entry.packet = packet;
      return;
    }
    throw new Error('the message is not in the queue of the session');
  }

  /** Takes out what has this message id. */
  remove(messageId: number | undefined): KeptPacket | undefined {
    const at = this.#entries.findIndex(({ packet }) => packet.messageId === messageId);
    const [entry] = at === -1 ? [] : this.#entries.splice(at, 1);
    this.#bytes -= entry?.bytes ?? 0;
    return entry?.packet;
  }

  packets(): KeptPacket[] {
    return this.#entries.map(({ packet }) => packet);
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }
}

const sizeOf = ({ topic, payload }: KeptPacket) => (topic?.length ?? 0) + (payload?.length ?? 0);

/** With bytes of its own: a part of what was read keeps the whole of it in memory. */
export function ownBytes(packet: KeptPacket): KeptPacket {
  const { payload } = packet;
  if (!Buffer.isBuffer(payload) || payload.buffer.byteLength <= payload.length) return packet;
  const own = Buffer.allocUnsafeSlow(payload.length);
  payload.copy(own);
  return { ...packet, payload: own };
}
