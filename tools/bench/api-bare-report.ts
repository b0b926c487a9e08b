import { randomFillSync } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type pg from 'pg';
import { ulid } from 'ulid';

/*
 * A hazard report written by hand for this one purpose: the same rows as the product (hazard and
 * its participants, its case with the first step and five reminders, the notice with recipients and
 * deliveries), and one query for type, area and assignee. Two prepared statements in one
 * transaction and two messages: BEGIN is pipelined with the query, COMMIT with the rows (pg's
 * pipeline). Written rows are not read again. No sign-in, authorization, tenancy, audit log,
 * outbox, workflow definition, holidays or input validation.
 * tenancy, audit log, outbox, workflow as data, holidays, and without checks of what comes.
 */

const look = `
  SELECT (SELECT name FROM hazard_type WHERE tenant_id = 'bare' AND id = $1 AND active) AS type_name,
    (SELECT jsonb_build_object('id', id, 'name', name) FROM area
      WHERE tenant_id = 'bare' AND id = $2 AND site = $3) AS area,
    nextval('bench_hazard_no') AS no,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('id', u.id, 'displayName', u.display_name)
        ORDER BY u.username), '[]')
      FROM user_role r JOIN app_user u ON u.tenant_id = r.tenant_id AND u.id = r.user_id
      LEFT JOIN person p ON p.tenant_id = u.tenant_id AND p.id = u.person_id
      WHERE r.tenant_id = 'bare' AND r.role_id = 'safety-officer' AND u.active
        AND (p.id IS NULL OR p.status = 'active')) AS officers,
    (SELECT display_name FROM app_user WHERE tenant_id = 'bare' AND id = $4) AS reporter_name`;

const write = `
  WITH the_hazard AS (
    INSERT INTO hazard (tenant_id, id, no, title, description, type, suggested_level, source, device,
      site, area_id, floor_plan, found_at, reported_at, late, reporter_id, reporter_name, case_id,
      flow_version, state, version, due_at, assignees, demo, details)
    VALUES ('bare', $1, $2, $3, $4, $5, 'general', 'desk', $6, $7, $8, NULL, $9, $10, false, $11, $12,
      $13, 1, 'reported', 1, $14, $15, false, '{}')
  ), party AS (
    INSERT INTO hazard_party (tenant_id, user_id, hazard_id) VALUES ('bare', $11, $1)
  ), the_case AS (
    INSERT INTO workflow_case (tenant_id, id, definition_id, definition_version, version, site, parts,
      played, entity, entity_id, state, assignees, entered_at, opened_at, due_at, assigned_by_rule,
      title, link)
    VALUES ('bare', $13, 'hazard', 1, 1, $7, $16, $16, 'hazard', $1, 'reported', $15, $10, $10, $14, 0,
      $17, $18)
  ), step AS (
    INSERT INTO workflow_step (tenant_id, case_id, version, kind, to_state, by_user, by_name, at, fields,
      files, assignees, due_at)
    VALUES ('bare', $13, 1, 'started', 'reported', $11, $12, $10, '{}', '{}', $15, $14)
  ), reminder AS (
    INSERT INTO workflow_reminder (tenant_id, case_id, case_version, position, at)
    VALUES ('bare', $13, 1, -1, $14), ('bare', $13, 1, 0, $14::timestamptz - interval '24 hours'),
      ('bare', $13, 1, 1, $14), ('bare', $13, 1, 2, $14::timestamptz + interval '24 hours'),
      ('bare', $13, 1, 3, $14::timestamptz + interval '72 hours')
  ), told AS (
    INSERT INTO notice (tenant_id, id, kind, severity, title, body, link, subject_entity, subject_id,
      sender_id)
    VALUES ('bare', $19, 'hazard.reported', 'info', $20, $21, $18, 'hazard', $1, $11)
  ), listed AS (
    INSERT INTO notice_recipient (tenant_id, notice_id, user_id)
    SELECT 'bare', $19, u FROM unnest($15::text[]) AS u
  )
  INSERT INTO notice_delivery (tenant_id, notice_id, channel, recipient)
  SELECT 'bare', $19, c, u FROM unnest($15::text[]) AS u, unnest('{push,email}'::text[]) AS c`;

interface Known {
  type_name: { zh: string; en: string } | null;
  area: { id: string; name: object } | null;
  no: string;
  officers: { id: string; displayName: object }[];
  reporter_name: object | null;
}

interface Report {
  id: string;
  type: string;
  description: string;
  site: string;
  areaId: string;
  foundAt: string;
}

/** Foreign keys of a report, in the order of its keys. */
const referredTo = [
  'tenant',
  'site',
  'department',
  'area',
  'person',
  'app_user',
  'role',
  'user_role',
  'hazard_type',
  'workflow_definition',
];

/**
 * A separate tenant: no reminders, deliveries or seals run for it, so that the background work of
 * the API is not done for these rows too.
 */
async function foundCompany(pool: pg.Pool): Promise<void> {
  for (const table of referredTo) {
    const key = table === 'tenant' ? 'id' : 'tenant_id';
    await pool.query(
      `INSERT INTO ${table} SELECT (jsonb_populate_record(NULL::${table},
         to_jsonb(t) || jsonb_build_object('${key}', 'bare'))).* FROM ${table} t WHERE ${key} = 'demo'`,
    );
  }
  await pool.query('CREATE SEQUENCE bench_hazard_no');
}

/** @param reporter the user who reports: the same as the API's writer. */
export async function reportsByHand(
  app: FastifyInstance,
  pool: pg.Pool,
  reporter: string,
): Promise<void> {
  await foundCompany(pool);
  app.post<{ Body: Report }>('/reports', async ({ body, headers }, reply) => {
    const { id, type, description, site, areaId, foundAt } = body;
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      const [, looked] = await inOneMessage(client, () => [
        client.query('BEGIN'),
        client.query<Known>({
          name: 'look',
          text: look,
          values: [type, areaId, site, reporter],
        }),
      ]);
      const { type_name: typeName, area, no, officers, reporter_name } = looked.rows[0]!;
      if (!typeName || !area) {
        await client.query('ROLLBACK');
        return reply.code(422).send({ code: 'unknown' });
      }
      const now = new Date();
      const number = `YH-${now.toISOString().slice(0, 10).replaceAll('-', '')}-B${no}`;
      const dueAt = nextWorkday(now);
      const assignees = officers.map((one) => one.id);
      const parts = JSON.stringify({ reporter: [reporter] });
      const title = JSON.stringify({
        zh: `${number} ${description}`,
        en: `${number} ${description}`,
      });
      const clock = dueAt.toISOString().slice(0, 16).replace('T', ' ');
      const [caseId, link] = [newId(), `/hazards/${id}`];
      await inOneMessage(client, () => [
        client.query({
          name: 'write',
          text: write,
          values: [
            id,
            number,
            description,
            description,
            type,
            headers['user-agent'] ?? null,
            site,
            areaId,
            foundAt,
            now,
            reporter,
            JSON.stringify(reporter_name),
            caseId,
            dueAt,
            assignees,
            parts,
            title,
            link,
            newId(),
            JSON.stringify({ zh: `待审核:${number}`, en: `To be reviewed: ${number}` }),
            JSON.stringify({
              zh: `轮到您处理。期限 ${clock}。`,
              en: `It is your turn. Due by ${clock}.`,
            }),
          ],
        }),
        client.query('COMMIT'),
      ]);
      return reply.code(201).send({
        id,
        no: number,
        title: description,
        description,
        type,
        typeName,
        level: null,
        suggestedLevel: 'general',
        source: 'desk',
        site,
        area,
        floorPlan: null,
        position: null,
        foundAt,
        reportedAt: now,
        late: false,
        state: 'reported',
        dueAt,
        overdue: false,
        stateName: { zh: '待审核', en: 'To be reviewed' },
        closedAt: null,
        outcome: null,
        version: 1,
        department: null,
        assignees: officers,
        files: [],
        links: [],
        findings: [],
        reporter: { id: reporter, displayName: reporter_name },
        violationId: null,
        cost: null,
        details: {},
        transitions: [],
        redacted: false,
      });
    } catch (error) {
      broken = error as Error;
      throw error;
    } finally {
      client.release(broken);
    }
  });
}

/** The driver alone sends each statement separately, though it does not wait for the answers. */
function inOneMessage<Answers extends readonly unknown[]>(
  client: pg.PoolClient,
  send: () => [...Answers],
): Promise<{ -readonly [N in keyof Answers]: Awaited<Answers[N]> }> {
  const { stream } = (client as unknown as { connection: { stream: Duplex } }).connection;
  stream.cork();
  try {
    return Promise.all(send());
  } finally {
    stream.uncork();
  }
}

const pool = new Uint8Array(4096);
let used = pool.length;
function newId(): string {
  return ulid(undefined, () => {
    if (used === pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    return pool[used++]! / 256;
  });
}

/** 17:00 of the next day that is not a Saturday or Sunday, in China. */
function nextWorkday(from: Date): Date {
  const DAY = 86_400_000;
  let day = Math.floor((from.getTime() + 8 * 3_600_000) / DAY) + 1;
  // 1970-01-01 was a Thursday.
  while ((day + 4) % 7 === 0 || (day + 4) % 7 === 6) day++;
  return new Date(day * DAY + 9 * 3_600_000);
}
