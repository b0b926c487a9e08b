import { cleanup, render, screen } from '@testing-library/svelte';
import { tick } from 'svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Camera } from '$lib/api/types.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import ScreenWall from './ScreenWall.svelte';

const cameras = Array.from(
  { length: 40 },
  (_, n) =>
    ({
      id: `camera-${n}`,
      name: { zh: `摄像机 ${n}`, en: `Camera ${n}` },
      picture: [1280, 720],
      zones: [],
      lines: [],
      health: null,
    }) as unknown as Camera,
);
const shown = () => screen.getAllByTestId('tile').map((tile) => tile.getAttribute('data-camera'));
async function pass(seconds: number): Promise<void> {
  vi.advanceTimersByTime(seconds * 1_000);
  await tick();
}

beforeEach(() => {
  i18n.set('en');
  vi.useFakeTimers();
  // Wide: below it the wall is the list of a phone.
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(1600);
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(900);
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

it('shows each camera of a large group in turn, and stays at the page of an alarm', async () => {
  const { rerender } = render(ScreenWall, { cameras, ringing: [], patrolSeconds: 5, alarms: 0 });
  await pass(0);
  const seen = new Set(shown());
  expect(seen.size).toBe(16);
  screen.getByText('Page 1 of 3, 40 cameras');
  for (let n = 0; n < 2; n++) {
    await pass(5.25);
    for (const id of shown()) seen.add(id);
  }
  expect(seen.size).toBe(40);
  screen.getByText('Page 3 of 3, 40 cameras');
  await rerender({ ringing: ['camera-20'] });
  await pass(0.5);
  screen.getByText('Page 2 of 3, 40 cameras');
  await pass(30);
  expect(shown()).toContain('camera-20');
});

it('has no pages where all cameras fit', async () => {
  render(ScreenWall, { cameras: cameras.slice(0, 16), ringing: [], patrolSeconds: 5, alarms: 0 });
  await pass(0);
  expect(shown()).toHaveLength(16);
  expect(screen.queryByTestId('screen-page')).toBeNull();
});

it('has the time and the open alarms in a cell without a camera', async () => {
  const three = { cameras: cameras.slice(0, 3), ringing: [], patrolSeconds: 5 };
  const { rerender } = render(ScreenWall, { ...three, alarms: 0 });
  await pass(0);
  expect(shown()).toHaveLength(3);
  const cell = screen.getByTestId('screen-spare');
  expect(cell.textContent).toContain('No open alarm · 3 cameras');
  expect(screen.getByTestId('screen-clock').textContent).toMatch(/\d\d:\d\d/);
  await rerender({ alarms: 2 });
  expect(cell.textContent).toContain('2 alarms');
  // While the server is out of reach.
  await rerender({ alarms: null });
  expect(cell.textContent).not.toContain('alarm');
  expect(cell.textContent).toContain('3 cameras');
});
