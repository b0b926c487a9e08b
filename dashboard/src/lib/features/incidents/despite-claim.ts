import { ApiError } from '$lib/api/problem.ts';
import type { Incident } from '$lib/api/types.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import type { Decision } from '$lib/review/review-queue.svelte.ts';
import { confirm } from '$lib/ui/confirm.svelte.ts';
import { claimWords } from './claim-words.ts';
import type { IncidentClaims } from './claims.svelte.ts';

/** Asks a reviewer before a verdict on what a colleague looks at; each answers null where it is left. */
export function despiteClaim(claims: () => IncidentClaims | undefined) {
  async function ask(title: string, decision: Decision): Promise<Decision | null> {
    const { text, action } = claimWords.t.ask;
    const answer = await confirm.ask({ title, text, action, tone: 'primary' });
    return answer === null ? null : { ...decision, despiteClaim: true };
  }

  function titleOf(incident: string): string {
    const who = claims()?.others(incident)?.by.displayName;
    return who ? claimWords.t.ask.title(i18n.name(who)) : claimWords.t.ask.many(1);
  }

  return {
    async one(incident: string, decision: Decision): Promise<Decision | null> {
      const isTheirs = (claims()?.others(incident) ?? null) !== null;
      return isTheirs && decision.decision !== 'reopen'
        ? ask(titleOf(incident), decision)
        : decision;
    },

    /** @returns those of them that are decided all the same, and no other that is claimed since. */
    async many(
      incidents: readonly Incident[],
      decision: Decision,
    ): Promise<ReadonlySet<string> | null> {
      const theirs = incidents.map(({ id }) => id).filter((id) => claims()?.others(id));
      const title = claimWords.t.ask.many(theirs.length);
      const isMeant = theirs.length === 0 || (await ask(title, decision)) !== null;
      return isMeant ? new Set(theirs) : null;
    },

    /** A colleague claimed it before this page knew. @returns undefined for another failure. */
    async again(
      error: unknown,
      { id }: Incident,
      decision: Decision,
    ): Promise<Decision | null | undefined> {
      if (!(error instanceof ApiError) || error.code !== 'incident.claimed') return undefined;
      await claims()?.load();
      return ask(titleOf(id), decision);
    },
  };
}
