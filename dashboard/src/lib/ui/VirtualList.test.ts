import { render, screen } from '@testing-library/svelte';
import { createRawSnippet, tick } from 'svelte';
import { describe, expect, it, vi } from 'vitest';
import VirtualList from './VirtualList.svelte';

const ROW = 50;
const row = createRawSnippet<[{ id: string }, number]>((item) => ({
  render: () => `<span>${item().id}</span>`,
}));
const rows = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => ({ id: `r${from + i}` }));

async function show(items: { id: string }[], more: object = {}) {
  const rendered = render(VirtualList, {
    props: { items, rowHeight: ROW, label: 'rows', row, ...more },
  });
  await tick();
  const list = screen.getByRole('list');
  Object.defineProperty(list, 'scrollHeight', { get: () => items.length * ROW });
  const scroll = async (top: number) => {
    list.scrollTop = top;
    list.dispatchEvent(new Event('scroll'));
    await tick();
  };
  return { ...rendered, list, scroll };
}
const shown = () => screen.getAllByRole('listitem').map((item) => item.textContent);

it('renders the visible rows and some around, with ARIA indexes', async () => {
  const { scroll } = await show(rows(0, 1000));
  expect(shown().length).toBeLessThan(30);
  expect(shown()[0]).toBe('r0');
  await scroll(500 * ROW);
  expect(shown()).toContain('r500');
  expect(shown()).not.toContain('r0');
  const one = screen.getByText('r500').parentElement;
  expect(one?.getAttribute('aria-posinset')).toBe('501');
  expect(one?.getAttribute('aria-setsize')).toBe('1000');
});

it('keeps the visible rows in place when rows are inserted above, unless at the top', async () => {
  const { list, scroll, rerender } = await show(rows(10, 200));
  await rerender({ items: rows(8, 200) });
  expect(list.scrollTop).toBe(0);
  await scroll(20 * ROW + 7);
  await rerender({ items: rows(5, 200) });
  expect(list.scrollTop).toBe(23 * ROW + 7);
  await rerender({ items: rows(5, 400) });
  expect(list.scrollTop).toBe(23 * ROW + 7);
});

it('keeps the first row in place while the pointer is on the list', async () => {
  const { list, rerender } = await show(rows(10, 200));
  list.dispatchEvent(new Event('pointerenter'));
  await rerender({ items: rows(8, 200) });
  expect(list.scrollTop).toBe(2 * ROW);
});

it('scrolls a row into view with its neighbour, and reports when the ends are near', async () => {
  const onEnd = vi.fn();
  const onTop = vi.fn();
  const { component, list, scroll } = await show(rows(0, 100), { onEnd, onTop });
  expect(onTop).toHaveBeenCalled();
  expect(onEnd).not.toHaveBeenCalled();
  for (const [index, top] of [
    [50, 52 * ROW - list.clientHeight],
    [48, 52 * ROW - list.clientHeight],
    [10, 9 * ROW],
    [0, 0],
  ] as const) {
    component.reveal(index);
    expect(list.scrollTop).toBe(top);
    await scroll(top);
  }
  await scroll(90 * ROW);
  expect(onEnd).toHaveBeenCalled();
  onTop.mockClear();
  component.toTop();
  await scroll(list.scrollTop);
  expect(onTop).toHaveBeenCalled();
});

describe('headers of groups', () => {
  /** A header and nine rows, ten times. */
  const grouped = (collapsed?: string) => {
    const lines: { id: string }[] = [];
    for (let group = 0; group < 10; group++) {
      lines.push({ id: `h${group}` });
      if (collapsed !== `h${group}`) lines.push(...rows(group * 10, group * 10 + 9));
    }
    return lines;
  };
  const HEADER = 30;
  const isHeader = ({ id }: { id: string }) => id.startsWith('h');
  const more = { isHeader, heightOf: (item: { id: string }) => (isHeader(item) ? HEADER : ROW) };
  const GROUP = HEADER + 9 * ROW;
  const pinned = () =>
    screen.getAllByRole('listitem').filter((item) => item.className.includes('sticky'));

  it('stay at the top while their rows are scrolled, and are pushed up by the next one', async () => {
    const { scroll } = await show(grouped(), more);
    await scroll(GROUP + 5 * ROW);
    expect(pinned().map((one) => one.textContent)).toEqual(['h1']);
    expect(pinned()[0]?.style.transform).toBe('translateY(0px)');
    expect(pinned()[0]?.getAttribute('aria-posinset')).toBe('11');
    await scroll(2 * GROUP - 10);
    expect(pinned()[0]?.textContent).toBe('h1');
    expect(pinned()[0]?.style.transform).toBe('translateY(-20px)');
    await scroll(2 * GROUP + 1);
    expect(pinned().map((one) => one.textContent)).toEqual(['h2']);
  });

  it('hide no row that is scrolled into view', async () => {
    const { component, list, scroll } = await show(grouped(), more);
    expect(list.style.scrollPaddingTop).toBe(`${HEADER}px`);
    await scroll(4 * GROUP);
    // The sixth row of the second group, with the row above it and the header.
    component.reveal(16);
    expect(list.scrollTop).toBe(GROUP + HEADER + 5 * ROW - ROW - HEADER);
  });

  it('stay in sight as their group is collapsed', async () => {
    const { list, scroll, rerender } = await show(grouped(), more);
    await scroll(3 * GROUP + 4 * ROW);
    await rerender({ items: grouped('h3') });
    await vi.waitFor(() => expect(list.scrollTop).toBe(3 * GROUP));
  });
});
