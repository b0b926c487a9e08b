import type { Attachment } from 'svelte/attachments';

/** How long the pointer rests until the preview is shown, ms: passing over rows shows none. */
const REST_MS = 300;

/**
 * Says that a pointer rests on an element, and where that is. A finger or a pen never does: they open the row.
 *
 * @param on the place of the element on the screen, or null when the pointer left, pressed, or a key was pressed.
 */
export const restingPointer =
  (on: (place: DOMRect | null) => void): Attachment<HTMLElement> =>
  (element) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = (): void => {
      clearTimeout(timer);
      on(null);
    };
    const begin = (event: PointerEvent): void => {
      if (event.pointerType !== 'mouse') return;
      clearTimeout(timer);
      timer = setTimeout(() => on(element.getBoundingClientRect()), REST_MS);
    };
    element.addEventListener('pointerenter', begin);
    for (const name of ['pointerleave', 'pointerdown'] as const) {
      element.addEventListener(name, end);
    }
    document.addEventListener('keydown', end);
    document.addEventListener('scroll', end, true);
    return () => {
      clearTimeout(timer);
      element.removeEventListener('pointerenter', begin);
      for (const name of ['pointerleave', 'pointerdown'] as const) {
        element.removeEventListener(name, end);
      }
      document.removeEventListener('keydown', end);
      document.removeEventListener('scroll', end, true);
    };
  };
