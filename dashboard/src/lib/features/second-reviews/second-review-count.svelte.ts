import { live } from '$lib/live/live.svelte.ts';
import { countSecondReviews } from './second-reviews-api.ts';

/** Polling interval. The API pushes no message about a draw, since the first reviewer could receive it. */
const EVERY_MS = 300_000;

/** What waits for a second verdict of this account or for a settlement, for the menu. */
class SecondReviewCount {
  open = $state(0);
  disagreements = $state(0);

  follow(): () => void {
    void this.load();
    const timer = setInterval(() => void this.load(), EVERY_MS);
    const stop = live.onAgain(() => void this.load());
    return () => {
      clearInterval(timer);
      stop();
      this.open = 0;
      this.disagreements = 0;
    };
  }

  async load(): Promise<void> {
    try {
      const { open, disagreements } = await countSecondReviews();
      this.open = open;
      this.disagreements = disagreements;
    } catch {
      // The banner reports a lost connection; the last numbers stay.
    }
  }
}

export const secondReviewCount = new SecondReviewCount();
