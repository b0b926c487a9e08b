import { type Act, Acts, momentOf } from './acts.ts';
import { ModelNoise, type Told } from './model-noise.ts';
import type { Random } from './random.ts';
import { type Skeleton, skeletonOf, someBuild } from './skeleton.ts';
import { type PostureName, Stances } from './stances.ts';
import { projectBody, someView } from './view.ts';

/** One analysed frame of an acted scene. */
export interface SceneFrame {
  /** ms. */
  readonly at: number;
  /** Null where neither detector nor pose model sees the person. */
  readonly told: Told | null;
  readonly name: PostureName;
}

export interface Scene {
  readonly act: Act;
  readonly fps: number;
  readonly picture: readonly [width: number, height: number];
  readonly frames: readonly SceneFrame[];
}

/** A person who does something before a camera; the same source of random numbers gives the same scene. */
export function someScene(random: Random): Scene {
  const build = someBuild(random);
  const view = someView(random, build);
  const act = new Acts(random, new Stances(random)).some();
  const noise = new ModelNoise(random, view, act.length);
  const fps = random.pick([5, 5, 5, 6, 8, 10]);
  const frames: SceneFrame[] = [];
  let yaw = random.between(0, 360);
  let [ahead, left] = view.start;
  let before: Skeleton | undefined;
  for (let n = 0; ; n++) {
    const at = Math.round((n * 1000) / fps);
    if (at > act.length) break;
    const { stance, name, speed } = momentOf(act, at);
    const skeleton = skeletonOf(stance, build);
    if (before) {
      // What stays in place: feet or hips.
      const [dx, dy] = movedBy(before, skeleton, stance.footed);
      const forward = speed / fps - dx;
      const [s, c] = [Math.sin((yaw * Math.PI) / 180), Math.cos((yaw * Math.PI) / 180)];
      ahead += build.stature * (c * forward + s * dy);
      left += build.stature * (s * forward - c * dy);
    }
    if (speed > 0.2) yaw += random.normal(6);
    before = skeleton;
    const told = noise.tell(projectBody(view, skeleton, build, [ahead, left], yaw), name, at);
    frames.push({ at, told, name });
  }
  return { act, fps, picture: [view.width, view.height], frames };
}

/** How far the feet moved relative to the hips, as far as they stay in place. */
function movedBy(before: Skeleton, now: Skeleton, footed: number): [number, number] {
  const moved = (axis: 0 | 1) => {
    const of = ({ joints }: Skeleton) => (joints[15]![axis] + joints[16]![axis]) / 2;
    return footed * (of(now) - of(before));
  };
  return [moved(0), moved(1)];
}
