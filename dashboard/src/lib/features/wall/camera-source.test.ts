import { expect, it } from 'vitest';
import { CameraSource } from './camera-source.ts';

const NOW = Date.parse('2026-12-01T08:00:00Z');
const at = (ms: number): string => new Date(NOW + ms).toISOString();
const health = (change: object = {}) => ({
  state: 'live' as const,
  analysedFps: 5,
  lastFrameAt: at(-3_000),
  ...change,
});

it('sends while it is observed, or nothing is known of it', () => {
  const source = new CameraSource();
  expect(source.sends(null, NOW)).toBe(true);
  expect(source.sends(health(), NOW)).toBe(true);
  source.observed(NOW);
  expect(source.sends(health(), NOW + 2_500)).toBe(true);
  expect(source.sends(health(), NOW + 2_501)).toBe(false);
  source.restart();
  expect(source.sends(health(), NOW + 2_501)).toBe(true);
});

it('sends nothing where its health is a fault, also while late observations come', () => {
  const source = new CameraSource();
  source.observed(NOW);
  expect(source.sends(health({ state: 'fault' }), NOW)).toBe(false);
  expect(source.sends(health({ state: 'connecting' }), NOW)).toBe(false);
});

it('sends where the analysis alone stands, or is slow', () => {
  const source = new CameraSource();
  source.observed(NOW);
  expect(source.sends(health({ lastFrameAt: at(4_000) }), NOW + 5_000)).toBe(true);
  expect(source.sends(health({ analysedFps: 0.5 }), NOW + 6_000)).toBe(true);
});
