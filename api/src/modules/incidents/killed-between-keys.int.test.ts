import { afterAll, beforeAll, expect, it } from 'vitest';
import { type IncidentSite, openIncidentSite } from '../../testing/incidents.ts';
import { KilledApi } from '../../testing/killed-api.ts';

let site: IncidentSite;
let api: KilledApi;
beforeAll(async () => {
  site = await openIncidentSite();
});
afterAll(async () => {
  await api?.kill();
  await site?.stop();
});

interface Answer {
  status: number;
  body: { status?: string; version?: number; code?: string };
}

it('an API that is killed between two keys of the review queue loses no verdict and gives none twice', async () => {
  const rows: { id: string; version: number }[] = [];
  for (let n = 0; n < 6; n++) {
    const { id } = await site.see(site.west, site.hour(), 'a');
    rows.push(await site.incidentOf(id));
  }
  const { url } = site.api;
  // A session outlives the process that it began with.
  const own = await site.api.signIn('operator');
  api = await KilledApi.instead(site.api);
  /** One key; null where no answer came. As the page sends it: at the version that was on the screen. */
  const press = async ({ id, version }: (typeof rows)[number]): Promise<Answer | null> => {
    try {
      const answer = await fetch(`${url}/api/v1/incidents/${id}/verdict`, {
        method: 'POST',
        headers: { ...own, 'content-type': 'application/json' },
        body: JSON.stringify({ decision: 'dismiss', reason: 'false-detection', version }),
      });
      return { status: answer.status, body: (await answer.json()) as Answer['body'] };
    } catch {
      return null;
    }
  };
  const first = [await press(rows[0]!), await press(rows[1]!)];
  expect(first.map((one) => one?.status)).toEqual([200, 200]);
  // Two requests are in flight when the API is killed; a third one is sent while it is down.
  const underWay = [press(rows[2]!), press(rows[3]!)];
  await api.kill();
  const lost = [...(await Promise.all(underWay)), await press(rows[4]!)];
  expect(lost.at(-1)).toBeNull();
  await api.start();
  // The person presses again what the page says was not taken, and then the last one.
  for (const [n, answer] of lost.entries()) {
    if (answer?.status === 200) continue;
    const again = await press(rows[2 + n]!);
    expect([200, 409]).toContain(again?.status);
  }
  expect((await press(rows[5]!))?.status).toBe(200);
  const { default: pg } = await import('pg');
  const sql = new pg.Client({ connectionString: site.superUrl });
  await sql.connect();
  const { rows: stored } = await sql.query(
    `SELECT i.id, i.status, i.version, i.undecided,
       (SELECT count(*)::int FROM verdict d JOIN incident_finding f ON f.finding_id = d.violation_id
         WHERE f.incident_id = i.id) AS verdicts,
       (SELECT count(*)::int FROM outbox_event e WHERE e.type = 'cn.anshi.incident.closed.v1' AND e.subject = i.id) AS told
     FROM incident i WHERE i.id = ANY ($1) ORDER BY i.id`,
    [rows.map(({ id }) => id)],
  );
  await sql.end();
  expect(stored).toEqual(
    rows
      .map(({ id, version }) => ({
        id,
        status: 'dismissed',
        version: version + 1,
        undecided: 0,
        verdicts: 1,
        told: 1,
      }))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
  );
});
