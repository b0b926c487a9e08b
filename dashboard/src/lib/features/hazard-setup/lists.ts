import { client, take } from '$lib/api/client.ts';
import {
  type Area,
  type Department,
  listAreas,
  listDepartments,
} from '$lib/features/registry/registry-api.ts';
import { can } from '$lib/session/can.ts';
import { type HazardType, listTypes } from './setup-api.ts';

/** Options for the rules of the routing table. */
export interface RoutingLists {
  types: HazardType[];
  areas: Area[];
  departments: Department[];
  /** Null without the right to see accounts. */
  users: { id: string; displayName: { zh: string; en: string } }[] | null;
}

/** All pages of a paginated list. */
async function whole<Item>(
  page: (cursor: string | null) => Promise<{ items: Item[]; next: string | null }>,
): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | null = null;
  do {
    const found: { items: Item[]; next: string | null } = await page(cursor);
    items.push(...found.items);
    cursor = found.next;
  } while (cursor !== null);
  return items;
}

export async function loadLists(): Promise<RoutingLists> {
  const [types, areas, departments, users] = await Promise.all([
    listTypes(),
    whole(listAreas),
    whole(listDepartments),
    can('user:read')
      ? whole((cursor) =>
          take(
            client.GET('/api/v1/users', {
              params: { query: { limit: 200, active: 'true', ...(cursor ? { cursor } : {}) } },
            }),
          ),
        )
      : null,
  ]);
  return { types, areas, departments, users };
}
