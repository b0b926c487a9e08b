import type { CameraConfig } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import { figure, POSTURES, type Posture, type View } from './figures.ts';
import { lookAtPhone } from './phone.ts';
import { CAMERA, every, run } from './scenes.ts';

const VIEW: View = { stature: 200, foot: [300, 500], turn: 60 };
const { standing } = POSTURES;
const atEar: Posture = { ...standing, upperArms: [70, 0], forearms: [150, 0] };
const atChest: Posture = { ...standing, upperArms: [15, 15], forearms: [80, 80], head: 40 };

describe('a phone, as far as a pose tells', () => {
  it('is at the ear where a wrist is, with a bent elbow', () => {
    for (const turn of [0, 60, 90, 120, 180]) {
      expect(lookAtPhone(figure(atEar, { ...VIEW, turn }))).toBe('holds');
    }
  });

  it('is none where arms hang, and unknown where there is no pose or it is not believed', () => {
    expect(lookAtPhone(figure(standing, VIEW))).toBe('gone');
    expect(lookAtPhone(null)).toBe('unknown');
    expect(lookAtPhone(figure(atEar, { ...VIEW, score: 0.1 }))).toBe('unknown');
  });

  it('is before the chest where both hands are, the head bent', () => {
    expect(lookAtPhone(figure(atChest, { ...VIEW, turn: 0 }))).toBe('holds');
    expect(lookAtPhone(figure({ ...atChest, head: 0 }, { ...VIEW, turn: 0 }))).toBe('gone');
  });

  it('is recorded after seconds of it, where a camera asks for it', () => {
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
