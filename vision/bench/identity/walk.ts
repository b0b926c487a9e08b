import type { Point } from '@anshi/contracts';
import type { Random } from '@anshi/contracts/testing/random';
import type { Hall, Post } from './hall.ts';

/** Frames a second of the simulated floor and of its cameras. */
export const FPS = 5;

/** A meeting that is asked for: two people come together and go on. */
export interface Meeting {
  /** Seconds. */
  readonly at: number;
  readonly people: readonly [number, number];
  readonly place: Point;
}

interface Walker {
  at: Point;
  /** Where it works or goes to; one person at each. */
  post: Post;
  aisle: number;
  /** Waypoints that are left, each with the aisle that it is on. */
  way: { to: Point; aisle: number }[];
  speed: number;
  /** Seconds that the person stays yet. */
  stay: number;
  work: Point;
  side: number;
}

const MEETING_SECONDS = 6;
const APART = 0.8;

/**
 * Where people are at each frame, metres: they work at posts, walk along the aisles to others, alone or two together,
 * and meet where they are asked to.
 *
 * @returns by frame and person.
 */
export function walk(
  hall: Hall,
  people: number,
  seconds: number,
  random: Random,
  meetings: readonly Meeting[] = [],
): Point[][] {
  const walkers: Walker[] = [];
  for (let person = 0; person < people; person++) walkers.push(start(hall, walkers, random));
  const frames: Point[][] = [];
  // Every tenth person follows another one for a part of the time.
  const follows = (person: number, second: number) =>
    person % 10 === 9 && Math.floor(second / 60) % 3 === 1 ? person - 1 : undefined;
  for (let frame = 0; frame < seconds * FPS; frame++) {
    const second = frame / FPS;
    const now: Point[] = [];
    walkers.forEach((walker, person) => {
      const meeting = meetings.find(
        ({ at, people: pair }) =>
          pair.includes(person) && second >= at - 25 && second < at + MEETING_SECONDS,
      );
      const leader = follows(person, second);
      if (meeting) {
        const side = meeting.people[0] === person ? -APART / 2 : APART / 2;
        towards(walker, [meeting.place[0] + side, meeting.place[1]], 1.3);
        walker.way = [];
        walker.stay = 0;
        walker.aisle = meeting.place[1];
      } else if (leader !== undefined) {
        const { at, aisle } = walkers[leader]!;
        towards(walker, [at[0] + walker.side, at[1] + 0.5], 1.5);
        walker.way = [];
        walker.stay = 0;
        walker.aisle = aisle;
      } else step(walker, walkers, hall, random);
      now.push([walker.at[0], walker.at[1]]);
    });
    frames.push(now);
  }
  return frames;
}

function start(hall: Hall, others: readonly Walker[], random: Random): Walker {
  const post = freePost(hall, others, random);
  return {
    post,
    at: jittered(post, random),
    aisle: post.aisle,
    way: [],
    speed: random.between(0.9, 1.5),
    stay: random.between(0, 15),
    work: post.at,
    side: random.between(0.5, 0.9),
  };
}

function step(walker: Walker, all: readonly Walker[], hall: Hall, random: Random): void {
  const [next] = walker.way;
  if (!next) {
    walker.stay -= 1 / FPS;
    if (walker.stay > 0) {
      // Small steps at work.
      if (random.chance(0.03)) {
        walker.work = [walker.at[0] + random.normal(0.3), walker.at[1]];
      }
      towards(walker, walker.work, 0.4);
      return;
    }
    plan(walker, all, hall, random);
    return;
  }
  if (!towards(walker, next.to, walker.speed)) return;
  walker.aisle = next.aisle;
  walker.way.shift();
  if (walker.way.length > 0) return;
  walker.work = walker.at;
  walker.stay = random.between(10, 60);
}

/** Into the aisle, along it to a cross aisle, to the aisle of the next post, and there. */
function plan(walker: Walker, all: readonly Walker[], hall: Hall, random: Random): void {
  const post = freePost(hall, all, random);
  walker.post = post;
  // On the right, most of the time.
  const lane = (ahead: number) => {
    const side = random.chance(0.85) ? -Math.sign(ahead || 1) : Math.sign(ahead || 1);
    return side * random.between(0.2, 0.9);
  };
  const own = walker.aisle;
  const aisle = post.aisle;
  const to = jittered(post, random);
  walker.speed = random.between(0.9, 1.5);
  let out = own + lane(to[0] - walker.at[0]);
  if (aisle !== own) {
    const far = (x: number) => Math.abs(x - walker.at[0]) + Math.abs(x - to[0]);
    const crossing = [...hall.crossings].sort((a, b) => far(a) - far(b))[
      random.chance(0.7) ? 0 : 1
    ];
    const middle = crossing ?? hall.crossings[0]!;
    const x = middle - lane(aisle - own);
    out = own + lane(x - walker.at[0]);
    const into = aisle + lane(to[0] - x);
    walker.way = [
      { to: [walker.at[0], out], aisle: own },
      { to: [x, out], aisle: own },
      { to: [x, into], aisle },
      { to: [to[0], into], aisle },
    ];
  } else {
    walker.way = [
      { to: [walker.at[0], out], aisle: own },
      { to: [to[0], out], aisle },
    ];
  }
  walker.way.push({ to, aisle });
}

function freePost({ posts }: Hall, others: readonly Walker[], random: Random): Post {
  let post = random.pick(posts);
  for (let i = 0; i < 20 && others.some((other) => other.post === post); i++)
    post = random.pick(posts);
  return post;
}

function jittered({ at }: Post, random: Random): Point {
  return [at[0] + random.normal(0.5), at[1]];
}

/** @returns whether the place is reached. */
function towards(walker: Walker, to: Point, speed: number): boolean {
  const [dx, dy] = [to[0] - walker.at[0], to[1] - walker.at[1]];
  const metres = Math.hypot(dx, dy);
  const reach = speed / FPS;
  if (metres <= reach) {
    walker.at = to;
    return true;
  }
  walker.at = [walker.at[0] + (dx / metres) * reach, walker.at[1] + (dy / metres) * reach];
  return false;
}
