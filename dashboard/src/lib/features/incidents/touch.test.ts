import { fireEvent, screen } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import { eventually } from '../../../test/eventually.ts';
import {
  chosen,
  idOf,
  listed,
  review,
  row,
  show,
  useReview,
} from '../../../test/incident-review.ts';

useReview();

describe('by a finger', () => {
  const touch = (target: HTMLElement, type: string, x = 10) =>
    fireEvent(
      target,
      new PointerEvent(type, {
        bubbles: true,
        pointerType: 'touch',
        isPrimary: true,
        pointerId: 7,
        clientX: x,
        clientY: 10,
      }),
    );

  it('a long press marks a row, and then taps do', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await show().catch(() => {});
    await touch(row(50), 'pointerdown');
    vi.advanceTimersByTime(600);
    vi.useRealTimers();
    await touch(row(50), 'pointerup');
    await fireEvent.click(row(50));
    expect(chosen()).toEqual([50]);
    await fireEvent.click(row(30));
    expect(chosen()).toEqual([50, 30]);
    // The first one was open.
    expect(review.selected).toBe(idOf(60));
  });

  it('[UX-06] a swipe to the left asks for the reason, one to the right confirms, a short one does nothing', async () => {
    await show();
    const swipe = async (number: number, to: number) => {
      await touch(row(number), 'pointerdown', 200);
      await touch(row(number), 'pointermove', 200 + to / 2);
      await touch(row(number), 'pointermove', 200 + to);
      await touch(row(number), 'pointerup', 200 + to);
    };
    await swipe(60, 50);
    expect(review.sent).toEqual([]);
    await swipe(60, 120);
    await eventually(() => expect(listed()).toEqual([50, 40, 30, 20, 10]));
    expect(review.sent).toMatchObject([{ decision: 'confirm', incidents: [{ id: idOf(60) }] }]);
    await swipe(40, -120);
    expect(chosen()).toEqual([40]);
    await fireEvent.click(screen.getByTestId('many-reason-duplicate'));
    await eventually(() => expect(listed()).toEqual([50, 30, 20, 10]));
  });

  it('a mouse that is dragged swipes nothing', async () => {
    await show();
    for (const [type, x] of [
      ['pointerdown', 200],
      ['pointermove', 400],
      ['pointerup', 400],
    ] as const) {
      await fireEvent(row(60), new PointerEvent(type, { pointerType: 'mouse', clientX: x }));
    }
    expect(review.sent).toEqual([]);
  });
});
