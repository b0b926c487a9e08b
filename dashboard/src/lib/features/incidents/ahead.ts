import type { Violation } from '$lib/api/types.ts';
import { clips, pictures } from '$lib/evidence/blob-cache.ts';
import { shownUrl } from '$lib/evidence/rendition.ts';

type Evidenced = Pick<Violation, 'clip' | 'snapshot'>;

/** Where the evidence is that opens first: the clip, or the picture where there is none; null while it is being made. */
export const firstEvidence = (finding: Evidenced | null | undefined): string | null =>
  finding?.clip ? shownUrl(finding.clip) : shownUrl(finding?.snapshot);

const load = (finding: Evidenced, url: string): Promise<string> =>
  (finding.clip ? clips : pictures).get(url);

/**
 * Loads the evidence of the record that a reviewer opens next, after that of the open one: it is on the screen as soon
 * as the key is pressed. What cannot be loaded is tried again when it is opened.
 *
 * @returns ends it, where another record was opened before it began.
 */
export function fetchAhead(open: Evidenced, next: Evidenced): () => void {
  let isMeant = true;
  const own = firstEvidence(open);
  const url = firstEvidence(next);
  void (own ? load(open, own) : Promise.resolve())
    .catch(() => {})
    .then(() => (isMeant && url ? load(next, url) : undefined))
    .catch(() => {});
  return () => {
    isMeant = false;
  };
}
