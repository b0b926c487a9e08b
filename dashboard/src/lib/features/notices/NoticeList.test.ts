import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
// Made ready once, outside of the time of a test.
import './NoticeList.svelte';

const notice = {
  id: '01J',
  kind: 'workflow.assigned',
  severity: 'info',
  title: { zh: '改为 {d:2026-12-31}', en: 'Due on {d:2026-12-31} now' },
  body: {
    zh: '期限 {t:2026-12-03T18:05:00Z}。{\u2060t:2026-01-01T00:00:00Z}',
    en: 'Due by {t:2026-12-03T18:05:00Z}. {\u2060t:2026-01-01T00:00:00Z}',
  },
  link: null,
  subject: null,
  count: 1,
  at: '2026-12-01T00:00:00Z',
  readAt: null,
};
const old = { ...notice, id: '01H', body: { zh: '自 2026-11-02 08:00 起。', en: 'Since 8.' } };
const { TZ } = process.env;

beforeEach(() => {
  vi.stubGlobal('fetch', async () =>
    Response.json({ items: [notice, old], next: null, unread: 2 }),
  );
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
  if (TZ === undefined) delete process.env.TZ;
  else process.env.TZ = TZ;
});

/** The list as a browser of that zone shows it: formats are kept, so that each zone has new modules. */
async function listIn(zone: string, locale: 'zh-CN' | 'en'): Promise<string> {
  process.env.TZ = zone;
  vi.resetModules();
  const { cleanup, render, screen } = await import('@testing-library/svelte');
  const { i18n } = await import('$lib/i18n/i18n.svelte.ts');
  const { default: NoticeList } = await import('./NoticeList.svelte');
  i18n.set(locale);
  render(NoticeList, { onopen: () => undefined });
  await screen.findAllByTestId('notice');
  const text = screen.getByTestId('notice-list').textContent ?? '';
  cleanup();
  return text.replaceAll('\u2060', '');
}

describe('the times of a notice in the list', () => {
  it.each([
    ['Asia/Shanghai', 'zh-CN', '期限 2026/12/04 02:05。', '改为 2026/12/31'],
    ['Asia/Shanghai', 'en', 'Due by Dec 04, 2026, 02:05.', 'Due on Dec 31, 2026 now'],
    ['America/Los_Angeles', 'zh-CN', '期限 2026/12/03 10:05。', '改为 2026/12/31'],
    ['America/Los_Angeles', 'en', 'Due by Dec 03, 2026, 10:05.', 'Due on Dec 31, 2026 now'],
  ] as const)('in %s, %s', async (zone, locale, time, day) => {
    const text = await listIn(zone, locale);
    expect(text).toContain(time);
    expect(text).toContain(day);
    // What a person typed, and a notice of before, stay as they are.
    expect(text).toContain('{t:2026-01-01T00:00:00Z}');
    expect(text).toContain(locale === 'en' ? 'Since 8.' : '自 2026-11-02 08:00 起。');
  });
});
