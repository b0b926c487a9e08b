import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { cleanup, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import DesignGate from './DesignGate.svelte';
import Parts from './Parts.svelte';

const lib = resolve(import.meta.dirname, '..');
const partsOf = (folder: string) =>
  readdirSync(join(lib, folder))
    .filter((name) => name.endsWith('.svelte') && !name.endsWith('.test.svelte'))
    .map((name) => name.replace('.svelte', ''));
const sources = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.svelte'))
  .map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'))
  .join('\n');

beforeEach(() => i18n.set('en'));
afterEach(cleanup);

/** Parts of the frame of all pages, and whole pages: `e2e/design.e2e.test.ts` sees them. */
const inFrame = ['Toaster'];
const wholePages = ['Page', 'ListPage'];

describe('the page of all parts', () => {
  it.each(['ui', 'kit'])('shows every part of lib/%s', (folder) => {
    const { container } = render(Parts);
    const shown = [...container.querySelectorAll('[data-part]')]
      .filter((one) => (one.lastElementChild?.children.length ?? 0) > 0)
      .map((one) => one.getAttribute('data-part'));
    const parts = partsOf(folder);
    expect(parts.length).toBeGreaterThan(10);
    expect(parts.filter((part) => ![...shown, ...wholePages].includes(part))).toEqual([]);
    const unused = parts.filter((part) => !sources.includes(`'$lib/${folder}/${part}.svelte'`));
    expect(unused.filter((part) => !inFrame.includes(part))).toEqual([]);
  });

  it('shows the state of a list that is filled, empty, loading or failed, in both languages', async () => {
    render(Parts);
    await vi.waitFor(() => expect(screen.getAllByTestId('design-filled-row')).toHaveLength(3));
    expect(screen.getAllByTestId('empty').length).toBeGreaterThan(0);
    expect(screen.getAllByTestId('error').length).toBeGreaterThan(0);
    expect(document.querySelector('.skeleton')).not.toBeNull();
    i18n.set('zh-CN');
    await screen.findAllByText('还没有设备');
  });
});

it('is not found in an installation without the demonstration, or where the API is silent', async () => {
  const asked = vi
    .spyOn(globalThis, 'fetch')
    .mockImplementation(async () => Response.json({ demo: false }));
  render(DesignGate, { dev: false, part: null });
  await screen.findByTestId('not-found');
  cleanup();
  asked.mockRejectedValue(new TypeError('no connection'));
  render(DesignGate, { dev: false, part: null });
  await screen.findByTestId('not-found');
  expect(screen.queryByTestId('design')).toBeNull();
});
