import { cleanup, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { User } from '$lib/api/types.ts';
import type { HazardReport } from '$lib/features/hazards/types.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import type { PickedFile } from '$lib/media/picked.ts';
import { session } from '$lib/session/session.svelte.ts';
import { eventually } from '../../../test/eventually.ts';
import { emptyDraft } from './draft.ts';
import type { DraftStore } from './draft-store.ts';
import ReportForm from './ReportForm.svelte';

const name = { zh: '甲', en: 'A' };
const answers: Record<string, unknown[]> = {
  '/api/v1/hazard-types': [
    { id: 'fire', name: { zh: '消防', en: 'Fire' }, defaultLevel: 'major', active: true, sort: 1 },
    {
      id: 'other',
      name: { zh: '其他', en: 'Other' },
      defaultLevel: 'general',
      active: true,
      sort: 2,
    },
  ],
  '/api/v1/areas': [{ id: 'press-line', name, site: 'main', floorPlan: null, polygon: null }],
  '/api/v1/sites': [{ id: 'main', name, floorPlans: [] }],
  '/api/v1/departments': [],
};
const submitted: { id: string; report: HazardReport; files: PickedFile[] }[] = [];
let keep: () => Promise<void>;

function open(query = '', drafts?: DraftStore): void {
  render(ReportForm, {
    props: {
      user: 'u1',
      query: new URLSearchParams(query),
      online: true,
      source: 'phone',
      ...(drafts ? { drafts } : {}),
      onsubmit: async (id: string, report: HazardReport, files: PickedFile[]) => {
        await keep();
        submitted.push({ id, report, files });
      },
    },
  });
}

beforeEach(() => {
  i18n.set('en');
  session.start({
    accessToken: 'a',
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    user: { id: 'u1', permissions: ['hazard:report', 'registry:read'] } as unknown as User,
  });
  localStorage.removeItem('anshi.report.last.u1');
  submitted.length = 0;
  keep = async () => {};
  vi.stubGlobal('fetch', async (request: Request) => {
    const items = answers[new URL(request.url).pathname];
    return items ? Response.json({ items }) : Response.json({}, { status: 404 });
  });
});
afterEach(() => {
  cleanup();
  session.expire();
  vi.unstubAllGlobals();
});

describe('the report form', () => {
  it('[UX-08] takes a photo, shows it, and submits it unchanged with one more tap', async () => {
    const user = userEvent.setup();
    open();
    await screen.findByTestId('type-fire');
    const photo = new File([new Uint8Array([1, 2, 3])], 'press.jpg', { type: 'image/jpeg' });
    await user.upload(screen.getByTestId('take-photo'), photo);
    expect(screen.getByTestId('picked').dataset.kind).toBe('photo');
    await user.click(screen.getByTestId('submit-report'));
    expect(submitted).toHaveLength(1);
    expect(submitted[0]?.files[0]?.blob).toBe(photo);
    expect(submitted[0]?.report).toMatchObject({ type: 'other', site: 'main', source: 'phone' });
    expect(submitted[0]?.id).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
  });

  it('accepts photos, videos and files, each removable', async () => {
    const user = userEvent.setup();
    open();
    await user.upload(screen.getByTestId('pick-files'), [
      new File(['a'], 'a.png', { type: 'image/png' }),
      new File(['b'], 'b.mp4', { type: 'video/mp4' }),
    ]);
    expect(screen.getAllByTestId('picked').map((one) => one.dataset.kind)).toEqual([
      'photo',
      'video',
    ]);
    await user.click(screen.getAllByTestId('remove-file')[0] as HTMLElement);
    expect(screen.getAllByTestId('picked').map((one) => one.dataset.kind)).toEqual(['video']);
  });

  it('reports missing fields, and keeps the input where the phone’s storage is full', async () => {
    const user = userEvent.setup();
    open();
    await screen.findByTestId('type-fire');
    await user.click(screen.getByTestId('submit-report'));
    expect(screen.getByTestId('report-problem').textContent).toContain('Take a photo');
    await user.type(screen.getByTestId('description'), 'Loose rail');
    expect(screen.queryByTestId('report-problem')).toBeNull();
    keep = () => Promise.reject(new DOMException('full', 'QuotaExceededError'));
    await user.click(screen.getByTestId('submit-report'));
    expect((await screen.findByTestId('report-problem')).textContent).toContain('no room');
    expect(submitted).toEqual([]);
    expect((screen.getByTestId('description') as HTMLTextAreaElement).value).toBe('Loose rail');
  });

  it('opens with the place of the QR code, and with the last type', async () => {
    localStorage.setItem(
      'anshi.report.last.u1',
      JSON.stringify({
        type: 'fire',
        place: { site: 'main', areaId: null, floorPlan: null, position: null },
      }),
    );
    open('area=press-line');
    await eventually(() => expect(screen.getByTestId('place').dataset.area).toBe('press-line'));
    expect(screen.getByTestId('type-fire').getAttribute('aria-checked')).toBe('true');
    expect(screen.getByTestId('level-major').getAttribute('aria-checked')).toBe('true');
  });

  it('restores a draft under the same id', async () => {
    const user = userEvent.setup();
    const photo = { id: 'f1', name: 'a.jpg', type: 'image/jpeg', kind: 'photo' as const };
    const kept: { id: string; text: string; files: number }[] = [];
    const dropped: string[] = [];
    const drafts: DraftStore = {
      load: async () => ({
        id: '01KH0000000000000000000001',
        draft: {
          ...emptyDraft,
          description: 'Loose',
          type: 'fire',
          place: { site: 'main', areaId: null, floorPlan: null, position: null },
        },
        files: [{ ...photo, blob: new Blob(['a']), url: 'blob:a' }],
      }),
      keep: async (id, draft, files) => {
        kept.push({ id, text: draft.description, files: files.length });
      },
      drop: async (id) => void dropped.push(id),
    };
    open('', drafts);
    await screen.findByTestId('restored');
    expect(screen.getAllByTestId('picked')).toHaveLength(1);
    await user.type(screen.getByTestId('description'), ' rail');
    await eventually(() =>
      expect(kept.at(-1)).toEqual({
        id: '01KH0000000000000000000001',
        text: 'Loose rail',
        files: 1,
      }),
    );
    await user.click(screen.getByTestId('submit-report'));
    expect(submitted[0]).toMatchObject({
      id: '01KH0000000000000000000001',
      report: { description: 'Loose rail', type: 'fire' },
    });
    cleanup();
    open('', drafts);
    await user.click(await screen.findByTestId('start-over'));
    expect(dropped).toEqual(['01KH0000000000000000000001']);
    expect(screen.queryAllByTestId('picked')).toEqual([]);
  });
});
