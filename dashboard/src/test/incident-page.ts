import { vi } from 'vitest';
import type { IncidentDetail, User } from '$lib/api/types.ts';
import { session } from '$lib/session/session.svelte.ts';

/** What the page of an incident needs of the list around it. */
export const incidentPageProps = (
  incident: IncidentDetail,
  onchanged: (next: IncidentDetail) => void = () => {},
) => ({
  incident,
  boxesShown: true,
  onboxes: () => {},
  hrefOf: (id: string) => `/incidents/${id}`,
  onchanged,
});

/** Signs an account with these permissions in, for an hour. */
export function signInWith(...permissions: string[]): void {
  session.start({
    accessToken: 'a',
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    user: { id: 'u1', permissions } as unknown as User,
  });
}

/** Stands for the observer of sizes, which has nothing to see without a layout. */
export const stubResizeObserver = (): unknown =>
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe() {}
      unobserve() {}
      disconnect() {}
    },
  );
