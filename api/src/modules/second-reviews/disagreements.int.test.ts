import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSecondReviews, type SecondReviewSite } from '../../testing/second-reviews.ts';
import type { AgreementAnswer, SecondReviewSetting } from './schema.ts';

let site: SecondReviewSite;
beforeAll(async () => {
  site = await openSecondReviews();
});
afterAll(() => site?.stop());

const dismissal = { decision: 'dismiss', reason: 'duplicate', note: 'seen twice' };

/** An incident that operator dismissed; safety says otherwise, or the same. */
async function judged(second: object = { decision: 'confirm', note: 'no helmet' }) {
  const { id: incident } = await site.found();
  await site.decide('operator', incident, dismissal);
  const [row] = await site.rowsOf(incident);
  const before = await site.incidentNow(incident);
  const { status } = await site.judge('safety', row.id, second);
  expect(status).toBe(200);
  return { incident, id: row.id as string, before };
}
const find = async (user: string, id: string, state = 'open') =>
  (await site.disagreements(user, state)).find((one) => one.id === id);
const keep = (user: string, id: string, note = 'the first is right') =>
  site.send(user, 'POST', `/second-review-disagreements/${id}/settlement`, { note });

describe('two verdicts that differ', () => {
  it('stand side by side, and the incident is as it was', async () => {
    const { incident, id, before } = await judged();
    expect(await site.incidentNow(incident)).toEqual(before);
    expect(await find('safety.head', id)).toMatchObject({
      incident,
      first: {
        status: 'dismissed',
        reason: 'duplicate',
        note: 'seen twice',
        by: { name: { en: 'Li Zhiban' } },
      },
      second: { status: 'confirmed', reason: null, note: 'no helmet' },
      settled: null,
    });
    const { body } = await site.send<{ disagreements: number }>(
      'safety.head',
      'GET',
      '/second-review-counts',
    );
    expect(body.disagreements).toBeGreaterThan(0);
    const agreed = await judged(dismissal);
    expect(await find('safety.head', agreed.id)).toBeUndefined();
  });

  it('are settled once by keeping the first, with a note, not by the first reviewer', async () => {
    const { incident, id, before } = await judged();
    expect(await find('operator', id)).toBeUndefined();
    expect(await keep('operator', id)).toMatchObject({ status: 404 });
    expect((await keep('safety.head', id, ' ')).status).toBe(400);
    expect(await keep('safety.head', id)).toMatchObject({
      status: 200,
      body: { settled: { how: 'kept' } },
    });
    expect(await keep('safety.head', id)).toMatchObject({
      status: 409,
      body: { code: 'second-review.settled' },
    });
    expect(await find('safety.head', id)).toBeUndefined();
    expect(await find('safety.head', id, 'settled')).toMatchObject({
      settled: { how: 'kept', note: 'the first is right' },
    });
    expect(await site.incidentNow(incident)).toEqual(before);
    const { rows } = await site.sql.query(
      `SELECT action FROM audit_log WHERE entity = 'second-review' AND entity_id = $1 ORDER BY seq`,
      [id],
    );
    expect(rows.map(({ action }) => action)).toEqual(['judge-second', 'keep-first']);
  });

  it('are settled where the incident is reopened', async () => {
    const { incident, id } = await judged();
    await site.decide('safety.head', incident, { decision: 'reopen' });
    expect(await find('safety', id)).toBeUndefined();
    expect(await find('safety', id, 'settled')).toMatchObject({ settled: { how: 'reopened' } });
    expect(await keep('safety', id)).toMatchObject({ status: 409 });
  });

  it('are settled once where they are kept and the incident is reopened at the same moment', async () => {
    const { incident, id } = await judged();
    await site.sql.query('BEGIN');
    await site.sql.query(
      `UPDATE second_review SET settled_how = 'kept', settled_note = 'kept first', settled_at = now() WHERE id = $1`,
      [id],
    );
    const reopening = site.decide('safety.head', incident, { decision: 'reopen' });
    // It waits for the row.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await site.sql.query('COMMIT');
    await reopening;
    expect(await site.rowsOf(incident)).toMatchObject([
      { settled_how: 'kept', settled_note: 'kept first' },
    ]);
  });

  it('are not kept by who gave the second verdict, whose count has none of them', async () => {
    const counted = async () =>
      (await site.send<{ disagreements: number }>('safety', 'GET', '/second-review-counts')).body
        .disagreements;
    const before = await counted();
    const { incident, id } = await judged();
    expect(await counted()).toBe(before);
    expect(await find('safety', id)).toMatchObject({ own: true });
    expect(await find('safety.head', id)).toMatchObject({ own: false });
    expect(await keep('safety', id)).toMatchObject({
      status: 403,
      body: { code: 'second-review.own' },
    });
    expect(await site.rowsOf(incident)).toMatchObject([{ settled_at: null }]);
  });

  it('are out of reach of another department', async () => {
    const { id } = await judged();
    expect(await find('store', id)).toBeUndefined();
    expect(await keep('store', id)).toMatchObject({ status: 404 });
    expect(await find('press', id)).toBeDefined();
  });
});

describe('the agreement', () => {
  const read = async (user: string, days = 30) =>
    (await site.send<AgreementAnswer>(user, 'GET', `/second-review-agreement?days=${days}`)).body;

  it('is shown of enough reviewers alone, and of oneself; the least size is that of privacy', async () => {
    const { incident } = await judged();
    // 24 further pairs of the same two people: 4 differ.
    await site.sql.query(
      `INSERT INTO second_review (tenant_id, id, incident_id, site, rule, started_at, first_status, first_by, first_at,
         second_status, second_by, second_at, seconds)
       SELECT tenant_id, lpad(n::text, 26, '0'), incident_id, site, rule, started_at,
         CASE WHEN n % 2 = 0 THEN 'confirmed' ELSE 'dismissed' END, first_by, first_at,
         CASE WHEN (n % 2 = 0) = (n > 4) THEN 'confirmed' ELSE 'dismissed' END, second_by, now() - interval '1 day', 10 + n
       FROM second_review, generate_series(1, 24) AS n WHERE incident_id = $1`,
      [incident],
    );
    const ofHead = await read('safety.head');
    expect(ofHead).toMatchObject({
      fewestReviewers: 5,
      all: { state: 'too-few-reviewers', figures: null, medianSeconds: null },
      own: { state: 'too-few-pairs', figures: null, medianSeconds: null },
      given: 0,
    });
    expect(JSON.stringify(ofHead)).not.toMatch(/Zhiban|"kappa":0/);
    // All 24 pairs are with one other reviewer, so own agreement is suppressed. Today's verdict is after the cut-off.
    const second = await read('safety');
    expect(second).toMatchObject({
      given: 24,
      isDivided: false,
      rules: [],
      sites: [],
      own: { state: 'too-few-reviewers', figures: null, medianSeconds: 22.5 },
    });
    expect(new Date(second.until).getTime()).toBeLessThan(Date.now());
    // With five second reviewers the first reviewer gets figures, without the times of the others.
    await site.sql.query(
      `UPDATE second_review s SET second_by = 'second-' || substr(s.id, 26, 1)::int % 5
       WHERE s.id < '0000000000000000000000009'`,
    );
    expect(await read('operator')).toMatchObject({
      given: 0,
      own: { state: 'shown', figures: { pairs: 24 }, medianSeconds: null },
    });
    // Five of each.
    await site.sql.query(
      `UPDATE second_review s SET first_by = 'first-' || substr(s.id, 26, 1)::int % 5, second_by = 'second-' || substr(s.id, 26, 1)::int % 5
       WHERE s.id < '0000000000000000000000009'`,
    );
    const { all, isDivided, rules, sites, notBlind } = await read('safety.head');
    expect(notBlind).toBe(0);
    expect(isDivided).toBe(true);
    expect(all).toMatchObject({ state: 'shown', figures: { kappa: expect.any(Number) } });
    expect(all.figures?.interval?.low).toBeLessThan(all.figures?.kappa ?? 0);
    expect(rules).toMatchObject([{ state: 'shown' }]);
    expect(sites).toMatchObject([{ key: 'plant-1', state: 'shown' }]);
    expect((await read('store')).all.figures).toBeNull();
    // A pair whose second reviewer knew the first verdict is left out, and counted.
    await site.sql.query(
      "UPDATE second_review SET is_blind = false WHERE id < '00000000000000000000000003'",
    );
    const without = await read('safety.head');
    expect([without.notBlind, without.all.figures?.pairs]).toEqual([2, 22]);
    expect(without.all.figures?.kappa).not.toBe(all.figures?.kappa);
  });
});

describe('the share', () => {
  it('is set by those who set up the plant, from 0 to 50, at the version that was seen', async () => {
    const put = (user: string, share: number, version: number) =>
      site.send<SecondReviewSetting>(user, 'PUT', '/second-review-setting', { share, version });
    const { version } = (
      await site.send<SecondReviewSetting>('admin', 'GET', '/second-review-setting')
    ).body;
    expect((await put('admin', 51, version)).status).toBe(400);
    expect(await put('operator', 20, version)).toMatchObject({ status: 403 });
    expect(await put('admin', 20, version)).toMatchObject({
      status: 200,
      body: { share: 20, version: version + 1 },
    });
    expect(await put('admin', 30, version)).toMatchObject({
      status: 409,
      body: { code: 'second-review.setting-conflict' },
    });
  });
});
