import type pg from 'pg';

/**
 * Gives the incident of a finding so many findings: copies of the first one, a second apart.
 *
 * @returns the id of the incident.
 */
export async function fillIncident(
  client: pg.Client,
  finding: string,
  count: number,
): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    `SELECT incident_id AS id FROM incident_finding WHERE finding_id = $1`,
    [finding],
  );
  const id = rows[0]?.id;
  if (id === undefined) throw new Error('the finding is of no incident');
  await client.query(
    `CREATE TEMP TABLE copy_finding AS SELECT '01KC' || lpad(n::text, 22, '0') AS id, n
     FROM generate_series(1, $1::int - 1) AS n`,
    [count],
  );
  await client.query(
    `INSERT INTO violation SELECT made.* FROM copy_finding c, violation v,
       jsonb_populate_record(NULL::violation, to_jsonb(v) || jsonb_build_object(
         'id', c.id, 'started_at', v.started_at + make_interval(secs => c.n),
         'confirmed_at', v.confirmed_at + make_interval(secs => c.n))) AS made
     WHERE v.id = $1 AND v.tenant_id = 'demo'`,
    [finding],
  );
  await client.query(
    `INSERT INTO incident_finding SELECT made.* FROM copy_finding c, incident_finding f,
       jsonb_populate_record(NULL::incident_finding, to_jsonb(f) || jsonb_build_object('finding_id', c.id)) AS made
     WHERE f.finding_id = $1 AND f.tenant_id = 'demo'`,
    [finding],
  );
  await client.query(
    `UPDATE incident SET findings = $2, undecided = $2, last_at = last_at + make_interval(secs => $2::int) WHERE id = $1`,
    [id, count],
  );
  await client.query('DROP TABLE copy_finding');
  for (const table of ['violation', 'incident_finding'])
    await client.query(`VACUUM ANALYZE ${table}`);
  return id;
}

/**
 * Gives the safety file of a person so many violations that count, one an hour.
 *
 * @returns the id of the person.
 */
export async function fillSafetyFile(
  client: pg.Client,
  employeeNo: string,
  count: number,
): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    `SELECT id FROM person WHERE employee_no = $1 AND tenant_id = 'demo'`,
    [employeeNo],
  );
  const id = rows[0]?.id;
  if (id === undefined) throw new Error(`no person has the number ${employeeNo}`);
  const name = JSON.stringify({ zh: '未戴安全帽', en: 'No helmet' });
  const camera = JSON.stringify({ zh: '大厅西', en: 'Hall, west' });
  const reviewer = JSON.stringify({ zh: '王安全', en: 'Wang Anquan' });
  await client.query(
    `INSERT INTO safety_entry (tenant_id, id, person_id, violation_id, verdict_version, rule, kind_name, rule_id, severity,
       model_name, model_version, started_at, site, camera, camera_name, confidence, basis, explanation, reviewer_id,
       reviewer_name, reviewed_at, object_until, told)
     SELECT 'demo', '01KD' || lpad(n::text, 22, '0'), $1, '01KE' || lpad(n::text, 22, '0'), 1, 'missing-ppe', $3::jsonb,
       'helmet', 'medium', 'm', '1', now() - make_interval(hours => n), 'plant-1', 'hall-west', $4::jsonb, 0.9, 'badge',
       '[]'::jsonb, '01KF0000000000000000000000', $5::jsonb, now() - make_interval(hours => n - 1), now(), false
     FROM generate_series(1, $2::int) AS n`,
    [id, count, name, camera, reviewer],
  );
  await client.query('VACUUM ANALYZE safety_entry');
  return id;
}
