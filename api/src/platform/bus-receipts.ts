/** Fields of a message that are needed to acknowledge it. */
interface Receivable {
  readonly id: number;
  /** Redelivery: the DUP flag. */
  readonly isAgain: boolean;
  readonly bytes: number;
}

interface Held {
  readonly id: number;
  readonly bytes: number;
  /** Number of the connection that delivered it last. */
  connection: number;
  isDone: boolean;
}

/**
 * Limits of unacknowledged messages: below the queue limits of both brokers. A broker whose queue is full drops the newest
 * messages of all senders (`contracts/src/bus/rights.ts`, `deploy/mosquitto/mosquitto.conf`).
 */
export const MOST_HELD = { messages: 40_000, bytes: 48 * 1024 * 1024 } as const;

/**
 * Acknowledges messages of QoS 1 once they are handled, those of a batch together. The broker redelivers unacknowledged messages
 * after a reconnect, to this process or, if it was killed, to the next one.
 *
 * Acknowledgements are not in the order of arrival, as one message waits for the database and the next one does not. Brokers
 * look up a message by its id.
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
    // Skips messages of an earlier connection: the broker redelivers them, and may have reused the id.
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
    /** @param isSameSession whether the broker resumed the session (session present). */
    connected(isSameSession: boolean): void {
      connection++;
      isConnected = true;
      due = [];
      for (const one of held.values()) {
        // Not redelivered by the last connection: the broker has dropped it and may reuse its id.
        const isGone = one.isDone && one.connection < connection - 2;
        if (!isSameSession || isGone) forget(one);
      }
    },
    disconnected(): void {
      isConnected = false;
    },
    /**
     * @returns the function that acknowledges it, to be called once it is handled; null for a redelivery of a message that is
     *   being handled, or was handled while disconnected.
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
        // It is still handled, but a kill of the process loses it.
        if (oldest.connection === connection) send([oldest.id]);
        forget(oldest);
      }
      return () => {
        one.isDone = true;
        acknowledge(one);
      };
    },
    /** Sends pending acknowledgements, before the connection is closed. */
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
