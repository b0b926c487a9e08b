import { PATH_MS } from '@anshi/contracts';
import { pathOf } from './actors.ts';
import type { Actor, JudgeState } from './state.ts';
import type { FollowedVerdict } from './verdict.ts';

/*
 * Where the actor of a record went in the seconds after it. Two cameras that confirm one act in the same
 * second have too short a shared path by then to say that it was one person.
 */

/** Begins to follow the actor of a record; not where the person has no place on the floor. */
export function beginLaterPath(actor: Actor, violation: string, at: number): void {
  if (actor.path.length > 0) actor.followed.push({ violation, since: at, until: null });
}

/**
 * Returns the paths after records whose 5 s are over. They are computed from the state before this observation: the
 * state after it no longer has the paths of other people around that time. A path ends where the person got another track.
 *
 * @param before state before the observation.
 * @param state the state to update, before its people are moved; reported entries are removed from `followed`.
 * @param at time of the observation in the clock of `state`, ms.
 */
export function laterPaths(before: JudgeState, state: JudgeState, at: number): FollowedVerdict[] {
  const told: FollowedVerdict[] = [];
  for (const actor of state.actors) {
    const due = actor.followed.filter(({ since }) => at - since > PATH_MS);
    if (due.length === 0) continue;
    actor.followed = actor.followed.filter((one) => !due.includes(one));
    const then = before.actors.find(({ id }) => id === actor.id);
    const path = then ? pathOf(then, before) : [];
    for (const { violation, since, until } of due) {
      const [from, to] = [before.epoch + since, before.epoch + (until ?? Infinity)];
      const later = path.filter(
        ({ at: when }) => Date.parse(when) > from && Date.parse(when) <= to,
      );
      if (later.length > 0) told.push({ type: 'followed', violation, path: later });
    }
  }
  return told;
}
