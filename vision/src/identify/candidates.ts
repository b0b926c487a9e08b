import type { Belief } from './belief.ts';
import type { Body } from './body.ts';
import type { Candidate } from './identity.ts';

/** So many candidates are listed, and none below this posterior. */
const MOST_CANDIDATES = 4;
export const LEAST_CANDIDATE = 0.02;
/** Another person whom the badge fits counts from this posterior on. */
const OTHER = 0.02;

/** The badges that fit a person best, with what each rests on; the most probable first. */
export function candidatesOf(belief: Belief, p: number, now: number): Candidate[] {
  const { worn, weighed, bodies, badges } = belief;
  const row = p * badges.length;
  const found: { handle: string; b: number; posterior: number }[] = [];
  for (const [b, handle] of badges.entries()) {
    const posterior = worn[row + b]!;
    if (posterior >= LEAST_CANDIDATE) found.push({ handle, b, posterior });
  }
  return found
    .sort((x, y) => y.posterior - x.posterior || (x.handle < y.handle ? -1 : 1))
    .slice(0, MOST_CANDIDATES)
    .map(({ handle, b, posterior }): Candidate => {
      const pair = bodies[p]!.pairs.get(handle);
      const last = pair?.last;
      return {
        handle,
        posterior: round(posterior),
        fixes: pair?.fixes ?? 0,
        witnesses: weighed[row + b]!.witnesses,
        last: last
          ? {
              reader: last.reader,
              metres: round(last.metres),
              ageSeconds: round(Math.max(0, now - last.at) / 1000),
            }
          : null,
        others: othersOf(belief, p, b),
      };
    });
}

/** Other people whom a badge fits, too. */
export function othersOf(
  { bodies, worn, badges }: Belief,
  p: number,
  b: number,
): Candidate['others'] {
  const [x, y] = bodies[p]!.floor;
  const found: { body: Body; i: number; posterior: number }[] = [];
  for (const [i, body] of bodies.entries()) {
    const posterior = worn[i * badges.length + b]!;
    if (i !== p && posterior >= OTHER) found.push({ body, i, posterior });
  }
  return found
    .sort((one, other) => other.posterior - one.posterior || one.i - other.i)
    .map(({ body, posterior }) => ({
      camera: body.open[0]!.camera,
      track: body.open[0]!.track,
      posterior: round(posterior),
      metres: round(Math.hypot(body.floor[0] - x, body.floor[1] - y)),
    }));
}

export const round = (value: number) => Math.round(1000 * value) / 1000;
