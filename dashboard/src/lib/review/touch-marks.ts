import type { Attachment } from 'svelte/attachments';

/** How long a finger rests until it counts as a long press, ms. */
const LONG_MS = 500;
/** A finger that moves further is scrolling, or swipes a row; px. */
const STILL = 10;
/** A swipe counts from here, px. */
const FAR = 88;

/** What a finger does with a row, or with the wall. A mouse does none of this. */
export interface TouchMarks {
  /** A long press; left out where it does nothing. */
  onlong?: (() => void) | undefined;
  /** A swipe to the right or to the left; left out where rows do not move. */
  onswipe?: ((to: 'left' | 'right') => void) | undefined;
}

/**
 * Long presses and swipes of a row, by a finger. The click that follows one of them opens nothing.
 *
 * @param of read at each touch.
 */
export const touchMarks =
  (of: () => TouchMarks | null): Attachment<HTMLElement> =>
  (row) => {
    let start: { id: number; x: number; y: number } | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isSwiping = false;
    let eatsClick = false;

    const move = (x: number) => {
      row.style.transform = x === 0 ? '' : `translateX(${x}px)`;
      row.dataset['swipe'] = x === 0 ? '' : x > 0 ? 'right' : 'left';
      row.dataset['far'] = String(Math.abs(x) >= FAR);
    };
    const end = () => {
      clearTimeout(timer);
      start = null;
      isSwiping = false;
      move(0);
    };
    const down = (event: PointerEvent) => {
      eatsClick = false;
      const marks = of();
      if (!marks || event.pointerType !== 'touch' || !event.isPrimary) return;
      start = { id: event.pointerId, x: event.clientX, y: event.clientY };
      const { onlong } = marks;
      if (!onlong) return;
      timer = setTimeout(() => {
        if (!start || isSwiping) return;
        eatsClick = true;
        end();
        onlong();
      }, LONG_MS);
    };
    const drag = (event: PointerEvent) => {
      if (start?.id !== event.pointerId) return;
      const [x, y] = [event.clientX - start.x, event.clientY - start.y];
      if (Math.hypot(x, y) > STILL) clearTimeout(timer);
      if (!of()?.onswipe) return;
      if (!isSwiping && Math.abs(x) > STILL && Math.abs(x) > 2 * Math.abs(y)) {
        isSwiping = eatsClick = true;
        row.setPointerCapture?.(event.pointerId);
      }
      if (isSwiping) move(x);
    };
    const up = (event: PointerEvent) => {
      if (start?.id !== event.pointerId) return;
      const x = event.clientX - start.x;
      const wasSwipe = isSwiping;
      end();
      if (wasSwipe && Math.abs(x) >= FAR) of()?.onswipe?.(x > 0 ? 'right' : 'left');
    };
    const click = (event: MouseEvent) => {
      if (!eatsClick) return;
      eatsClick = false;
      event.preventDefault();
      event.stopPropagation();
    };
    // The menu of a link would open with the long press.
    const menu = (event: Event) => {
      if (start || eatsClick) event.preventDefault();
    };
    const listeners = [
      ['pointerdown', down],
      ['pointermove', drag],
      ['pointerup', up],
      ['pointercancel', end],
      ['contextmenu', menu],
    ] as const;
    for (const [type, run] of listeners) row.addEventListener(type, run as EventListener);
    row.addEventListener('click', click, true);
    return () => {
      end();
      for (const [type, run] of listeners) row.removeEventListener(type, run as EventListener);
      row.removeEventListener('click', click, true);
    };
  };
