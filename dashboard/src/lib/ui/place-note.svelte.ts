/** A message beside the control that it is about. */
export interface PlaceNote {
  text: string;
  tone: 'danger' | 'warn';
  anchor: Element;
}

/** What a person presses or changes. */
const CONTROLS = 'button, a[href], input, select, textarea, summary, [role=button], [role=switch]';
/** How many pressed controls are remembered: those of a dialog are gone when it has closed. */
const REMEMBERED = 4;
/** A message closes at the next press, or after this time, in ms. */
const SHOWN_FOR = 15_000;

let pressed: readonly Element[] = [];

function remember({ target }: Event): void {
  const control = target instanceof Element ? target.closest(CONTROLS) : null;
  if (!control) return;
  pressed = [control, ...pressed.filter((one) => one !== control)].slice(0, REMEMBERED);
}

/** The controls that the person used last, the newest first. */
export const pressedControls = (): readonly Element[] => pressed;

const isVisible = (one: Element): boolean => one.isConnected && one.getClientRects().length > 0;

/** Messages beside controls, one at a time; `PlaceNoteHost` shows it. */
class PlaceNotes {
  shown = $state.raw<PlaceNote | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #hosts = 0;

  /**
   * Shows why an action was not done, at its control.
   *
   * @param anchors candidates, the best first; the first that is still on the page is taken.
   * @returns false where none is: the message has to be shown elsewhere.
   */
  show(text: string, anchors: readonly Element[], tone: PlaceNote['tone'] = 'danger'): boolean {
    const anchor = this.#hosts > 0 ? anchors.find(isVisible) : undefined;
    if (!anchor) return false;
    this.shown = { text, tone, anchor };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.close(), SHOWN_FOR);
    return true;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.shown = null;
  }

  /** Follows what the person presses, while the host is on the page; returns a function that stops it. */
  follow(): () => void {
    const press = (event: Event): void => {
      remember(event);
      this.close();
    };
    const listened = ['pointerdown', 'keydown', 'change'] as const;
    for (const type of listened) document.addEventListener(type, press, true);
    this.#hosts += 1;
    return () => {
      this.#hosts -= 1;
      for (const type of listened) document.removeEventListener(type, press, true);
      pressed = [];
      this.close();
    };
  }
}

export const placeNotes = new PlaceNotes();
