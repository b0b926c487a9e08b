import type { ViolationEvent } from '@anshi/contracts';
import { activeTraceparent, inSpan, SpanKind } from '@anshi/contracts/tracing';
import type { EvidenceStore } from './evidence-store.ts';
import { evidenceOf } from './outbox-entry.ts';
import type { WorkerCredential } from './worker-credential.ts';

const TIMEOUT_MS = 60_000;
/** The API has understood and will never take it; sending it again cannot help. */
const FINAL = [400, 409, 413, 415, 422];

/** The API can never take this evidence. */
export class EvidenceRefused extends Error {
  /** `lost` where it is not on this disk any more. */
  readonly why: 'lost' | 'refused';

  constructor(message: string, why: 'lost' | 'refused' = 'refused') {
    super(message);
    this.why = why;
    this.name = 'EvidenceRefused';
  }
}

/** Puts the evidence of events to the API, which must have it before it takes the event. */
export class EvidenceUpload {
  readonly #api: string;
  readonly #credential: Pick<WorkerCredential, 'secret' | 'ready' | 'refused'>;
  readonly #store: Pick<EvidenceStore, 'read'>;

  constructor(options: {
    api: string;
    credential: Pick<WorkerCredential, 'secret' | 'ready' | 'refused'>;
    store: Pick<EvidenceStore, 'read'>;
  }) {
    this.#api = options.api.replace(/\/$/, '');
    this.#credential = options.credential;
    this.#store = options.store;
  }

  /**
   * @throws EvidenceRefused where it is useless to try again, any other Error where it is not.
   */
  async send(event: ViolationEvent): Promise<void> {
    // Also where there is no file: the API must know the key that signed the event.
    await this.#credential.ready();
    for (const { sha256, mediaType } of evidenceOf(event)) {
      let file: Blob;
      try {
        file = await this.#store.read(sha256);
      } catch (error) {
        // Other read errors may be temporary.
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        throw new EvidenceRefused(
          `the evidence ${sha256} is not on this disk any more: ${(error as Error).message}`,
          'lost',
        );
      }
      const attributes = { 'http.request.method': 'PUT', 'http.request.body.size': file.size };
      await inSpan('upload evidence', { kind: SpanKind.CLIENT, attributes }, () =>
        this.#put(sha256, mediaType, file),
      );
    }
  }

  async #put(sha256: string, mediaType: string, file: Blob): Promise<void> {
    const traceparent = activeTraceparent();
    const response = await fetch(`${this.#api}/api/v1/ingest/evidence/${sha256}`, {
      method: 'PUT',
      headers: {
        authorization: `Bearer ${this.#credential.secret}`,
        'content-type': mediaType,
        ...(traceparent !== null && { traceparent }),
      },
      body: file,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const answer = await response.text();
    if (response.ok) return;
    const message = `the API answered ${response.status} to evidence ${sha256}: ${answer.slice(0, 300)}`;
    if (FINAL.includes(response.status)) throw new EvidenceRefused(message);
    if (response.status === 401 || response.status === 403) {
      this.#credential.refused();
      throw new Error(`the API refuses this worker's credential (${response.status})`);
    }
    throw new Error(message);
  }
}
