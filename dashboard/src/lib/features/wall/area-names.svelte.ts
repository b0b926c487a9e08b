import { operation } from '$lib/api/operation.ts';
import { can } from '$lib/session/can.ts';

const listAreas = operation.GET('/api/v1/areas');

/** The register's names of areas, for the groups of the wall. */
class AreaNames {
  #names = $state.raw<ReadonlyMap<string, { zh: string; en: string }>>(new Map());

  /** A failure is ignored: groups then have the names of their zones. */
  async load(): Promise<void> {
    if (!can('registry:read')) return;
    try {
      const { items } = await listAreas({ limit: 200 });
      this.#names = new Map(items.map(({ id, name }) => [id, name]));
    } catch {}
  }

  readonly of = (id: string): { zh: string; en: string } | null => this.#names.get(id) ?? null;
}

export const areaNames = new AreaNames();
