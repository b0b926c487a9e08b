import { goto } from '$app/navigation';
import { page as address } from '$app/state';
import { desk } from '$lib/features/shift-log/desk.svelte.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { plant } from '$lib/plant/plant.svelte.ts';
import { toasts } from '$lib/ui/toasts.svelte.ts';
import { areaNames } from './area-names.svelte.ts';
import { groupsOf, offered } from './groups.ts';
import { words } from './i18n.ts';
import { fittingLayout, type Layout, pageCount, pageOf } from './layout.ts';
import { inOrder, traded } from './order.ts';
import { advance, type PatrolPhase, type PatrolState, phaseOf } from './patrol.ts';
import { sharedGroups } from './shared-groups.svelte.ts';
import { wallAddress } from './wall-address.svelte.ts';
import { wall } from './wall-setting.svelte.ts';
import { fits, type WallValue } from './wall-value.ts';

/** The patrol rests for this time after the pointer, a key or a choice of the page used the wall, ms. */
const USED_MS = 15_000;
/** How often the patrol looks, ms. */
const TICK_MS = 250;

/** Changes what the person chose. @returns false, and says why, where the account could not keep it. */
export function changeWall(update: (value: WallValue) => WallValue): boolean {
  if (!fits(update(wall.value))) {
    toasts.show(words.t.tooLarge, { tone: 'warn' });
    return false;
  }
  wall.change(update);
  return true;
}

/** What the wall shows: the group and the enlarged camera of the address, the page, the patrol. */
export class WallScreen {
  /** Tiles are moved instead of enlarged. */
  arranging = $state(false);
  phase = $state<PatrolPhase>('off');
  /** For screen readers. */
  said = $state('');
  #state = $state.raw<PatrolState>({ page: 0, since: 0, alarm: null });
  #usedAt = Number.NEGATIVE_INFINITY;
  #pointer = '';

  readonly groups = $derived(
    groupsOf({
      cameras: plant.cameras,
      sites: plant.sites,
      own: wall.value.groups,
      shared: sharedGroups.items,
      areaName: areaNames.of,
    }),
  );
  /** Those to choose from. */
  readonly choices = $derived(offered(this.groups, plant.cameras.length));
  /** Of the address; null for all cameras. */
  readonly token = $derived(address.url.searchParams.get('group'));
  readonly group = $derived(this.groups.find(({ token }) => token === this.token) ?? null);
  /** The enlarged camera; null also where the address has one that is not among the cameras shown. */
  readonly large = $derived.by(() => {
    const id = address.url.searchParams.get('camera');
    return this.cameras.some((camera) => camera.id === id) ? id : null;
  });
  readonly patrolling = $derived(address.url.searchParams.has('patrol'));
  readonly cameras = $derived.by(() => {
    const { group } = this;
    const shown = group ? plant.cameras.filter(({ id }) => group.cameras.has(id)) : plant.cameras;
    return inOrder(shown, wall.value.order);
  });
  readonly layout = $derived(wall.value.layout ?? fittingLayout(this.cameras.length));
  readonly pages = $derived(pageCount(this.cameras.length, this.layout));
  readonly page = $derived(Math.min(this.#state.page, this.pages - 1));

  setLayout(layout: Layout): void {
    changeWall((value) => ({ ...value, layout }));
    this.setPage(0);
    if (this.large) void this.setLarge(null);
  }

  /** The person's choice: the patrol leaves it on the screen for a while. */
  setPage(page: number): void {
    this.#usedAt = performance.now();
    this.#state = { ...this.#state, page, since: performance.now() };
  }

  setGroup(group: string | null): Promise<void> {
    this.setPage(0);
    return this.#go({ group, camera: null });
  }

  setLarge(camera: string | null): Promise<void> {
    return this.#go({ camera });
  }

  /** The address keeps it, so that a screen goes on after it was loaded again. */
  togglePatrol(): void {
    const on = !this.patrolling;
    this.#usedAt = Number.NEGATIVE_INFINITY;
    this.#state = { page: this.page, since: performance.now(), alarm: null };
    void this.#go({ patrol: on ? 'on' : null }, true);
  }

  /** Two cameras trade places; the page of the first one is shown. */
  trade(from: string, to: string): void {
    const all = plant.cameras;
    if (!changeWall((value) => ({ ...value, order: traded(all, value.order, from, to) }))) return;
    const place = this.cameras.findIndex(({ id }) => id === from);
    const camera = this.cameras[place];
    if (!camera) return;
    this.setPage(pageOf(place, this.layout));
    this.said = words.t.arrange.moved(i18n.name(camera.name), place + 1, this.cameras.length);
  }

  resetOrder(): void {
    changeWall((value) => ({ ...value, order: [] }));
    this.said = words.t.arrange.wasReset;
  }

  /** A pointer that lies still on the wall does not use it, also where the tiles below it change. */
  use(event: Event): void {
    if (event instanceof PointerEvent && event.type === 'pointermove') {
      const at = `${event.screenX},${event.screenY}`;
      const moved = this.#pointer !== '' && this.#pointer !== at;
      this.#pointer = at;
      if (!moved) return;
    }
    this.#usedAt = performance.now();
  }

  /** To be run again when the address changes: the menu leads back to the wall as it is now. */
  keepAddress(): void {
    if (address.url.pathname === '/') wallAddress.keep(address.url.searchParams);
  }

  /** Runs the patrol; returns a function that stops it. */
  follow(): () => void {
    void areaNames.load();
    void sharedGroups.load();
    const timer = setInterval(() => this.#tick(), TICK_MS);
    return () => clearInterval(timer);
  }

  #tick(): void {
    const now = performance.now();
    const ringing = new Map(
      this.cameras.flatMap(({ id }, n) =>
        desk.rings(id) ? [[id, pageOf(n, this.layout)] as const] : [],
      ),
    );
    const view = {
      on: this.patrolling,
      every: wall.value.patrol * 1_000,
      pages: this.pages,
      ringing,
      held: this.large !== null || this.arranging,
      resting: document.hidden || now - this.#usedAt < USED_MS,
    };
    this.#state = advance(this.#state, view, now);
    this.phase = phaseOf(view, this.#state);
  }

  #go(change: Record<string, string | null>, replaceState = false): Promise<void> {
    const query = new URLSearchParams(address.url.searchParams);
    for (const [name, value] of Object.entries(change)) {
      if (value === null) query.delete(name);
      else query.set(name, value);
    }
    const search = query.toString();
    return goto(search ? `/?${search}` : '/', { keepFocus: true, noScroll: true, replaceState });
  }
}
