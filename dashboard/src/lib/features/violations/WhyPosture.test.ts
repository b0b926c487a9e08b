import { cleanup, render, screen } from '@testing-library/svelte';
import { afterEach, describe, expect, it } from 'vitest';
import type { Violation } from '$lib/api/types.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import Why from './Why.svelte';

afterEach(cleanup);

/** A fall, after which the person lay for three seconds. */
function fall(posture?: { lying: number; fell: number }): Violation {
  const why = {
    configuration: null,
    measure: 'share',
    needed: {
      seconds: 3,
      share: 0.7,
      clearSeconds: 5,
      doubtSeconds: null,
      doubtShare: null,
      distance: null,
      speed: null,
      maxPeople: null,
    },
    reached: { countedSeconds: 3, heldSeconds: 2.8, share: 0.93, ...(posture && { posture }) },
    samples: [[-3, 0, 1]],
  };
  return { camera: 'hall-west', confirmedAt: '2026-11-30T10:00:00Z', why } as unknown as Violation;
}

describe('why a fall was recorded', () => {
  it.each([
    ['en', 'By the network of postures: just fell 87%, lies 94%.'],
    ['zh-CN', '姿态网络判断：刚跌倒 87%，躺着 94%。'],
  ] as const)('names the probabilities of the network that found it (%s)', (locale, text) => {
    i18n.set(locale);
    render(Why, { violation: fall({ lying: 0.94, fell: 0.87 }) });
    expect(screen.getByText(text)).toBeDefined();
  });

  it('says nothing of the network where the measures of the body found it', () => {
    i18n.set('en');
    render(Why, { violation: fall() });
    expect(screen.getByTestId('why-said').textContent).not.toMatch(/network/);
  });
});
