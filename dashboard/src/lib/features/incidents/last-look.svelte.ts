import { serverNow } from '$lib/api/server-clock.ts';
import { Setting } from '$lib/settings/setting.svelte.ts';

/** A shorter absence, such as a look at another tab, is none, ms. */
const AWAY_MS = 60_000;

const isLook = (value: unknown): value is { at: string } =>
  typeof (value as { at?: unknown } | null)?.at === 'string' &&
  !Number.isNaN(Date.parse((value as { at: string }).at));

/** When the person looked at the review queue last, kept with the account; null for never. */
const lastLook = new Setting<{ at: string } | null>({
  key: 'review-look',
  copy: 'anshi.review-look',
  usual: () => null,
  parse: (value) => (isLook(value) ? { at: value.at } : null),
  ofAccount: true,
});

interface Options {
  /** How many incidents that wait were recorded since. */
  count: (since: string) => Promise<number>;
  setting?: Setting<{ at: string } | null>;
}

/**
 * What came into the queue since the person looked at it last. A look lasts as long as the page is on the
 * screen; what comes in the meantime is marked by the list itself.
 */
export class LastLook {
  /** The end of the last look; null where there was none. */
  since = $state<string | null>(null);
  /** Null while it is not known. */
  count = $state<number | null>(null);
  readonly #of: Options;
  readonly #setting: Setting<{ at: string } | null>;
  /** When this look began to be away, ms; null while it is not. */
  #hiddenAt: number | null = null;

  constructor(options: Options) {
    this.#of = options;
    this.#setting = options.setting ?? lastLook;
  }

  /** Whether it is known when the last look was, or that there was none. Before the account has answered, neither is. */
  get isRead(): boolean {
    return this.since !== null || this.#setting.isCompared;
  }

  /** Begins a look. To be called in an effect. @returns ends it. */
  begin(): () => void {
    const set = (): void => {
      this.since = this.#setting.value?.at ?? null;
      void this.recount();
    };
    set();
    // The account says it later than the copy of this browser: until this look has ended once, that counts.
    const began = serverNow();
    const stop = $effect.root(() => {
      $effect(() => {
        const at = this.#setting.value?.at;
        if (at && Date.parse(at) < began && at !== this.since) set();
      });
    });
    const turn = (): void => {
      if (document.visibilityState === 'hidden') {
        this.#hiddenAt = Date.now();
        this.#end();
      } else if (this.#hiddenAt !== null) {
        const wasAway = Date.now() - this.#hiddenAt >= AWAY_MS;
        this.#hiddenAt = null;
        if (wasAway) set();
      }
    };
    document.addEventListener('visibilitychange', turn);
    return () => {
      document.removeEventListener('visibilitychange', turn);
      stop();
      this.#end();
    };
  }

  async recount(): Promise<void> {
    const { since } = this;
    const count = since === null ? 0 : await this.#of.count(since).catch(() => null);
    if (since === this.since) this.count = count;
  }

  /**
   * By the clock of the API, which compares it with when it recorded incidents: a browser whose clock is ahead would hide those
   * that came meanwhile. Never back, as another window may have looked later; what is in the future there is of a wrong clock.
   */
  #end(): void {
    const now = new Date(serverNow()).toISOString();
    const latest = new Date(serverNow() + AWAY_MS).toISOString();
    this.#setting.change((value) =>
      value !== null && value.at > now && value.at < latest ? value : { at: now },
    );
  }
}

/**
 * Where the list parts into new and seen: the first row that is on the other side than those above it.
 *
 * @returns null where all are on one side.
 */
export function dividerOf(
  items: readonly { id: string; openedAt: string }[],
  since: string | null,
): { id: string; newAbove: boolean } | null {
  if (since === null || items.length === 0) return null;
  const isNew = ({ openedAt }: { openedAt: string }) => Date.parse(openedAt) >= Date.parse(since);
  const newAbove = isNew(items[0]!);
  const other = items.find((one) => isNew(one) !== newAbove);
  return other ? { id: other.id, newAbove } : null;
}
