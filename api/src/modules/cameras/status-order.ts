import type { BusSigner } from '../../platform/bus-signer.ts';

/** Workers that are remembered; names come from topics. */
const MOST = 1_000;

/**
 * Believes what a worker signed of itself, in the order in which it was signed: the broker keeps the last
 * one and sends it to later subscribers, and a listener on the bus could replay an older one.
 */
export class StatusOrder {
  readonly #signer: Pick<BusSigner, 'fault'>;
  readonly #last = new Map<string, { signedAt: number; session: string }>();

  constructor(signer: Pick<BusSigner, 'fault'>) {
    this.#signer = signer;
  }

  /**
   * @returns why it is not believed: `old` for one from before the last, which is usual after a
   *   connection; null where it is.
   */
  refusal(
    worker: string,
    topic: string,
    { message, payload }: { message: unknown; payload: Uint8Array },
    now: number,
  ): string | null {
    // A last will was signed when its connection began: its age says nothing.
    const { online, session, signedat } = envelopeOf(message);
    const fault = this.#signer.fault(worker, topic, payload, online ? now : null);
    if (fault !== null) return fault;
    const signedAt = Date.parse(signedat);
    const last = this.#last.get(worker);
    const endsThis = !online && last?.session === session;
    if (last && !endsThis && signedAt < last.signedAt) return 'old';
    if (this.#last.size >= MOST && !last) this.#last.clear();
    this.#last.set(worker, { signedAt: Math.max(signedAt, last?.signedAt ?? 0), session });
    return null;
  }
}

function envelopeOf(message: unknown): { online: boolean; session: string; signedat: string } {
  const { online, session, signedat } = (message ?? {}) as Record<string, unknown>;
  return { online: online !== false, session: String(session), signedat: String(signedat) };
}
