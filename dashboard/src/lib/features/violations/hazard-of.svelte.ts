import { client, take } from '$lib/api/client.ts';

export interface LinkedHazard {
  id: string;
  no: string;
}

/** Known hazards of violations. */
class HazardOfViolation {
  #known = $state.raw<Readonly<Record<string, LinkedHazard>>>({});

  get(violation: string): LinkedHazard | undefined {
    return this.#known[violation];
  }

  set(violation: string, { id, no }: LinkedHazard): void {
    this.#known = { ...this.#known, [violation]: { id, no } };
  }

  /** Queries the violation's hazard; an invisible one counts as none. */
  async load(violation: string): Promise<void> {
    if (this.#known[violation]) return;
    try {
      const query = { limit: 1, linked: `violation:${violation}` };
      const page = await take(client.GET('/api/v1/hazards', { params: { query } }));
      const found = page.items[0];
      if (found) this.set(violation, found);
    } catch {
      // Without the link the shortcut still opens it.
    }
  }
}

export const hazardOf = new HazardOfViolation();
