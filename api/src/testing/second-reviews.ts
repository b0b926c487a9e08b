import { expect } from 'vitest';
import type { Incident } from '../modules/incidents/schema.ts';
import type { Disagreement, SecondReview } from '../modules/second-reviews/schema.ts';
import { openScopedSite } from './scoped-site.ts';

interface Listed<Row> {
  items: Row[];
  next: string | null;
}

/** What only the first verdict says, to be looked for in bytes. */
export const FIRST_NOTE = 'the-note-of-the-first-reviewer';

/** A scoped site whose verdicts are all drawn, unless a test sets another share. */
export async function openSecondReviews() {
  const site = await openScopedSite();
  const { api, sql, world } = site;
  const setShare = (share: number) =>
    sql.query(
      `INSERT INTO second_review_setting (tenant_id, share) VALUES ('demo', $1)
       ON CONFLICT (tenant_id) DO UPDATE SET share = excluded.share`,
      [share],
    );
  await setShare(100);
  const send = <Body = { code?: string }>(
    user: string,
    method: string,
    path: string,
    body?: object,
  ) => api.send<Body & { code?: string }>(user, method, path, body);
  const rowsOf = async (incident: string) =>
    (
      await sql.query('SELECT * FROM second_review WHERE incident_id = $1 ORDER BY first_at', [
        incident,
      ])
    ).rows;
  const incidentNow = (id: string) => site.get<Incident>('operator', `/incidents/${id}`);
  return {
    ...site,
    setShare,
    send,
    rowsOf,
    incidentNow,
    /** A new incident of hall-west, or of another worker. */
    async found(worker: 'west' | 'east' = 'west', changes: Parameters<typeof world.see>[3] = {}) {
      const { id } = await world.see(world[worker], world.hour(), 'a', changes);
      return world.incidentOf(id);
    },
    async decide(user: string, id: string, decision: object) {
      const { version } = await incidentNow(id);
      const answer = await send(user, 'POST', `/incidents/${id}/verdict`, { ...decision, version });
      expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    },
    /** Incidents that wait for a second verdict of a user, over all pages. */
    async open(user: string): Promise<SecondReview[]> {
      const found: SecondReview[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const path = `/second-reviews?limit=200${cursor && `&cursor=${cursor}`}`;
        const page: Listed<SecondReview> = (await send<Listed<SecondReview>>(user, 'GET', path))
          .body;
        found.push(...page.items);
        cursor = page.next;
      }
      return found;
    },
    disagreements: async (user: string, state = 'open') =>
      (
        await send<Listed<Disagreement>>(
          user,
          'GET',
          `/second-review-disagreements?state=${state}&limit=200`,
        )
      ).body.items,
    judge: (user: string, id: string, verdict: object) =>
      send(user, 'POST', `/second-reviews/${id}/verdict`, verdict),
  };
}
export type SecondReviewSite = Awaited<ReturnType<typeof openSecondReviews>>;
