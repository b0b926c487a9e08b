/** What of a message on the bus its acknowledgement needs. */
interface Receivable {
  readonly id: number;
  /** The broker sent it before. */
  readonly isAgain: boolean;
  readonly bytes: number;
}

interface Held {
  readonly id: number;
  readonly bytes: number;
  /** The connection that brought it last. */
  connection: number;
  isDone: boolean;
}

/**
 * What may be unacknowledged, messages and bytes: less than both brokers keep for the API. A broker that has no room left drops
 * the newest messages of all senders (`contracts/src/bus/rights.ts`, `deploy/mosquitto/mosquitto.conf`).
 */
export const MOST_HELD = { messages: 40_000, bytes: 48 * 1024 * 1024 } as const;

/**
 * Acknowledges messages of QoS 1 once they are handled, those of a batch together. What is not acknowledged the broker delivers
 * again with the next connection, to this process or, where it was killed, to the next one.
 *
 * The order of acknowledgements is not that of arrival, as one message waits for the database and the next one does not. Brokers
 * find a message by its id.
 *
 * @param send writes acknowledgements to the connection.
 */
export function createReceipts(
  send: (ids: readonly number[]) => void,
  most: { readonly messages: number; readonly bytes: number } = MOST_HELD,
) {
  /** By their id, in the order of their arrival. */
  const held = new Map<number, Held>();
  let bytes = 0;
  let connection = 0;
  let isConnected = false;
  let due: Held[] = [];
  let sending: NodeJS.Immediate | undefined;

  function forget(one: Held): void {
    if (held.get(one.id) !== one) return;
    held.delete(one.id);
    bytes -= one.bytes;
  }

  function acknowledge(one: Held): void {
    // Of an earlier connection: the broker sends it again, and may have given its id to another message.
    if (held.get(one.id) !== one || one.connection !== connection || !isConnected) return;
    due.push(one);
    sending ??= setImmediate(flush);
  }

  function flush(): void {
    clearImmediate(sending);
    sending = undefined;
    const now = due.filter((one) => held.get(one.id) === one && one.connection === connection);
    due = [];
    if (!isConnected || now.length === 0) return;
    for (const one of now) forget(one);
    send(now.map(({ id }) => id));
  }

  return {
    /** @param isSameSession whether the broker kept what was not acknowledged. */
    connected(isSameSession: boolean): void {
      connection++;
      isConnected = true;
      due = [];
      for (const one of held.values()) {
        // The last connection did not bring it again: the broker has it no more, and its id may come for another message.
        const isGone = one.isDone && one.connection < connection - 2;
        if (!isSameSession || isGone) forget(one);
      }
    },
    disconnected(): void {
      isConnected = false;
    },
    /**
     * @returns what acknowledges it, to be called once it is handled; null where the same message is being handled, or was while
     *   the connection was lost.
     */
    take({ id, isAgain, bytes: size }: Receivable): (() => void) | null {
      const known = held.get(id);
      if (known && isAgain) {
        known.connection = connection;
        if (known.isDone) acknowledge(known);
        return null;
      }
      if (known) forget(known);
      const one: Held = { id, bytes: size, connection, isDone: false };
      held.set(id, one);
      bytes += size;
      for (const oldest of held.values()) {
        if (held.size <= most.messages && bytes <= most.bytes) break;
        // It is handled all the same; a process that is killed meanwhile loses it.
        if (oldest.connection === connection) send([oldest.id]);
        forget(oldest);
      }
      return () => {
        one.isDone = true;
        acknowledge(one);
      };
    },
    /** Sends what is due, before the connection is closed. */
    flush,
    /** Messages that are not acknowledged yet. */
    get size(): number {
      return held.size;
    },
  };
}

/** A PUBACK of MQTT 3.1.1 for each id. */
export function acknowledgementsOf(ids: readonly number[]): Buffer {
  const packets = Buffer.alloc(4 * ids.length);
  for (const [n, id] of ids.entries()) {
    packets.writeUInt16BE(0x4002, 4 * n);
    packets.writeUInt16BE(id, 4 * n + 2);
  }
  return packets;
}
