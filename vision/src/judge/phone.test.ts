import type { CameraConfig } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import { figure, POSTURES, type Posture, type View } from './figures.ts';
import { judgePhone } from './phone.ts';
import { CAMERA, every, run } from './scenes.ts';

const VIEW: View = { stature: 200, foot: [300, 500], turn: 60 };
const { standing } = POSTURES;
const atEar: Posture = { ...standing, upperArms: [70, 0], forearms: [150, 0] };
const atChest: Posture = { ...standing, upperArms: [15, 15], forearms: [80, 80], head: 40 };

describe('phone use by pose', () => {
  it('holds with a wrist at the ear and a bent elbow', () => {
    for (const turn of [0, 60, 90, 120, 180]) {
      expect(judgePhone(figure(atEar, { ...VIEW, turn }))).toBe('holds');
    }
  });

  it('does not hold with hanging arms, and is unknown without a reliable pose', () => {
    expect(judgePhone(figure(standing, VIEW))).toBe('gone');
    expect(judgePhone(null)).toBe('unknown');
    expect(judgePhone(figure(atEar, { ...VIEW, score: 0.1 }))).toBe('unknown');
  });

  it('holds with both hands before the chest and the head bent', () => {
    expect(judgePhone(figure(atChest, { ...VIEW, turn: 0 }))).toBe('holds');
    expect(judgePhone(figure({ ...atChest, head: 0 }, { ...VIEW, turn: 0 }))).toBe('gone');
  });

  it('is recorded after some seconds, where a camera has the rule', () => {
    const phone: CameraConfig = {
      ...CAMERA,
      rules: [{ kind: 'phone-use', id: 'phone', severity: 'low', zone: 'hall' }],
    };
    const scene = (until: number) =>
      every(0, 12_000, (ms) => [
        { foot: VIEW.foot, pose: figure(ms < until ? atEar : standing, VIEW) },
      ]);
    expect(run(scene(12_000), phone).confirmed).toMatchObject([
      { rule: 'phone-use', zone: 'hall' },
    ]);
    expect(run(scene(3000), phone).verdicts).toEqual([]);
    expect(run(scene(12_000), CAMERA).confirmed.map(({ rule }) => rule)).not.toContain('phone-use');
  });
});
