import { cleanup, render, screen } from '@testing-library/svelte';
import { afterEach, describe, expect, it } from 'vitest';
import type { Violation } from '$lib/api/types.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import Why from './Why.svelte';
import { chartOf, type Why as WhyFacts } from './why.ts';

afterEach(cleanup);

const why = (part: Partial<WhyFacts>): WhyFacts => ({
  configuration: 3,
  measure: 'share',
  needed: {
    seconds: 2,
    share: 0.7,
    clearSeconds: 5,
    doubtSeconds: null,
    doubtShare: null,
    distance: null,
    speed: null,
    maxPeople: null,
  },
  reached: { countedSeconds: 2, heldSeconds: 1.8, share: 0.9 },
  samples: [
    [-3, -2, 0],
    [-2, -1, 1],
    [-0.8, 0, 1],
  ],
  ...part,
});

describe('the chart of why a record was made', () => {
  it('shows what held, what did not, and in between what could not be told', () => {
    expect(chartOf(why({}))?.stretches).toEqual([
      { from: -3, to: -2, state: 'gone' },
      { from: -2, to: -1, state: 'held' },
      { from: -1, to: -0.8, state: 'unknown' },
      { from: -0.8, to: 0, state: 'held' },
    ]);
  });

  it('measures the time that held in the newest seconds that could be told, up to its threshold', () => {
    const chart = chartOf(why({}))!;
    expect(chart.thresholds).toEqual([1.4]);
    const at = (moment: number) => chart.line.find(([time]) => time === moment)?.[1];
    expect(at(-2)).toBe(0);
    expect(at(-1)).toBeCloseTo(1);
    // The last 2 s in which it could be told: 0.2 s of the time before, 1 s and 0.8 s.
    expect(at(0)).toBeCloseTo(1.8);
  });

  it('measures a stay from its beginning', () => {
    const chart = chartOf(why({ measure: 'time', needed: { ...why({}).needed, seconds: 1.8 } }))!;
    expect(chart.thresholds).toEqual([1.8]);
    expect(chart.line.at(-1)?.[1]).toBeCloseTo(1.8);
  });

  it('shows a crossing as the distance to the line, with both edges', () => {
    const chart = chartOf(
      why({
        measure: 'crossing',
        needed: { ...why({}).needed, share: null, distance: 6 },
        samples: [
          [-0.4, -0.4, -20],
          [-0.2, -0.2, 1],
          [0, 0, 18],
        ],
      }),
    )!;
    expect(chart.thresholds).toEqual([-6, 0, 6]);
    expect(chart.line).toEqual([
      [-0.4, -20],
      [-0.2, 1],
      [0, 18],
    ]);
    expect(chart.most).toBeGreaterThan(20);
  });

  it('is none without samples', () => {
    expect(chartOf(why({ samples: [] }))).toBeNull();
  });
});

describe('the sentences of why a fall was recorded', () => {
  const fall = (posture?: { lying: number; fell: number }) => {
    const reached = { ...why({}).reached, ...(posture && { posture }) };
    const confirmedAt = '2026-11-30T10:00:00Z';
    return { camera: 'hall-west', confirmedAt, why: why({ reached }) } as Violation;
  };

  it.each([
    ['en', 'Posture network: just fell 87%, lies 94%.'],
    ['zh-CN', '姿态网络判断：刚跌倒 87%，躺着 94%。'],
  ] as const)('name the probabilities of the network that found it (%s)', (locale, text) => {
    i18n.set(locale);
    render(Why, { violation: fall({ lying: 0.94, fell: 0.87 }) });
    expect(screen.getByText(text)).toBeDefined();
  });

  it('say nothing of the network where the measures of the body found it', () => {
    i18n.set('en');
    render(Why, { violation: fall() });
    expect(screen.getByTestId('why-said').textContent).not.toMatch(/network/);
  });
});
