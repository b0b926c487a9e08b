import { client, take } from '$lib/api/client.ts';
import type { Answer, Site } from '$lib/api/types.ts';
import type { Named } from '$lib/format/names.ts';
import { plant } from '$lib/plant/plant.svelte.ts';
import { can } from '$lib/session/can.ts';
import { hazardTypes } from './hazards-api.ts';
import type { HazardType } from './types.ts';

export type Area = Answer<'/api/v1/areas', 'get'>['items'][number];
export type Department = Answer<'/api/v1/departments', 'get'>['items'][number];

interface Kept {
  types: HazardType[];
  areas: Area[];
  departments: Department[];
  sites: Site[];
}

const key = 'anshi.reference';
const whole = { params: { query: { limit: 200 } } };

/**
 * The lists for the report form. Cached in the browser, so that the form opens offline; they
 * contain types and places, no personal data.
 */
class Reference {
  types = $state.raw<HazardType[]>([]);
  areas = $state.raw<Area[]>([]);
  departments = $state.raw<Department[]>([]);
  sites = $state.raw<Site[]>([]);
  #loading: Promise<void> | null = null;

  constructor() {
    this.#take(read());
  }

  /** Loads newer lists; offline the cached ones stay. */
  load(): Promise<void> {
    this.#loading ??= this.#load().finally(() => {
      this.#loading = null;
    });
    return this.#loading;
  }

  areasOf(site: string): Area[] {
    return this.areas.filter((area) => area.site === site && area.active !== false);
  }

  site(id: string): Site | undefined {
    return plant.site(id) ?? this.sites.find((site) => site.id === id);
  }

  /** The name of a type; a removed one keeps its id. */
  typeName(id: string): Named['name'] {
    return this.types.find((type) => type.id === id)?.name ?? { zh: id, en: id };
  }

  async #load(): Promise<void> {
    // Independently: the failure of one does not affect the others.
    const places = can('registry:read');
    const [types, areas, departments, sites] = await Promise.all([
      hazardTypes().catch(() => null),
      places ? take(client.GET('/api/v1/areas', whole)).catch(() => null) : null,
      places ? take(client.GET('/api/v1/departments', whole)).catch(() => null) : null,
      places ? take(client.GET('/api/v1/sites')).catch(() => null) : null,
    ]);
    this.#take({
      types: types?.filter((type) => type.active).sort((a, b) => a.sort - b.sort) ?? this.types,
      areas: areas?.items ?? this.areas,
      departments: departments?.items ?? this.departments,
      sites: sites?.items ?? this.sites,
    });
    try {
      const { types: t, areas: a, departments: d, sites: s } = this;
      localStorage.setItem(key, JSON.stringify({ types: t, areas: a, departments: d, sites: s }));
    } catch {
      // Without browser storage it works online.
    }
  }

  #take(kept: Kept): void {
    this.types = kept.types;
    this.areas = kept.areas;
    this.departments = kept.departments;
    this.sites = kept.sites;
  }
}

function read(): Kept {
  const none: Kept = { types: [], areas: [], departments: [], sites: [] };
  try {
    return { ...none, ...(JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<Kept>) };
  } catch {
    return none;
  }
}

export const reference = new Reference();
