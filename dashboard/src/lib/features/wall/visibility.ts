/** How long a background tab keeps its streams, so that a short switch costs nothing. */
const hiddenFor = 60_000;

/**
 * Whether an element needs a live connection: it is in view, and the tab is not hidden for long.
 * Calls back on each change; returns a function that stops it.
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
