import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';
import { clips, pictures } from '$lib/evidence/blob-cache.ts';

const readReveal = operation.GET('/api/v1/violations/{id}/reveal');
const revealEvidence = operation.POST('/api/v1/violations/{id}/reveal');
const endReveal = operation.DELETE('/api/v1/violations/{id}/reveal');

type Reveal = Answer<'/api/v1/violations/{id}/reveal', 'get'>;

/** So long the API shows an original at most, ms. */
const LONGEST_MS = 10 * 60_000;
const TICK_MS = 1000;

/** The originals of one violation, while this account sees them. */
export class Originals {
  #id: string | null = null;
  #endsAt = 0;
  #timer: ReturnType<typeof setInterval> | undefined;
  snapshotUrl = $state<string | null>(null);
  clipUrl = $state<string | null>(null);
  /** Seconds; 0 where they are not shown. */
  secondsLeft = $state(0);

  /**
   * Follows a violation: a reveal of a moment ago, before the page was reloaded, still counts.
   *
   * @param mayReveal without the right nothing is asked.
   * @returns forgets it, with the files that were loaded.
   */
  follow(id: string, mayReveal: boolean): () => void {
    this.#cover();
    this.#id = id;
    if (mayReveal) {
      readReveal({ id }).then(
        (found) => {
          if (this.#id === id) this.#take(found);
        },
        // It can be asked for again.
        () => {},
      );
    }
    return () => {
      this.#cover();
      this.#id = null;
    };
  }

  async reveal(reason: string): Promise<void> {
    const id = this.#id;
    if (id === null) return;
    const found = await revealEvidence({ id }, { reason });
    if (this.#id === id) this.#take(found);
  }

  async hide(): Promise<void> {
    const id = this.#id;
    this.#cover();
    if (id !== null) await endReveal({ id });
  }

  #take({ until, snapshotUrl, clipUrl }: Reveal): void {
    if (until === null) return;
    // By the clock of this machine: one that is wrong shows a wrong rest, and the API refuses in time.
    const left = Date.parse(until) - Date.now();
    this.#endsAt = Date.now() + Math.min(LONGEST_MS, left > 0 ? left : LONGEST_MS);
    this.snapshotUrl = snapshotUrl;
    this.clipUrl = clipUrl;
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    this.#tick();
  }

  #tick(): void {
    this.secondsLeft = Math.max(0, Math.ceil((this.#endsAt - Date.now()) / 1000));
    if (this.secondsLeft === 0) this.#cover();
  }

  #cover(): void {
    clearInterval(this.#timer);
    if (this.clipUrl) clips.drop(this.clipUrl);
    if (this.snapshotUrl) pictures.drop(this.snapshotUrl);
    this.clipUrl = null;
    this.snapshotUrl = null;
    this.secondsLeft = 0;
  }
}
