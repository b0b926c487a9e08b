import { client, take } from '$lib/api/client.ts';
import { ApiError } from '$lib/api/problem.ts';
import { serverNow } from '$lib/api/server-clock.ts';
import type { Camera, CameraHealth, FloorPlan, Site } from '$lib/api/types.ts';
import type { Word } from '$lib/kit/dictionary-words.ts';
import { live } from '$lib/live/live.svelte.ts';
import { can, isOn } from '$lib/session/can.ts';
import { session } from '$lib/session/session.svelte.ts';

/** Polling interval: cameras may be changed by others, without a push. */
const refreshEvery = 30_000;

/** Whether the user may see cameras, and the feature is on. */
const watches = (): boolean => can('camera:read') && isOn('monitoring');

/** The sites and cameras, with their pushed health. */
class Plant {
  cameras = $state.raw<Camera[]>([]);
  sites = $state.raw<Site[]>([]);
  /** What holds the cameras; those of a file cannot be changed here. */
  camerasFrom = $state<'database' | 'file'>('database');
  /** The company's words for protective equipment; empty until they are loaded. */
  ppeItems = $state.raw<Word[]>([]);
  loading = $state(true);
  error = $state.raw<unknown>(null);
  /** The time of the API, ms; changes every second, for "3 seconds ago", also where the clock of this computer is wrong. */
  now = $state(serverNow());

  camera(id: string): Camera | undefined {
    return this.cameras.find((camera) => camera.id === id);
  }

  site(id: string): Site | undefined {
    return this.sites.find((site) => site.id === id);
  }

  /** The floor plan of a camera. */
  planOf(camera: Camera | undefined): FloorPlan | undefined {
    if (!camera?.floorPlan) return undefined;
    return this.site(camera.site)?.floorPlans.find((plan) => plan.id === camera.floorPlan);
  }

  async load(): Promise<void> {
    if (this.ppeItems.length === 0 && !session.user?.screen) void this.#loadWords();
    try {
      // The user may lack the right to cameras or places.
      const [cameras, sites] = await Promise.all([
        watches() ? take(client.GET('/api/v1/cameras')) : null,
        can('registry:read') ? take(client.GET('/api/v1/sites')) : null,
      ]);
      this.cameras = cameras?.items ?? [];
      this.camerasFrom = cameras?.from ?? 'database';
      this.sites = sites?.items ?? [];
      this.error = null;
      this.loading = false;
    } catch (error) {
      // Monitoring was switched off meanwhile: the page is about to leave the menu.
      if (error instanceof ApiError && error.code === 'feature.off') return;
      this.error = error;
      this.loading = false;
    }
  }

  /** Words are shown by their ids until this has worked; it is tried again with the next load. */
  async #loadWords(): Promise<void> {
    try {
      this.ppeItems = (
        await take(
          client.GET('/api/v1/dictionaries/{id}', { params: { path: { id: 'ppe-item' } } }),
        )
      ).items;
    } catch {}
  }

  /** Loads and stays up to date; returns a function that stops it. */
  follow(): () => void {
    void this.load();
    const timer = setInterval(() => void this.load(), refreshEvery);
    const clock = setInterval(() => {
      this.now = serverNow();
    }, 1_000);
    const stops = [live.onAgain(() => void this.load())];
    if (watches()) {
      stops.push(live.on('cameras', 'camera-health', ({ health }) => this.#take(health)));
    }
    return () => {
      clearInterval(timer);
      clearInterval(clock);
      for (const stop of stops) stop();
    };
  }

  #take(health: CameraHealth): void {
    if (!this.camera(health.camera)) return void this.load();
    this.cameras = this.cameras.map((camera) =>
      camera.id === health.camera ? { ...camera, health } : camera,
    );
  }
}

export const plant = new Plant();
