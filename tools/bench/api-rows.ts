import pg from 'pg';

/**
 * Inserts hazards with SQL as their module does, over the last two years, 5 % of them open: 100,000
 * reports through the API would take longer than the bench.
 */
export async function fillHazards(adminUrl: string, count: number): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query("SELECT set_config('app.tenant', 'demo', false)");
    await client.query(
      `INSERT INTO hazard (tenant_id, id, no, title, description, type, level, suggested_level, source,
         site, area_id, floor_plan, x, y, found_at, reported_at, late, reporter_id, reporter_name,
         department_id, case_id, flow_version, state, version, due_at, assignees, rectify_due_at,
         rectified_at, assigned_at, closed_at, outcome, details)
       SELECT 'demo', i.id, 'YB-' || i.n, 'Hazard ' || i.n, 'The guard of machine ' || i.n || ' is loose',
         (ARRAY['fire', 'electrical', 'machine-guard', 'ppe', 'housekeeping'])[1 + i.n % 5],
         CASE WHEN i.n % 50 = 0 THEN 'major' ELSE 'general' END, 'general', 'phone', 'changzhou-1',
         a.id, 'main-hall', (i.n % 280) / 10.0, (i.n % 160) / 10.0, i.at, i.at, false, u.id,
         u.display_name, a.department_id, i.id, 1, CASE WHEN i.open THEN 'rectifying' ELSE 'closed' END,
         5, CASE WHEN i.open THEN i.at + interval '9 days' END, CASE WHEN i.open THEN ARRAY[r.id] ELSE '{}' END, i.at + interval '9 days',
         CASE WHEN i.open THEN NULL ELSE i.at + interval '5 days' END, i.at + interval '1 hour',
         CASE WHEN i.open THEN NULL ELSE i.at + interval '6 days' END,
         CASE WHEN i.open THEN NULL ELSE 'closed' END, '{}'
       FROM (
         SELECT n, n % 20 = 0 AS open, '01KB' || lpad(n::text, 22, '0') AS id,
           now() - make_interval(secs => ($1 - n) * 730.0 * 86400 / $1) AS at
         FROM generate_series(1, $1) AS n
       ) i
       CROSS JOIN LATERAL (SELECT id, department_id FROM area WHERE tenant_id = 'demo' ORDER BY id OFFSET i.n % 5 LIMIT 1) a
       CROSS JOIN LATERAL (SELECT id, display_name FROM app_user WHERE tenant_id = 'demo' AND username LIKE 'worker%' ORDER BY id LIMIT 1) u
       CROSS JOIN LATERAL (SELECT id FROM app_user WHERE tenant_id = 'demo' AND username LIKE 'head%' ORDER BY id LIMIT 1) r`,
      [count],
    );
    await client.query(
      `INSERT INTO hazard_party (tenant_id, user_id, hazard_id)
       SELECT tenant_id, reporter_id, id FROM hazard WHERE tenant_id = 'demo' AND no LIKE 'YB-%'
       UNION SELECT tenant_id, unnest(assignees), id FROM hazard WHERE tenant_id = 'demo' AND no LIKE 'YB-%'`,
    );
    await client.query(
      `INSERT INTO workflow_case (tenant_id, id, definition_id, definition_version, entity, entity_id,
         state, version, entered_at, due_at, assignees, parts, played, site, department, title, link,
         opened_at, closed_at)
       SELECT tenant_id, case_id, 'hazard', 1, 'hazard', id, state, version, reported_at, due_at, assignees,
         jsonb_build_object('reporter', jsonb_build_array(reporter_id)),
         jsonb_build_object('reporter', jsonb_build_array(reporter_id)), site, department_id, '{"zh": "x", "en": "x"}', '/hazards/' || id, reported_at, closed_at
       FROM hazard WHERE tenant_id = 'demo' AND no LIKE 'YB-%'`,
    );
    for (const table of ['hazard', 'hazard_party', 'workflow_case']) {
      await client.query(`VACUUM ANALYZE ${table}`);
    }
  } finally {
    await client.end();
  }
}
