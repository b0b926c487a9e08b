import { listSharedGroups, type SharedGroup } from '$lib/features/screens/screens-api.ts';
import { can } from '$lib/session/can.ts';

/** Groups of cameras that all see who see them. */
class SharedGroups {
  items = $state.raw<readonly SharedGroup[]>([]);

  /** A failure is ignored: the other groups are there. */
  async load(): Promise<void> {
    if (!can('camera:read')) return;
    try {
      this.items = (await listSharedGroups()).items;
    } catch {}
  }
}

export const sharedGroups = new SharedGroups();
