import type pg from 'pg';

/** Between the begins of two seeded cases, seconds. */
const APART_SECONDS = 20;

/**
 * Copies cases that were recorded by the usual way, with other ids, times and people, over the last days: 10,000 by that way
 * would take longer than the bench. Each copy is an open case of one finding, whose id it has.
 *
 * @param templates ids of their findings, each with snapshot and clip.
 * @param newest when the newest one began, ms since the epoch; the others lie before it.
 */
export async function copyCases(
  client: pg.Client,
  templates: readonly string[],
  count: number,
  newest: number,
): Promise<void> {
  // A database that is short of disk or waits for a lock says so instead of waiting.
  await client.query('SET statement_timeout = 120000');
  const moved = (column: string) => `'${column}', c.started_at + (v.${column} - v.started_at)`;
  await client.query(
    `CREATE TEMP TABLE copy_case AS
     SELECT n, '01KB' || lpad(n::text, 22, '0') AS finding,
       ($1::text[])[1 + n % cardinality($1::text[])] AS template,
       to_timestamp($3::double precision / 1000) - make_interval(secs => n * ${APART_SECONDS}) AS started_at
     FROM generate_series(1, $2::int) AS n`,
    [templates, count, newest],
  );
  await client.query(
    `INSERT INTO violation SELECT made.* FROM copy_case c JOIN violation v ON v.id = c.template AND v.tenant_id = 'demo',
       jsonb_populate_record(NULL::violation, to_jsonb(v) || jsonb_build_object(
         'id', c.finding, 'actor', 'p-' || c.finding, 'tracks', jsonb_build_array('p-' || c.finding),
         'started_at', c.started_at, ${moved('confirmed_at')}, ${moved('clip_from')}, ${moved('clip_to')},
         ${moved('snapshot_taken_at')}, 'recorded_at', c.started_at + interval '3 s')) AS made`,
  );
  await client.query(
    `INSERT INTO incident SELECT made.* FROM copy_case c
       JOIN incident_finding f ON f.finding_id = c.template AND f.tenant_id = 'demo'
       JOIN incident i ON i.tenant_id = f.tenant_id AND i.id = f.incident_id,
       jsonb_populate_record(NULL::incident, to_jsonb(i) || jsonb_build_object(
         'id', c.finding, 'main_id', c.finding, 'started_at', c.started_at,
         'last_at', c.started_at + interval '2 s', 'opened_at', c.started_at + interval '3 s')) AS made`,
  );
  await client.query(
    `INSERT INTO incident_finding SELECT made.* FROM copy_case c
       JOIN incident_finding f ON f.finding_id = c.template AND f.tenant_id = 'demo',
       jsonb_populate_record(NULL::incident_finding, to_jsonb(f) || jsonb_build_object(
         'finding_id', c.finding, 'incident_id', c.finding, 'joined_at', c.started_at + interval '3 s')) AS made`,
  );
  for (const table of ['violation', 'incident', 'incident_finding']) {
    await client.query(`VACUUM ANALYZE ${table}`);
  }
}
