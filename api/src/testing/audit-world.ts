import pg from 'pg';
import { type Database, openDatabase } from '../platform/db/database.ts';
import { openSite, type RunningApi, type Site, startApi } from './site.ts';

type Headers = { authorization: string };

/** A line of the audit log as the API shows it. */
export interface AuditLine {
  seq: string;
  at: string;
  user: { id: string; name: string } | null;
  action: string;
  entity: string;
  entityId: string | null;
  position: string | null;
  after: unknown;
  text: { zh: string; en: string };
}

export interface AuditPage {
  items: AuditLine[];
  next: string | null;
}

/** An API with an auditor, whose log gets lines of any time. */
export interface AuditWorld {
  site: Site;
  api: RunningApi;
  database: Database;
  /** A connection of the owner of the tables. */
  admin: pg.Client;
  auditor: Headers;
  userId(username: string): Promise<string>;
  /** Writes a line as if it had been written at `at`. */
  seed(line: {
    user: string;
    action: string;
    at: Date;
    entity?: string;
    entityId?: string;
    person?: string;
    address?: string;
  }): Promise<void>;
  /** Reads the log with a query such as `user=…&limit=5`; the auditor's unless told otherwise. */
  read(query: string, who?: Headers): Promise<AuditPage>;
  close(): Promise<void>;
}

export async function openAuditWorld(): Promise<AuditWorld> {
  const site = await openSite();
  const urls = await site.seededDatabase();
  const api = await startApi(site, urls.appUrl);
  const database = openDatabase(urls.appUrl);
  const admin = new pg.Client({ connectionString: urls.superUrl });
  await admin.connect();
  await admin.query("SELECT set_config('app.tenant', 'demo', false)");
  const auditor = await api.signIn('auditor');

  const world: AuditWorld = {
    site,
    api,
    database,
    admin,
    auditor,
    async userId(username) {
      const found = await admin.query('SELECT id FROM app_user WHERE username = $1', [username]);
      return found.rows[0].id as string;
    },
    async seed(line) {
      const by = line.action === 'sign-in-failed' ? null : await world.userId(line.user);
      await admin.query(
        `INSERT INTO audit_log (tenant_id, at, user_id, user_name, action, entity, entity_id, person_id, address)
         VALUES ('demo', $1, $2, $3, $4, $5, $6, $7, $8)`,
        [
          line.at,
          by,
          by === null ? null : line.user,
          line.action,
          line.entity ?? 'person',
          line.entityId ?? null,
          line.person ?? null,
          line.address ?? '198.51.100.7',
        ],
      );
    },
    async read(query, who = auditor) {
      return (await (await api.get(`/api/v1/audit?${query}`, who)).json()) as AuditPage;
    },
    async close() {
      await admin.end();
      await database.close();
      await api.stop();
      await site.stop();
    },
  };
  return world;
}
