import type { Database } from '../db/database.ts';
import type { KnownAccount } from './accounts.ts';
import type { Permission, Scope } from './permissions.ts';

/** What a screen on a wall sees. */
export interface ScreenSight {
  /** The group of cameras that it shows. */
  readonly group: string;
  /** The site of the group. */
  readonly site: string;
  /** In their order on the wall. No others are given to it. */
  readonly cameras: readonly string[];
}

/** A screen that was not seen for so long has to be paired again, days. */
export const SCREEN_IDLE_DAYS = 60;

/** All that a screen may do; the guard lets it use the routes that name screens alone. */
const permissions: ReadonlyMap<Permission, Scope> = new Map([
  ['camera:read', 'all'],
  ['live:watch', 'all'],
]);

interface ScreenRow extends ScreenSight {
  id: string;
  name: string;
  until: number;
}

/** The account of a screen, whose session has its id; null where it was revoked, or not seen for long. */
export async function loadScreen(
  database: Database,
  tenant: string,
  id: string,
): Promise<KnownAccount | null> {
  const [row] = await database.transaction(
    { tenant, user: null },
    (tx) => tx.$queryRaw<ScreenRow[]>`
      SELECT s.id, s.name, g.id AS "group", g.site, g.cameras,
             (extract(epoch FROM s.last_seen_at) + ${SCREEN_IDLE_DAYS}::int * 86400)::float8 * 1000 AS until
      FROM wall_screen s JOIN wall_group g ON g.tenant_id = s.tenant_id AND g.id = s.group_id
      WHERE s.id = ${id} AND s.revoked_at IS NULL`,
  );
  if (!row) return null;
  const { name, group, site, cameras, until } = row;
  return {
    account: {
      tenant,
      id,
      username: `screen-${id.toLowerCase()}`,
      displayName: { zh: name, en: name },
      roles: [],
      permissions,
      person: null,
      site: null,
      department: null,
      departments: [],
      screen: { group, site, cameras },
    },
    // No password fits it.
    passwordHash: '',
    mustChangePassword: false,
    secondFactor: false,
    sessions: new Map([[id, until]]),
  };
}
