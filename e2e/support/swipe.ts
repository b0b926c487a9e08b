import { setTimeout } from 'node:timers/promises';
import type { Locator, Page } from 'playwright-core';

/** The finger rests so long before it leaves, ms. */
const REST_MS = 120;

/** Moves a finger over an element, as a touch screen reports it; pixels to the right, or to the left below 0. */
export async function swipe(page: Page, target: Locator, by: number): Promise<void> {
  const box = await target.boundingBox();
  if (!box) throw new Error('what is to be swiped is not to be seen');
  const y = box.y + box.height / 2;
  const from = box.x + box.width / 2 - by / 2;
  const session = await page.context().newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', x?: number) =>
    session.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: x === undefined ? [] : [{ x, y }],
    });
  await touch('touchStart', from);
  for (let step = 1; step <= 8; step++) await touch('touchMove', from + (by * step) / 8);
  // Lifted while it moves it is a fling: Chromium takes the next tap as one that stops it, and makes no click of it.
  await setTimeout(REST_MS);
  await touch('touchMove', from + by);
  await touch('touchEnd');
  await session.detach();
}
