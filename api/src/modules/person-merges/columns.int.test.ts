import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSite, type Site } from '../../testing/site.ts';
import { personColumns } from './columns.ts';

let site: Site;
let sql: pg.Client;
beforeAll(async () => {
  site = await openSite();
  const urls = await site.freshDatabase(['demo']);
  sql = new pg.Client({ connectionString: urls.adminUrl });
  await sql.connect();
});
afterAll(async () => {
  await sql?.end();
  await site?.stop();
});

describe('columns with the id of a person', () => {
  it('[INT-11] each say what becomes of them when two files are joined', async () => {
    const { rows } = await sql.query<{ name: string }>(`
      SELECT c.table_name || '.' || c.column_name AS name FROM information_schema.columns c
      JOIN information_schema.tables t USING (table_schema, table_name)
      WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'
        AND ((c.column_name ~ '(^|_)person(_id)?$' AND c.data_type = 'character varying') OR c.column_name IN ('driver_id', 'removed_driver_id', 'host_id', 'people'))
      UNION SELECT k.conrelid::regclass || '.' || a.attname FROM pg_constraint k
      JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)
      WHERE k.contype = 'f' AND k.confrelid = 'person'::regclass AND a.attname NOT IN ('tenant_id', 'merged_into')
      ORDER BY 1`);
    expect(rows.map(({ name }) => name)).toEqual(personColumns.map(({ name }) => name).sort());
  });

  it('that move take what is written for a joined file to the one that remains', async () => {
    const { rows } = await sql.query<{ name: string }>(`
      SELECT tgrelid::regclass || '.' || convert_from(trim(trailing '\\x00' FROM tgargs), 'UTF8') AS name
      FROM pg_trigger WHERE tgname IN ('follow_merged_person', 'follow_merged_host', 'follow_merged_responsible', 'follow_merged_removed_driver') ORDER BY 1`);
    const following = personColumns.filter(({ entry }) => entry.merge !== 'stays');
    expect(rows.map(({ name }) => name)).toEqual(following.map(({ name }) => name).sort());
    // The function follows each of these columns, and not that of another name in the same row.
    const body = await sql.query<{ prosrc: string }>(
      "SELECT prosrc FROM pg_proc WHERE proname = 'follow_merged_person'",
    );
    for (const name of new Set(following.map((one) => one.name.split('.')[1])))
      expect(body.rows[0]?.prosrc).toContain(`NEW.${name} := named`);
  });
});
