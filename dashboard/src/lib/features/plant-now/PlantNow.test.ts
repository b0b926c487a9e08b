import { cleanup, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MachineState } from '$lib/api/types.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { plant } from '$lib/plant/plant.svelte.ts';
import { session } from '$lib/session/session.svelte.ts';
import { eventually } from '../../../test/eventually.ts';
import { signInWith } from '../../../test/incident-page.ts';
import PlantNow from './PlantNow.svelte';

const before = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString();
const machine = (id: string, state: MachineState['state'], seconds = 250): MachineState => ({
  machine: id,
  state,
  at: before(seconds),
  contradiction: [],
});
const badge = (id: string, seconds: number): object => ({
  provider_id: id,
  timestamp_generated: before(seconds),
});

let machines: () => Promise<Response>;
let locations: object[];
const answerWith = (...items: MachineState[]): void => {
  machines = () => Promise.resolve(Response.json({ items }));
};
const found = (): HTMLElement[] => screen.queryAllByTestId('machine');

beforeEach(() => {
  i18n.set('en');
  plant.now = Date.now();
  locations = [];
  answerWith();
  vi.stubGlobal('fetch', (request: Request) => {
    const path = new URL(request.url).pathname;
    if (path === '/api/v1/machines') return machines();
    if (path === '/api/v1/equipment') {
      const name = { zh: '焊接机器人 1 号', en: 'Welding robot 1' };
      return Promise.resolve(Response.json({ items: [{ id: 'robot-1', name }], next: null }));
    }
    return Promise.resolve(Response.json({ items: locations }));
  });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('[ARC-09] the plant now', () => {
  it('shows each machine with its state, in words and for how long', async () => {
    answerWith(machine('robot-1', 'running'), machine('robot-2', 'fault', 20));
    render(PlantNow);
    await eventually(() => expect(found()).toHaveLength(2));
    const [first, second] = found();
    expect(first?.dataset).toMatchObject({ machine: 'robot-1', state: 'running', stale: 'false' });
    expect(first?.textContent).toMatch(/robot-1.*Running.*4 min/s);
    expect(second?.dataset).toMatchObject({ machine: 'robot-2', state: 'fault' });
    expect(screen.getByText('Machine fault: robot-2')).toBeTruthy();
  });

  it('names the machines of the register, for those who may read it', async () => {
    answerWith(machine('robot-1', 'fault'), machine('robot-2', 'running'));
    signInWith('registry:read');
    render(PlantNow);
    await eventually(() => expect(found()[0]?.textContent).toMatch(/Welding robot 1.*Fault/s));
    expect(found()[1]?.textContent).toMatch(/robot-2/);
    expect(screen.getByText('Machine fault: Welding robot 1')).toBeTruthy();
    session.expire();
  });

  it('updates to the next state without a reload', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    answerWith(machine('robot-1', 'running'));
    render(PlantNow);
    await eventually(() => expect(found()[0]?.dataset.state).toBe('running'));
    answerWith(machine('robot-1', 'stopped', 0));
    await vi.advanceTimersByTimeAsync(3_000);
    await eventually(() => expect(found()[0]?.dataset.state).toBe('stopped'));
  });

  it('marks a stale machine, in both languages', async () => {
    answerWith(machine('robot-1', 'running', 2 * 86_400 + 60));
    render(PlantNow);
    await eventually(() => expect(found()[0]?.dataset.stale).toBe('true'));
    expect(found()[0]?.textContent).toMatch(/Running.*silent 2 days/s);
    i18n.set('zh-CN');
    await eventually(() => expect(found()[0]?.textContent).toMatch(/运行.*2天无消息/s));
  });

  it('counts the people on site and leads to the plan', async () => {
    locations = [badge('A1', 2), badge('A2', 80), badge('A2', 3), badge('A3', 200)];
    render(PlantNow);
    const people = await screen.findByTestId('people-on-site');
    await eventually(() => expect(people.dataset.count).toBe('2'));
    expect(people.getAttribute('href')).toBe('/plan');
  });

  it('shows contradicting states of a machine', async () => {
    const told = [
      { state: 'running' as const, source: null, at: before(1) },
      { state: 'stopped' as const, source: 'gateway-1', at: before(2) },
    ];
    answerWith({ ...machine('robot-1', 'stopped'), contradiction: told });
    render(PlantNow);
    const [one] = await screen.findAllByTestId('machine');
    expect(one?.dataset.disputed).toBe('true');
    expect(one?.textContent).toContain('States contradict');
    expect(one?.title).toContain('robot-1 says "Running", gateway-1 says "Stopped"');
  });

  it('shows a remedy where no machine is known', async () => {
    render(PlantNow);
    expect((await screen.findByTestId('machines-empty')).textContent).toMatch(
      /reports its state; ask an administrator/,
    );
    expect(screen.getByTestId('plant-now').dataset.state).toBe('empty');
  });

  it('reports that the machines did not load, and retries', async () => {
    machines = () => Promise.reject(new TypeError('no network'));
    render(PlantNow);
    expect((await screen.findByRole('alert')).textContent).toMatch(/cannot be reached/);
    answerWith(machine('robot-1', 'idle'));
    await userEvent.setup().click(screen.getByTestId('machines-retry'));
    await eventually(() => expect(found()).toHaveLength(1));
  });

  it('shows since when it is outdated, and keeps the last data', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    answerWith(machine('robot-1', 'running'));
    locations = [badge('A1', 2)];
    render(PlantNow);
    await eventually(() => expect(found()).toHaveLength(1));
    machines = () => Promise.reject(new TypeError('no network'));
    await vi.advanceTimersByTimeAsync(3_000);
    plant.now = Date.now() + 20_000;
    await screen.findByText(/Not updated since/);
    expect(screen.getByTestId('plant-now').dataset.state).toBe('outdated');
    expect(found()).toHaveLength(1);
  });

  it('collapses many machines except faults, and expands by keyboard', async () => {
    const many = Array.from({ length: 12 }, (_, i) =>
      machine(`robot-${i + 1}`, i === 11 ? 'fault' : 'running'),
    );
    answerWith(...many);
    render(PlantNow);
    await eventually(() => expect(found()).toHaveLength(2));
    expect(found().at(-1)?.dataset.machine).toBe('robot-12');
    const more = screen.getByTestId('machines-more');
    expect(more.textContent).toMatch(/10 more/);
    more.focus();
    await userEvent.setup().keyboard('{Enter}');
    expect(found()).toHaveLength(12);
    expect(more.getAttribute('aria-expanded')).toBe('true');
  });
});
