import {
  type SignatureFault,
  signatureFault,
  signMessage,
  workerBusKey,
} from '@anshi/contracts/bus-signature';

/**
 * Signs what the API tells a worker, and looks at what a worker signed. That of devices which take
 * commands is the same with other keys.
 */
export interface BusSigner {
  /** The key that the API shares with this worker alone. */
  keyOf(worker: string): string;
  /** @returns JSON with its signature, for `publishText`. */
  sign(worker: string, topic: string, message: object): string;
  /**
   * @param payload the bytes that arrived.
   * @param now null where the age does not matter.
   * @returns what is wrong, null where nothing is.
   */
  fault(
    worker: string,
    topic: string,
    payload: Uint8Array,
    now?: number | null,
  ): SignatureFault | null;
}

/** Names of workers come from topics: so many keys are remembered. */
const MOST_KEYS = 1_000;

/**
 * @param secret ANSHI_BUS_SECRET, from which each key follows.
 * @param keyFrom how the key of one of them follows; default that of a worker.
 */
export function createBusSigner(
  secret: string,
  tenant: string,
  keyFrom: typeof workerBusKey = workerBusKey,
): BusSigner {
  const keys = new Map<string, string>();
  function keyOf(worker: string): string {
    const known = keys.get(worker);
    if (known !== undefined) return known;
    if (keys.size >= MOST_KEYS) keys.clear();
    const key = keyFrom(secret, tenant, worker);
    keys.set(worker, key);
    return key;
  }
  return {
    keyOf,
    sign: (worker, topic, message) => signMessage(keyOf(worker), topic, message),
    fault: (worker, topic, payload, now = Date.now()) =>
      signatureFault(keyOf(worker), topic, payload, now),
  };
}
