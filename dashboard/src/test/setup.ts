import { configure } from '@testing-library/svelte';

// How long `findBy…` waits: the limit is for what never comes, on a busy machine too.
configure({ asyncUtilTimeout: 15_000 });

// The simulated page has no layout: elements that scroll are as large as a list on a screen.
for (const [side, pixels] of [
  ['offsetHeight', 600],
  ['clientHeight', 600],
  ['offsetWidth', 400],
] as const) {
  Object.defineProperty(HTMLElement.prototype, side, { configurable: true, get: () => pixels });
}

// Files share the page: each begins with an empty one.
localStorage.clear();
sessionStorage.clear();
document.body.replaceChildren();
