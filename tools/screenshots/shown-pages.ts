import { menuPages } from '../ui-check/pages.ts';
import { openPages } from '../ui-check/walk.ts';

/** A page as it is shown. */
export interface ShownPage {
  /** Name of its pictures. */
  name: string;
  path: string;
  language: 'zh-CN' | 'en';
  theme: 'light' | 'dark';
  /** All of it; false for what fits on the screen. */
  isWhole: boolean;
  /** Whether it is shown to people who have signed in. */
  isSignedIn: boolean;
}

/** Width and height of the screens: a phone, a tablet, a desktop. The narrow one first: the page is opened on it. */
export const screens = [
  [390, 844],
  [820, 1180],
  [1440, 900],
] as const;

const usual = { language: 'zh-CN', theme: 'light', isWhole: false, isSignedIn: true } as const;
const design = { ...usual, path: '/design', isWhole: true, isSignedIn: false } as const;

/** Every page that has an address without an id, and the page of all parts in both themes and languages. */
export const shownPages: readonly ShownPage[] = [
  ...menuPages.map((path) => ({ ...usual, name: nameOf(path), path })),
  ...openPages.map((path) => ({ ...usual, name: nameOf(path), path, isSignedIn: false })),
  { ...design, name: 'design' },
  { ...design, name: 'design.dark', theme: 'dark' },
  { ...design, name: 'design.en', language: 'en' },
];

/** `hazards.report` of /hazards/report. */
function nameOf(path: string): string {
  return path === '/' ? 'start' : path.slice(1).replaceAll('/', '.');
}
