import type { LiveGrant } from '@anshi/contracts/live-grant';
import type { LiveEngine } from './live-engine.ts';

const LOOK_EVERY_MS = 1_000;
/** Ended views are remembered this long: their ids are not granted again. */
const REMEMBERED_MS = 3_600_000;

interface View {
  readonly session: string;
  until: number;
  isOver: boolean;
}

/**
 * Which views were granted, to which session, until when. One that is not renewed in time is ended:
 * also where the API is gone that opened it.
 */
export class GrantedViews {
  readonly #views = new Map<string, View>();
  readonly #engine: Pick<LiveEngine, 'has' | 'end'>;
  readonly #timer: NodeJS.Timeout;

  constructor(engine: Pick<LiveEngine, 'has' | 'end'>) {
    this.#engine = engine;
    this.#timer = setInterval(() => this.endOver(Date.now()), LOOK_EVERY_MS).unref();
  }

  /** @returns false where the id of the view was used before. */
  begin({ view, session, viewUntil }: LiveGrant): boolean {
    if (this.#views.has(view)) return false;
    this.#views.set(view, { session, until: viewUntil, isOver: false });
    return true;
  }

  /** Whether the grant is of the session that opened the view. */
  isOf({ view, session }: LiveGrant): boolean {
    return this.#views.get(view)?.session === session;
  }

  /** @returns false where the view is over. */
  keep({ action, view, viewUntil }: LiveGrant): boolean {
    const found = this.#views.get(view);
    if (action !== 'keep' || !found || found.isOver || !this.#engine.has(view)) return false;
    found.until = Math.max(found.until, viewUntil);
    return true;
  }

  /** @returns false where the view was over. */
  end({ view }: LiveGrant): boolean {
    const found = this.#views.get(view);
    if (!found || found.isOver) return false;
    found.isOver = true;
    return this.#engine.end(view);
  }

  /** Ends the views whose time is over, and forgets old ones. */
  endOver(now: number): void {
    for (const [view, found] of this.#views) {
      if (!found.isOver && found.until <= now) {
        found.isOver = true;
        this.#engine.end(view);
      }
      if (found.until + REMEMBERED_MS <= now) this.#views.delete(view);
    }
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
