import { violationWhy } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import { acted, DOWN_RULE, fall, hold, VIEW } from './falls.ts';
import { fallInSpace } from './falls-in-space.ts';
import { boxAround, figure, POSTURES } from './figures.ts';
import { judge } from './judge.ts';
import { emptyBody, judgePosture } from './posture.ts';
import { LEARNT } from './posture-learnt.ts';
import { hipsDrop } from './posture-window.ts';
import { run, START, seen } from './scenes.ts';
import { emptyJudgeState, judgeState } from './state.ts';

const { standing, lying, lyingOnBack, sittingOnFloor } = POSTURES;
/** The head comes to lie away from a camera that looks down by 35 degrees, 30 degrees off the line of sight. */
const ALONG = { tilt: 35, up: 4, yaw: 30 };

describe('a fall that the measures of the body miss', () => {
  it('is found near the line of sight, the head away from a camera that looks down', () => {
    const frames = fallInSpace(ALONG, 12_000);
    const none = { answer: () => ({ lying: 0, fell: 0 }) };
    const memory = emptyBody();
    const sights = frames.map(({ people }, n) =>
      judgePosture(memory, people[0]!, n * 200, [1280, 720], none),
    );
    expect(sights).not.toContain('holds');
    const { confirmed } = run(frames, DOWN_RULE);
    expect(confirmed).toHaveLength(1);
    expect(confirmed[0]!.confirmedAt - START).toBeLessThanOrEqual(8000);
  });

  it('says in its record by which probabilities it was found', () => {
    const { confirmed } = run(fallInSpace(ALONG, 12_000), DOWN_RULE);
    const { posture } = violationWhy.parse({ configuration: 1, ...confirmed[0]!.why }).reached;
    expect(posture?.fell).toBeGreaterThanOrEqual(LEARNT.learntFell);
    expect(posture?.lying).toBeGreaterThanOrEqual(LEARNT.learntLying);
  });

  it('is over when the person is up', () => {
    const { verdicts } = run(fallInSpace(ALONG, 30_000, 12_000), DOWN_RULE);
    expect(verdicts.map(({ type }) => type)).toEqual(['confirmed', 'ended']);
    const [, ended] = verdicts;
    expect(ended?.type === 'ended' && ended.endedAt - START).toBeLessThanOrEqual(13_200);
  });
});

describe('a fall that the measures find', () => {
  it('names no probability', () => {
    const { confirmed } = run(acted(hold(0, 90_000, lying), 60_000), DOWN_RULE);
    expect(confirmed[0]!.why.reached.posture).toBeUndefined();
  });
});

describe('lying down quickly on what one sits on', () => {
  it('is no fall, as the hips stay where they are', () => {
    const bench = { ...sittingOnFloor, lift: 0.25 };
    const bed = { ...lyingOnBack, lift: 0.25 };
    const plan = [...hold(0, 3000, bench), ...hold(3800, 60_000, bed)];
    for (const turn of [0, 20, 160, 200]) {
      expect(run(acted(plan, 15_000, { turn }), DOWN_RULE).confirmed).toEqual([]);
    }
  });

  it('is told from a fall by how far the hips come down', () => {
    const dropOf = (plan: ReturnType<typeof hold>[number][]) => {
      const memory = emptyBody();
      acted(plan, 4600).forEach(({ people }, n) => {
        judgePosture(memory, people[0]!, n * 200, [1000, 600]);
      });
      return hipsDrop(memory.poseSamples)! / VIEW.stature;
    };
    expect(
      dropOf([...hold(0, 3000, sittingOnFloor), ...hold(4000, 9000, lyingOnBack)]),
    ).toBeLessThan(0.07);
    expect(dropOf([...fall(lying)])).toBeGreaterThan(0.3);
  });
});

describe('the memory of the network', () => {
  it('holds three seconds, however many frames come', () => {
    const memory = emptyBody();
    const pose = figure(standing, VIEW);
    for (let ms = 0; ms < 20_000; ms += 40) {
      judgePosture(memory, { pose, box: boxAround(pose) }, ms, [1000, 600]);
    }
    expect(memory.poseSamples.length).toBeLessThanOrEqual(20);
    expect(memory.poseSamples.at(-1)![0]! - memory.poseSamples[0]![0]!).toBeGreaterThan(2600);
  });

  it('goes over to another worker: one that goes on in the middle of a fall judges the same', () => {
    // `run` serialises the state after each frame; here it stays in memory.
    const frames = fallInSpace(ALONG, 14_000);
    let state = emptyJudgeState('gate');
    const kept = frames.flatMap((one) => {
      const judged = judge(DOWN_RULE, state, one);
      state = judged.state;
      return judged.verdicts;
    });
    expect(run(frames, DOWN_RULE).verdicts).toEqual(kept);
  });

  it('is not kept for the rule climbing, which does not use it', () => {
    const climbing = { ...DOWN_RULE, rules: [{ ...DOWN_RULE.rules[0]!, kind: 'climbing' }] };
    const frames = acted(hold(0, 9000, standing), 2000);
    const bodyOf = (config: typeof DOWN_RULE) => run(frames, config).state.actors[0]?.body;
    expect(bodyOf(DOWN_RULE)?.poseSamples.length).toBeGreaterThan(5);
    expect(bodyOf(climbing as typeof DOWN_RULE)?.poseSamples).toEqual([]);
  });

  it('begins again where it cannot be read, and the rest of the state stays', () => {
    const { state } = run(acted(hold(0, 9000, standing), 2000), DOWN_RULE);
    const odd = JSON.parse(JSON.stringify(state));
    odd.actors[0].body.poseSamples = [[1, 2, null]];
    odd.actors[0].body.learnt = { lying: null };
    const { body } = judgeState.parse(odd).actors[0]!;
    expect(body).toMatchObject({
      poseSamples: [],
      learnt: null,
      stature: state.actors[0]!.body!.stature,
    });
  });

  it('says nothing of the hips before it is as long as a fall', () => {
    const memory = emptyBody();
    acted(fall(lying), 4600).forEach(({ people }, n) => {
      judgePosture(memory, people[0]!, n * 200, [1000, 600]);
    });
    expect(hipsDrop(memory.poseSamples)).not.toBeNull();
    expect(hipsDrop(memory.poseSamples.slice(-5))).toBeNull();
  });

  it('may be missing, as in the state of an earlier version', () => {
    const { state } = run([seen(0, { foot: [300, 500], pose: figure(standing, VIEW) })], DOWN_RULE);
    const old = JSON.parse(JSON.stringify(state));
    delete old.actors[0].body.poseSamples;
    delete old.actors[0].body.learnt;
    expect(judgeState.parse(old).actors[0]!.body).toMatchObject({ poseSamples: [], learnt: null });
  });
});
