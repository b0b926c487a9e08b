import { configure } from '@testing-library/svelte';

// Timeout of `findBy…`, generous for busy machines.
configure({ asyncUtilTimeout: 15_000 });

// jsdom has no layout: scrolling elements get the size of a list on a screen.
for (const [side, pixels] of [
  ['offsetHeight', 600],
  ['clientHeight', 600],
  ['offsetWidth', 400],
] as const) {
  Object.defineProperty(HTMLElement.prototype, side, { configurable: true, get: () => pixels });
}

// The tests read Chinese where they set no language.
Object.defineProperty(navigator, 'languages', { configurable: true, get: () => ['zh-CN'] });

// Files share the page: each begins with an empty one.
localStorage.clear();
sessionStorage.clear();
document.body.replaceChildren();
