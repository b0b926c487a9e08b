import type { Page } from 'playwright-core';

/** The open pages of a test file, each with the errors of its console. */
export const openPages = new Map<Page, readonly string[]>();
