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
 * The paths of which the time is over. They are taken from the memory as it was before this observation: of the time
 * after it, the paths of others are not remembered. A path ends with the track that the person had in the record.
 *
 * @param before the memory before the observation.
 * @param state the same at `at`, before its people are moved; what is told is removed from it.
 * @param at time of the observation in the clock of `state`.
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
