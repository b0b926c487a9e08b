/** A tab in the background keeps its pictures for this long, so that a short look away costs nothing. */
const hiddenFor = 60_000;

/**
 * Tells whether an element is worth a live connection: it is in view, and the tab is not hidden for
 * long. Calls back with each change; returns what ends it.
 */
export function watchVisibility(
  element: Element,
  onChange: (state: 'seen' | 'unseen' | 'background') => void,
): () => void {
  let inView = false;
  let background = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tell = (): void => onChange(background ? 'background' : inView ? 'seen' : 'unseen');
  const observer = new IntersectionObserver((entries) => {
    inView = entries.at(-1)?.isIntersecting ?? false;
    tell();
  });
  observer.observe(element);
  const onVisibility = (): void => {
    clearTimeout(timer);
    if (document.hidden) {
      timer = setTimeout(() => {
        background = true;
        tell();
      }, hiddenFor);
    } else if (background) {
      background = false;
      tell();
    }
  };
  document.addEventListener('visibilitychange', onVisibility);
  return () => {
    clearTimeout(timer);
    observer.disconnect();
    document.removeEventListener('visibilitychange', onVisibility);
  };
}
