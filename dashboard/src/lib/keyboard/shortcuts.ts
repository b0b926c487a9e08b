/** True in text fields, where single-letter shortcuts must not act. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLInputElement) {
    return !['checkbox', 'radio', 'button', 'range', 'submit'].includes(target.type);
  }
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

/** Whether Space is for the control that has the focus: it presses a button, and ticks a box. */
export function takesSpace(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('button, input, summary') !== null;
}

/** The key of a plain shortcut, lower case; null where the event is handled elsewhere. */
export function shortcutKey(event: KeyboardEvent): string | null {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return null;
  if (event.isComposing || isTyping(event.target)) return null;
  // An open menu, list or dialog has the keyboard.
  if (
    event.target instanceof Element &&
    event.target.closest('[role="menu"],[role="listbox"],[role="dialog"],[role="alertdialog"]')
  ) {
    return null;
  }
  // A select takes letters as a search of its list, open or not.
  if (
    event.key.length === 1 &&
    event.target instanceof Element &&
    event.target.closest('[aria-haspopup="listbox"]')
  ) {
    return null;
  }
  return event.key.length === 1 ? event.key.toLowerCase() : event.key;
}
