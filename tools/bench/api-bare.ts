import { announceReady } from '@anshi/contracts/process';
import fastify from 'fastify';
import pg from 'pg';
import { COUNTED_AT_MOST } from '../../api/src/modules/hazards/rows.ts';
import { reportsByHand } from './api-bare-report.ts';
import { answerProfiles } from './profile.ts';

/*
 * The baseline of the API bench: the same queries on the same tables and indexes with as many
 * connections, and nothing else. No sign-in, tenancy, workflow, logging, events or schemas.
 */
const pool = new pg.Pool({
  connectionString: process.env.BENCH_DATABASE ?? '',
  max: 10,
  pipeline: true,
});
const app = fastify();
await reportsByHand(app, pool, process.env.BENCH_REPORTER ?? '');

const shown = (page: string) => `
  SELECT h.*, t.name AS type_name, a.name AS area_name, d.name AS department_name,
    coalesce(f.list, '[]') AS files, coalesce(l.list, '[]') AS links,
    coalesce(g.list, '[]') AS findings, coalesce(u.list, '[]') AS assignee_names,
    coalesce(p.list, '{}') AS parties
  FROM (${page}) h
  LEFT JOIN hazard_type t ON t.tenant_id = h.tenant_id AND t.id = h.type
  LEFT JOIN area a ON a.tenant_id = h.tenant_id AND a.id = h.area_id
  LEFT JOIN department d ON d.tenant_id = h.tenant_id AND d.id = h.department_id
  LEFT JOIN LATERAL (SELECT jsonb_agg(jsonb_build_object('fileId', x.file_id, 'role', x.role,
      'kind', x.kind, 'name', x.name, 'width', x.width, 'height', x.height, 'takenAt', x.taken_at)
      ORDER BY x.version, x.file_id) AS list
    FROM hazard_file x WHERE x.tenant_id = h.tenant_id AND x.hazard_id = h.id) f ON TRUE
  LEFT JOIN LATERAL (SELECT jsonb_agg(jsonb_build_object('entity', x.entity, 'id', x.entity_id)
      ORDER BY x.entity, x.entity_id) AS list
    FROM hazard_link x WHERE x.tenant_id = h.tenant_id AND x.hazard_id = h.id) l ON TRUE
  LEFT JOIN LATERAL (SELECT jsonb_agg(jsonb_build_object('id', x.id, 'stage', x.stage,
      'kind', x.kind, 'severity', x.severity, 'text', x.text, 'fileId', x.file_id,
      'otherHazardId', x.other_hazard_id, 'at', x.at) ORDER BY x.id) AS list
    FROM hazard_finding x WHERE x.tenant_id = h.tenant_id AND x.hazard_id = h.id) g ON TRUE
  LEFT JOIN LATERAL (SELECT jsonb_agg(jsonb_build_object('id', x.id, 'displayName', x.display_name)
      ORDER BY x.id) AS list
    FROM app_user x WHERE x.tenant_id = h.tenant_id AND x.id = ANY(h.assignees)) u ON TRUE
  LEFT JOIN LATERAL (SELECT array_agg(x.user_id::text) AS list
    FROM hazard_party x WHERE x.tenant_id = h.tenant_id AND x.hazard_id = h.id) p ON TRUE`;
const order = 'ORDER BY reported_at DESC, id DESC';
const list = `${shown(`SELECT * FROM hazard WHERE tenant_id = 'demo' ${order} LIMIT 51`)} ${order}`;
const one = shown("SELECT * FROM hazard WHERE tenant_id = 'demo' AND id = $1");
const counts = `SELECT count(*)::int AS open, (count(*) FILTER (WHERE due_at < now()))::int AS overdue,
    (count(*) FILTER (WHERE '01J00000000000000000000000' = ANY(assignees)))::int AS mine
  FROM (SELECT due_at, assignees FROM hazard WHERE tenant_id = 'demo' AND closed_at IS NULL
    ORDER BY due_at LIMIT ${COUNTED_AT_MOST + 1}) h`;

app.get('/hazards', async () => {
  const items = (await pool.query({ name: 'list', text: list })).rows;
  return { items, counts: (await pool.query({ name: 'counts', text: counts })).rows[0] };
});
app.get<{ Params: { id: string } }>('/hazards/:id', async ({ params }) => {
  return (await pool.query({ name: 'one', text: one, values: [params.id] })).rows[0];
});
app.post<{ Body: { id: string; description: string; type: string; foundAt: string } }>(
  '/hazards',
  async ({ body }, reply) => {
    const client = await pool.connect();
    try {
      await client.query('BEGIN');
      await client.query({
        name: 'insert',
        text: `INSERT INTO hazard (tenant_id, id, no, title, description, type, suggested_level, source,
            site, area_id, floor_plan, found_at, reported_at, late, reporter_id, reporter_name, case_id,
            flow_version, state, version, due_at, assignees, details)
          VALUES ('demo', $1::text, 'B-' || $1::text, $2::text, $2::text, $3, 'general', 'desk', 'changzhou-1', 'press-line',
            'main-hall', $4, now(), false, '01J00000000000000000000000', '{}', $1::text, 1, 'reported', 1,
            now() + interval '1 day', '{}', '{}')`,
        values: [body.id, body.description, body.type, body.foundAt],
      });
      await client.query({
        name: 'party',
        text: "INSERT INTO hazard_party VALUES ('demo', '01J00000000000000000000000', $1)",
        values: [body.id],
      });
      await client.query('COMMIT');
    } finally {
      client.release();
    }
    const row = (await pool.query({ name: 'one', text: one, values: [body.id] })).rows[0];
    return reply.code(201).send(row);
  },
);

const url = await app.listen({ host: '127.0.0.1', port: 0 });
answerProfiles();
announceReady({ url });
