import { announceReady } from '@anshi/contracts/process';
import fastify from 'fastify';
import pg from 'pg';
import { ulid } from 'ulid';

/*
 * The baseline of the bench of gates: who wears the card, whether a certificate counts, and one row of the decision, on the
 * same tables with as many connections. No credential, tenancy, rules, facts, events or schemas.
 */
const pool = new pg.Pool({ connectionString: process.env.BENCH_DATABASE ?? '', max: 10 });
const app = fastify();
// In a schema of its own: the API refuses to start on a table that no module owns.
await pool.query(`CREATE SCHEMA bench;
  CREATE TABLE bench.decision (LIKE gate_decision INCLUDING DEFAULTS INCLUDING INDEXES)`);

app.post<{ Body: { machine: string; card: string; at: string } }>(
  '/api/v1/gates/machine-start',
  async ({ body, headers }) => {
    const client = await pool.connect();
    try {
      await client.query('BEGIN');
      const { rows } = await client.query<{ person: string; valid: boolean }>({
        name: 'find',
        text: `SELECT b.person_id AS person, EXISTS (SELECT 1 FROM qualification q
            WHERE q.tenant_id = 'demo' AND q.person_id = b.person_id AND q.category = 'welding'
              AND q.valid_until >= current_date) AS valid
          FROM badge b WHERE b.tenant_id = 'demo' AND b.badge = $1 AND b.until IS NULL`,
        values: [body.card],
      });
      const [found] = rows;
      const decision = found?.valid ? 'allow' : 'deny';
      const id = ulid();
      await client.query({
        name: 'keep',
        text: `INSERT INTO bench.decision (tenant_id, id, point_id, key, digest, kind, target, card, person_id,
            asked_at, decided_at, decision, final, codes, reasons, valid_until)
          VALUES ('demo', $1, '', $2, '', 'start', $3, $4, $5, $6, now(), $7, false, '{}', '[]',
            now() + interval '8 hours')`,
        values: [
          id,
          headers['idempotency-key'],
          body.machine,
          body.card,
          found?.person ?? null,
          body.at,
          decision,
        ],
      });
      await client.query('COMMIT');
      return { id, decision, reasons: [] };
    } finally {
      client.release();
    }
  },
);
await app.listen({ host: '127.0.0.1', port: 0 });
const address = app.server.address();
announceReady({ url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}` });
