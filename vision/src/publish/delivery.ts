import type { Acknowledgement, ViolationEvent } from '@anshi/contracts';
import { failed, inSpan, outsideSpans, type Span, SpanKind } from '@anshi/contracts/tracing';
import type { Logger } from 'pino';
import { EvidenceRefused } from './evidence-upload.ts';
import type { Outbox, WaitingEvent } from './outbox.ts';

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 15_000;
const CLOSE_MS = 1000;
/** How long a lane is kept for the API's word. */
const LONGEST_ASK_MS = 4000;
/** Violations that are on their way at the same time. */
const LANES = 4;
/** Uploaded evidence is uploaded again at every nth try: the API may have lost its disk. */
const PUT_AGAIN_EVERY = 4;

export interface DeliveryOptions {
  readonly outbox: Outbox;
  readonly source: string;
  readonly log: Logger;
  readonly upload: (event: ViolationEvent) => Promise<void>;
  /** False while the broker is away; nothing is tried then. */
  readonly connected: () => boolean;
  readonly publish: (event: ViolationEvent) => void;
}

interface Retry {
  attempts: number;
  /** Monotonic milliseconds before which it is not tried again. */
  notBefore: number;
  /** The API has the evidence. */
  put: boolean;
}

/**
 * Brings what waits in the outbox to the API: evidence by HTTP, then the event over the bus, again
 * and again (after 1, 2, 4 … 15 s) until the API itself says that it has committed. Events of one
 * violation go one after another, so that none overtakes its confirmation. One that gets no word
 * gives its lane to the others while it waits.
 */
export class Delivery {
  readonly #options: DeliveryOptions;
  /** Violations on their way. */
  readonly #lanes = new Set<string>();
  /** By event id: what did not get through yet. */
  readonly #retries = new Map<string, Retry>();
  readonly #words = new Map<string, (word: Acknowledgement | null) => void>();
  #running: Promise<void>[] = [];
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  #problem: string | null = null;

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  /** Why nothing gets through at the moment, or null. */
  get problem(): string | null {
    return this.#problem;
  }

  /** The connection is back: everything is due at once. */
  wake(): void {
    for (const retry of this.#retries.values()) retry.notBefore = 0;
    this.poke();
  }

  /** Starts all due deliveries. */
  poke(): void {
    clearTimeout(this.#timer);
    if (this.#closed || !this.#options.connected()) return;
    const now = performance.now();
    const seen = new Set<string>();
    let next = Number.POSITIVE_INFINITY;
    for (const waiting of this.#options.outbox.events()) {
      if (this.#lanes.size >= LANES) return;
      const { violation } = waiting.event.data;
      // Only the first that waits of each violation may go.
      if (this.#lanes.has(violation) || seen.has(violation)) continue;
      seen.add(violation);
      const due = this.#retries.get(waiting.event.id)?.notBefore ?? 0;
      if (due > now) next = Math.min(next, due);
      else this.#start(waiting);
    }
    if (next < Number.POSITIVE_INFINITY) {
      this.#timer = setTimeout(() => this.poke(), next - now + 1);
    }
  }

  acknowledge(word: Acknowledgement): void {
    if (word.source === this.#options.source) this.#words.get(word.id)?.(word);
  }

  /** Stops trying; what waits stays in the outbox. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const give of [...this.#words.values()]) give(null);
    // A hanging upload is abandoned: its event stays in the outbox.
    const late = new Promise((resolve) => setTimeout(resolve, CLOSE_MS).unref());
    await Promise.race([Promise.allSettled(this.#running), late]);
  }

  #start(waiting: WaitingEvent): void {
    const { violation } = waiting.event.data;
    this.#lanes.add(violation);
    // Outside the trace of the waking event: each event has its own.
    const run = outsideSpans(() => this.#traced(waiting)).finally(() => {
      this.#lanes.delete(violation);
      this.#running = this.#running.filter((other) => other !== run);
      // A new turn of the event loop, so that a failure cannot spin.
      setImmediate(() => this.poke());
    });
    this.#running.push(run);
  }

  #traced(waiting: WaitingEvent): Promise<void> {
    const { type, id, traceparent } = waiting.event;
    // One that was confirmed while no traces were made has none.
    if (traceparent === undefined) return this.#attempt(waiting, null);
    const attributes = {
      'cloudevents.event_type': type,
      'cloudevents.event_id': id,
      'messaging.system': 'mqtt',
      'messaging.operation.type': 'send',
    };
    return inSpan('deliver', { kind: SpanKind.PRODUCER, parent: traceparent, attributes }, (span) =>
      this.#attempt(waiting, span),
    );
  }

  async #attempt(waiting: WaitingEvent, span: Span | null): Promise<void> {
    const { outbox, log, upload } = this.#options;
    const { event } = waiting;
    const { violation } = event.data;
    const retry = this.#retries.get(event.id) ?? { attempts: 0, notBefore: 0, put: false };
    this.#retries.set(event.id, retry);
    retry.attempts++;
    span?.setAttribute('anshi.attempt', retry.attempts);
    const wait = Math.min(FIRST_WAIT_MS * 2 ** (retry.attempts - 1), LONGEST_WAIT_MS);
    const began = performance.now();
    try {
      if (event.id !== violation && outbox.isRejected(violation)) {
        await this.#settle(waiting, `violation ${violation} itself was rejected`);
        return;
      }
      if (!retry.put || retry.attempts % PUT_AGAIN_EVERY === 0) await upload(event);
      retry.put = true;
      const word = await this.#ask(event, Math.min(wait, LONGEST_ASK_MS));
      span?.setAttribute('anshi.result', word?.result ?? 'no answer');
      if (word) {
        const reason = word.reason ?? 'no reason given';
        await this.#settle(waiting, word.result === 'rejected' ? reason : undefined);
        return;
      }
      if (retry.attempts > 2) {
        this.#problem = 'the API does not acknowledge violations; is its database up?';
      }
    } catch (error) {
      if (span) failed(span, error);
      if (error instanceof EvidenceRefused) {
        await this.#giveUpEvidence(waiting, error).catch(() => {});
      }
      this.#problem = describe(error);
      log.warn({ event: event.id, attempts: retry.attempts }, this.#problem);
    }
    retry.notBefore = began + wait;
  }

  /**
   * A clip or a picture that can never be accepted is reported as missing: the violation is recorded
   * without it.
   */
  async #giveUpEvidence(waiting: WaitingEvent, refused: EvidenceRefused): Promise<void> {
    const told = withoutEvidence(waiting.event, refused);
    if (!told) return this.#settle(waiting, refused.message);
    await this.#options.outbox.substitute(waiting, told, refused.message);
    this.#retries.delete(waiting.event.id);
  }

  async #settle(waiting: WaitingEvent, rejectedBecause?: string): Promise<void> {
    await this.#options.outbox.settle(waiting, rejectedBecause);
    this.#retries.delete(waiting.event.id);
    this.#problem = null;
  }

  /** Publishes and waits for the API's word; null where none comes in time. */
  #ask(event: ViolationEvent, wait: number): Promise<Acknowledgement | null> {
    return new Promise((resolve) => {
      const give = (word: Acknowledgement | null) => {
        clearTimeout(timer);
        this.#words.delete(event.id);
        resolve(word);
      };
      const timer = setTimeout(() => give(null), wait);
      this.#words.set(event.id, give);
      this.#options.publish(event);
    });
  }
}

/** The event with the reason in the place of its evidence; null for one that has none. */
function withoutEvidence(
  event: ViolationEvent,
  { why, message }: EvidenceRefused,
): ViolationEvent | null {
  const text = message.slice(0, 500);
  switch (event.type) {
    case 'cn.anshi.violation.confirmed.v2': {
      const snapshotMissing = { reason: why, message: text };
      return { ...event, data: { ...event.data, snapshot: null, snapshotMissing } };
    }
    case 'cn.anshi.violation.clip-ready.v1': {
      const missing = { reason: 'cut-failed', message: text } as const;
      return { ...event, data: { violation: event.data.violation, clip: null, missing } };
    }
    case 'cn.anshi.violation.ended.v1':
    case 'cn.anshi.violation.identified.v1':
    case 'cn.anshi.violation.followed.v1':
    // Of a rendition nothing is left without it: the API gives the order again.
    case 'cn.anshi.violation.blurred.v1':
      return null;
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // fetch says only "fetch failed"; its cause says why.
  const cause = error.cause instanceof Error ? `: ${error.cause.message || error.cause.name}` : '';
  return `the API cannot be reached or does not take evidence: ${error.message}${cause}`;
}
