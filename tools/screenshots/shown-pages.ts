import { menuPages } from '../ui-check/pages.ts';
import { openPages } from '../ui-check/walk.ts';

/** A page and the settings of its screenshots. */
export interface ShownPage {
  /** File name of the screenshots, without width and ending. */
  name: string;
  path: string;
  language: 'zh-CN' | 'en';
  theme: 'light' | 'dark';
  /** True for the whole height of the page, false for the viewport. */
  isWhole: boolean;
  /** Whether the page needs a signed-in account. */
  isSignedIn: boolean;
}

/** Viewports, width and height in px: phone, tablet, desktop. Pages are opened at the first one. */
export const screens = [
  [390, 844],
  [820, 1180],
  [1440, 900],
] as const;

const usual = { language: 'zh-CN', theme: 'light', isWhole: false, isSignedIn: true } as const;
const design = { ...usual, path: '/design', isWhole: true, isSignedIn: false } as const;

/** Every page whose address has no id, and `/design` in both themes and languages. */
export const shownPages: readonly ShownPage[] = [
  ...menuPages.map((path) => ({ ...usual, name: nameOf(path), path })),
  ...openPages.map((path) => ({ ...usual, name: nameOf(path), path, isSignedIn: false })),
  { ...design, name: 'design' },
  { ...design, name: 'design.dark', theme: 'dark' },
  { ...design, name: 'design.en', language: 'en' },
];

/** The file name of a path: `/hazards/report` gives `hazards.report`. */
function nameOf(path: string): string {
  return path === '/' ? 'start' : path.slice(1).replaceAll('/', '.');
}
