import { cleanup, fireEvent, render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Loaded } from '$lib/api/loaded.svelte.ts';
import type { Site } from '$lib/api/types.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { plant } from '$lib/plant/plant.svelte.ts';
import { violationOf } from '../../../test/violation.ts';
import IncidentScene from './IncidentScene.svelte';
import type { Scene, SceneClip, SceneClips } from './scene-api.ts';

const T = Date.parse('2026-01-01T09:00:00Z');
const iso = (seconds: number) => new Date(T + seconds * 1_000).toISOString();
const text = (en: string) => ({ zh: `中${en}`, en });
const fix = (seconds: number) => ({
  at: iso(seconds),
  floorPlan: 'hall',
  position: [4, 11] as [number, number],
  radius: 1.25,
  area: 'press-line',
  late: false,
});
const scene: Scene = {
  incident: '01J00000000000000000000000',
  from: iso(-60),
  to: iso(65),
  areas: [
    {
      id: 'press-line',
      name: text('Press line'),
      floorPlan: 'hall',
      polygon: [
        [0, 0],
        [9, 0],
        [9, 9],
      ],
    },
  ],
  acts: [{ finding: 'f', at: iso(0), floorPlan: 'hall', point: [3, 10], radius: 0.5 }],
  machines: [
    { id: 'press-1', name: text('Press 1'), state: 'running', at: iso(0), isOfThen: true },
  ],
  cameras: [
    { id: 'hall-west', name: text('Hall, west'), isOfIncident: true },
    { id: 'hall-east', name: text('Hall, east'), isOfIncident: false },
  ],
  near: [
    { isPerson: true, fixes: [fix(-4)] },
    { isPerson: false, fixes: [{ ...fix(30), position: null, radius: null }] },
  ],
  more: false,
  vehicles: [
    {
      id: '01J0000000000000000000000V',
      plate: 'FL-01',
      kindName: text('Forklift'),
      driver: '孙小梅',
      fixes: [{ ...fix(-20), position: [6, 11], radius: 3.5 }],
    },
  ],
  moreVehicles: false,
};
let asked: URL[];
/** The clips that were asked for, as the API lists them. */
let listed: SceneClips;
let ordered: unknown[];
async function sceneClips(request: Request): Promise<Response> {
  if (request.method === 'POST') {
    ordered.push(await request.json());
    listed = { ...listed, items: [clipOf('hall-west', 'ordered')] };
  }
  return Response.json(listed);
}
const clipOf = (
  camera: string,
  state: SceneClip['state'],
  more: Partial<SceneClip> = {},
): SceneClip => ({
  id: `clip-${camera}`,
  finding: 'g',
  camera,
  cameraName: text(camera),
  state,
  missing: null,
  clip: null,
  ...more,
});

beforeEach(() => {
  i18n.set('en');
  asked = [];
  ordered = [];
  listed = { incident: scene.incident, items: [], canOrder: true };
  plant.sites = [
    {
      id: 'p',
      name: text('P'),
      floorPlans: [{ id: 'hall', name: text('Hall'), size: [40, 20], imageUrl: null }],
    },
  ] as unknown as Site[];
  vi.stubGlobal('fetch', async (request: Request) => {
    const url = new URL(request.url, location.href);
    if (url.pathname.endsWith('/scene-clips')) return sceneClips(request);
    asked.push(url);
    if (url.pathname !== '/api/v1/violations') return new Response(new Blob(['clip']));
    const clip = { url: '/api/v1/c', boxesUrl: null, durationSeconds: 20, partial: false };
    const found = violationOf(1, {
      camera: 'hall-east',
      clip: { ...clip, from: iso(-10), to: iso(10), rendition: 'ready' },
    });
    // The newest hundred of the cameras are of another one: what covers the instant is on the next page.
    if (!url.searchParams.has('cursor')) {
      const newer = violationOf(2, { camera: 'hall-west' });
      return Response.json({ items: [newer], next: 'older' });
    }
    return Response.json({ items: [found], next: null });
  });
});
afterEach(() => {
  cleanup();
  plant.sites = [];
  vi.unstubAllGlobals();
});

async function show(of: Scene = scene): Promise<void> {
  const loaded = new Loaded<Scene>(async () => of);
  await loaded.load();
  render(IncidentScene, {
    scene: loaded,
    startedAt: iso(0),
    finding: { id: 'f', camera: 'hall-west' },
  });
}

it('draws on the plan the act and who was near, with the age and the certainty of each position', async () => {
  await show();
  expect(screen.getAllByTestId('act-mark')).toHaveLength(1);
  expect(screen.getAllByTestId('near-mark')).toHaveLength(1);
  expect(screen.getByTestId('near-radius').getAttribute('r')).toBe('1.25');
  expect(screen.getByTestId('near').textContent).toMatch(
    /1 · The person of this incident.*within 1\.3 m \(95 %\) · 4 s old/,
  );
  expect(screen.getByTestId('scene-machine').textContent).toMatch(/Press 1 .* · then/);
  // Half a minute later another badge was heard, of which only the area is known.
  await fireEvent.input(screen.getByTestId('scene-slider'), { target: { value: T + 31_000 } });
  const rows = screen.getAllByTestId('near').map((one) => one.textContent);
  expect(rows).toHaveLength(2);
  expect(rows[1]).toMatch(/2 · A person near.*only the area: Press line · 1 s old/);
  expect(screen.getAllByTestId('near-mark')).toHaveLength(1);
  await fireEvent.input(screen.getByTestId('scene-slider'), { target: { value: T - 50_000 } });
  expect(screen.queryByTestId('near')).toBeNull();
  expect(screen.getByTestId('near-none')).toBeTruthy();
});

it('draws vehicles near with plate, kind, age and certainty, and a driver whom the incident names', async () => {
  await show();
  expect(screen.getByTestId('vehicle-mark').textContent).toContain('FL-01');
  expect(screen.getByTestId('vehicle-radius').getAttribute('r')).toBe('3.5');
  expect(screen.getByTestId('near-vehicle').textContent).toMatch(
    /Forklift FL-01.*driver signed on: 孙小梅.*within 3\.5 m \(95 %\) · 20 s old/,
  );
  expect(screen.queryByTestId('vehicles-more')).toBeNull();
  // Not heard for a minute: where it was is not known.
  await fireEvent.input(screen.getByTestId('scene-slider'), { target: { value: T + 41_000 } });
  for (const id of ['vehicle-mark', 'near-vehicle']) expect(screen.queryByTestId(id)).toBeNull();
  cleanup();
  await show({ ...scene, vehicles: null, moreVehicles: true });
  expect(screen.queryByTestId('near-vehicle')).toBeNull();
  expect(screen.getByTestId('vehicles-more')).toBeTruthy();
});

it('says after which instant positions were left out, and not that there were none', async () => {
  await show({ ...scene, more: true, to: iso(200) });
  expect(screen.getByTestId('near-more').textContent).toMatch(
    /too many positions: those after .*:30.* are not shown/,
  );
  await fireEvent.input(screen.getByTestId('scene-slider'), { target: { value: T + 150_000 } });
  expect(screen.queryByTestId('near')).toBeNull();
  expect(screen.queryByTestId('near-none')).toBeNull();
  cleanup();
  await show();
  expect(screen.queryByTestId('near-more')).toBeNull();
});

it('has nothing of people for an account without the right to positions', async () => {
  await show({ ...scene, near: null });
  for (const id of ['near', 'near-none', 'near-mark']) expect(screen.queryByTestId(id)).toBeNull();
  expect(screen.getAllByTestId('act-mark')).toHaveLength(1);
});

it('shows what other cameras recorded of the instant, and that one recorded nothing', async () => {
  await show();
  expect(asked).toEqual([]);
  await userEvent.setup().click(screen.getByTestId('scene-cameras'));
  const [west, east] = await screen.findAllByTestId('scene-camera');
  expect([west?.dataset['kind'], east?.dataset['kind']]).toEqual(['none', 'clip']);
  expect(west?.textContent).toContain('No recording at that time');
  const video = await within(east!).findByTestId('clip-frame');
  expect(video.dataset['seconds']).toBe('10.0');
  expect(asked[0]?.searchParams.get('camera')).toBe('hall-west,hall-east');
  expect(asked[1]?.searchParams.get('cursor')).toBe('older');
  await fireEvent.input(screen.getByTestId('scene-slider'), { target: { value: T + 5_000 } });
  expect(video.dataset['seconds']).toBe('15.0');
  await fireEvent.input(screen.getByTestId('scene-slider'), { target: { value: T + 11_000 } });
  expect(screen.getAllByTestId('scene-camera')[1]?.dataset['kind']).toBe('none');
});

const finding = { id: 'g', camera: 'hall-east' };
async function showCameras(): Promise<void> {
  const loaded = new Loaded<Scene>(async () => scene);
  await loaded.load();
  render(IncidentScene, { scene: loaded, startedAt: iso(0), finding });
  await userEvent.setup().click(screen.getByTestId('scene-cameras'));
  await screen.findAllByTestId('scene-camera');
}
const tile = (camera: string) =>
  screen.getAllByTestId('scene-camera').find((one) => one.dataset['camera'] === camera);

it('asks for the pictures of the other cameras by one press, and says what becomes of each', async () => {
  await showCameras();
  await userEvent.setup().click(await screen.findByTestId('scene-get'));
  expect(ordered).toEqual([{ finding: 'g' }]);
  await vi.waitFor(() => expect(tile('hall-west')?.textContent).toContain('Being fetched'));
  // Nothing is left to ask for.
  expect(screen.queryByTestId('scene-get')).toBeNull();
});

it.each<[Partial<SceneClip>, RegExp]>([
  [{ state: 'worker-away' }, /worker is away/],
  [{ state: 'kept' }, /can be fetched/],
  [{ state: 'being-made' }, /being blurred/],
  [
    { state: 'missing', missing: { reason: 'no-segments', message: '' } },
    /does not hold that time/,
  ],
  [{ state: 'missing', missing: { reason: 'camera-off', message: '' } }, /switched off/],
  [{ state: 'missing', missing: { reason: 'refused', message: '' } }, /cannot be fetched/],
])('says why a camera shows nothing: %o', async (more, words) => {
  listed = { ...listed, items: [clipOf('hall-west', 'missing', more)] };
  await showCameras();
  await vi.waitFor(() => expect(tile('hall-west')?.textContent).toMatch(words));
  expect(screen.queryByTestId('scene-get') !== null).toBe(more.state === 'kept');
});

it('plays the clips of all cameras in step, by one time', async () => {
  const play = vi.spyOn(HTMLMediaElement.prototype, 'play').mockResolvedValue();
  const clip = {
    url: '/api/v1/s',
    from: iso(-5),
    to: iso(11),
    durationSeconds: 16,
    partial: false,
  };
  listed = { ...listed, items: [clipOf('hall-west', 'ready', { clip })] };
  await showCameras();
  const seconds = () =>
    screen.getAllByTestId('clip-frame').map((one) => Number(one.dataset['seconds']));
  await vi.waitFor(() => expect(seconds()).toEqual([5, 10]));
  vi.useFakeTimers();
  try {
    await fireEvent.click(screen.getByTestId('scene-play'));
    await vi.advanceTimersByTimeAsync(2_000);
    const [west, east] = seconds();
    expect(west).toBeGreaterThan(6);
    expect((east ?? 0) - (west ?? 0)).toBeCloseTo(5, 1);
    expect(play).toHaveBeenCalledTimes(2);
    // It ends with the last clip, and begins again with the first one.
    await vi.advanceTimersByTimeAsync(20_000);
    expect(screen.getByTestId('scene-play').textContent).toContain('Play all in step');
    expect(screen.getByTestId('scene-slider')).toHaveProperty('value', String(T + 11_000));
    await fireEvent.click(screen.getByTestId('scene-play'));
    await vi.advanceTimersByTimeAsync(100);
    expect(Number((screen.getByTestId('scene-slider') as HTMLInputElement).value)).toBeLessThan(
      T - 9_000,
    );
  } finally {
    vi.useRealTimers();
    play.mockRestore();
  }
});
