import type { WorkerStatus } from '@anshi/contracts';

/** The status is told again so often: it holds the leases of the cameras. */
const RENEW_MS = 10_000;

/** Tells the status of a worker where it changed, and at regular times; the broker keeps the last one. */
export class StatusNotices {
  readonly #bus: { readonly connected: boolean; status(status: WorkerStatus): Promise<void> };
  #last = '';
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(bus: { readonly connected: boolean; status(status: WorkerStatus): Promise<void> }) {
    this.#bus = bus;
  }

  /** The next status is told also where it is the same, such as after a connection. */
  forget(): void {
    this.#last = '';
  }

  tell(status: WorkerStatus): void {
    const text = JSON.stringify({ ...status, at: '' });
    const isDue = performance.now() - this.#toldAt >= RENEW_MS;
    if ((text === this.#last && !isDue) || !this.#bus.connected) return;
    this.#last = text;
    this.#toldAt = performance.now();
    void this.#bus.status(status);
  }
}
