import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IncidentSite, idsOf, instantOf, openIncidentSite } from '../../testing/incidents.ts';
import { followedEvent } from '../../testing/worker.ts';
import { MOST_MEMBERS } from './join.ts';

/* What tries to join two people, to grow an incident, or to lose what people decided. */

interface Copies {
  apartMs: number;
  /** SQL, with the number of the copy as `i`. */
  actor?: string;
  /** In the incident of the first one, which is named for it. */
  isMember?: boolean;
}

let world: IncidentSite;
beforeAll(async () => {
  world = await openIncidentSite();
});
afterAll(() => world?.stop());

/** Records a finding that is there once more, so many times: each later than the one before. */
async function copy(
  id: string,
  times: number,
  { apartMs, actor = 'v.actor', isMember = false }: Copies,
): Promise<void> {
  const admin = new pg.Client({ connectionString: world.superUrl });
  await admin.connect();
  const columns = await admin.query(
    "SELECT string_agg('v.' || quote_ident(column_name), ', ') AS list, string_agg(quote_ident(column_name), ', ') AS names FROM information_schema.columns WHERE table_name = 'violation' AND column_name NOT IN ('id', 'started_at', 'confirmed_at', 'actor')",
  );
  const { list, names } = columns.rows[0];
  const from = `FROM violation v, generate_series(1, ${times}) AS i WHERE v.id = $1`;
  const copied = "overlay(v.id PLACING lpad(i::text, 6, '0') FROM 21)";
  const later = `i * ${apartMs} * interval '1 millisecond'`;
  await admin.query(
    `INSERT INTO violation (id, started_at, confirmed_at, actor, ${names})
     SELECT ${copied}, v.started_at + ${later}, v.confirmed_at + ${later}, ${actor}, ${list} ${from}`,
    [id],
  );
  if (isMember) {
    await admin.query(
      `INSERT INTO incident_finding (tenant_id, finding_id, incident_id) SELECT v.tenant_id, ${copied}, v.id ${from}`,
      [id],
    );
    const count = 'UPDATE incident SET findings = $2, undecided = $2 WHERE id = $1';
    await admin.query(count, [id, times + 1]);
  }
  await admin.end();
}

describe('findings of two people', () => {
  it('stay apart at the same place of two floors', async () => {
    const { west, upper, see, incidentOf } = world;
    const start = world.hour();
    const below = await see(west, start, 'a', { at: [5, 5] });
    const above = await see(upper, start, 'u', { at: [5, 5] });
    expect((await incidentOf(above.id)).id).not.toBe((await incidentOf(below.id)).id);
  });

  it('stay apart where a camera saw another person beside, and join where both saw one only', async () => {
    const { west, east, see, incidentOf } = world;
    const joined = async (one: number | null, other: number | null) => {
      const start = world.hour();
      const at = (y: number, nearest: number | null) => ({
        at: [5, y] as [number, number],
        nearest,
        deviation: 0.14,
      });
      const a = await see(west, start, 'a', at(5, one));
      const b = await see(east, start, 'x', at(5.2, other));
      return (await incidentOf(a.id)).id === (await incidentOf(b.id)).id;
    };
    expect(await joined(null, null)).toBe(true);
    expect(await joined(0.7, null)).toBe(false);
    expect(await joined(null, 0.7)).toBe(false);
  });
});

describe('two cameras that confirm one act in the same second', () => {
  /** A path of so many seconds from a time on, at one place and with no other person near. */
  const path = (from: number, seconds: number, at: [number, number]) =>
    Array.from({ length: 5 * seconds + 1 }, (_, n) => ({
      at: instantOf(from + 200 * n),
      floor: at,
      deviation: 0.14,
      nearest: null,
    }));
  /** Recorded by both after one second in sight. */
  const seeBoth = async (start: number) => {
    const { west, east, see } = world;
    const confirmedAt = start + 2_000;
    const short = (at: [number, number]) => ({ path: path(confirmedAt - 1_000, 1, at) });
    const a = await see(west, start, 'a', short([5, 5]));
    const b = await see(east, start, 'x', short([5, 5.2]));
    const follow = async (at: [number, number]) => {
      const after = confirmedAt + 200;
      const [of, other] = [path(after, 4, [5, 5]), path(after, 4, at)];
      expect(await west.deliver(followedEvent(a, of))).toMatchObject({ result: 'committed' });
      expect(await east.deliver(followedEvent(b, other))).toMatchObject({ result: 'committed' });
    };
    return { a, b, follow };
  };

  it('become one incident when the paths after it have shown that it was one person', async () => {
    const { incidentOf } = world;
    const { a, b, follow } = await seeBoth(world.hour());
    expect((await incidentOf(a.id)).id).not.toBe((await incidentOf(b.id)).id);
    await follow([5, 5.2]);
    const joined = await incidentOf(a.id);
    expect(joined).toMatchObject({ findings: 2 });
    expect((await incidentOf(b.id)).id).toBe(joined.id);
    // The path that was signed with the record stays as it was.
    const { operator, api } = world;
    const shown = await (await api.get(`/api/v1/violations/${a.id}`, operator)).json();
    expect(shown).toMatchObject({ path: a.data.path });
  });

  it('stay two where the paths after it lie apart', async () => {
    const { incidentOf } = world;
    const apart = await seeBoth(world.hour());
    await apart.follow([5, 6]);
    expect((await incidentOf(apart.a.id)).findings).toBe(1);
  });

  it('show the one as new in the incident of the other, which has a verdict', async () => {
    const { a, b, follow } = await seeBoth(world.hour());
    const { id, version } = await world.incidentOf(a.id);
    await world.done(world.post(id, 'verdict', { version, decision: 'confirm' }));
    await follow([5, 5.2]);
    const { members, status, undecided } = await world.detailOf(id);
    expect({ status, undecided }).toEqual({ status: 'confirmed', undecided: 1 });
    const statusOf = new Map(members.map(({ violation }) => [violation.id, violation.status]));
    expect(statusOf).toEqual(
      new Map([
        [a.id, 'confirmed'],
        [b.id, 'pending'],
      ]),
    );
  });

  it('is told by the worker that recorded it, of the past, and once', async () => {
    const { west, east } = world;
    const { a, follow } = await seeBoth(world.hour());
    await follow([5, 5.2]);
    const before = await world.incidentOf(a.id);
    // The same one again changes nothing.
    await west.deliver(followedEvent(a, path(Date.parse(a.data.confirmedAt) + 200, 4, [9, 9])));
    expect(await world.incidentOf(a.id)).toMatchObject({ findings: 2, version: before.version });
    const foreign = { ...followedEvent(a, path(0, 1, [5, 5])), source: `/vision/${east.name}` };
    expect(await east.deliver(foreign)).toMatchObject({ result: 'rejected' });
    const tomorrow = followedEvent(a, path(Date.now() + 86_400_000, 1, [5, 5]));
    expect(await west.deliver(tomorrow)).toMatchObject({ result: 'rejected' });
  });
});

describe('a crowd', () => {
  it('is no reason to overlook one who fits as well', async () => {
    const { west, east, upper, see, incidentOf } = world;
    const start = world.hour();
    const other = await see(east, start + 6_000, 'y', { at: [5.1, 5] });
    const above = await see(upper, start + 3_000, 'u', { at: [30, 15] });
    await copy(above.id, 104, { apartMs: 10, actor: "v.actor || '-' || i" });
    // Both of these are early, and the other one is beyond the first hundred of their time.
    const one = await see(west, start + 1_000, 'a', { at: [5, 5] });
    const same = await see(east, start + 1_000, 'x', { at: [5.05, 5] });
    const found = await Promise.all([one, same, other].map(({ id }) => incidentOf(id)));
    expect(new Set(found.map(({ id }) => id)).size).toBe(3);
  });
});

describe('a sender without end', () => {
  it('fills an incident, and then opens the next one', async () => {
    const { west, see, incidentOf } = world;
    const start = world.hour();
    const first = await see(west, start, 'a');
    // As many more of the same actor as leave room for one.
    const more = MOST_MEMBERS - 2;
    await copy(first.id, more, { apartMs: 1_000, isMember: true });
    const last = start + 1_000 * more;
    const fits = await see(west, last + 1_000, 'a');
    expect(await incidentOf(fits.id)).toMatchObject({ id: first.id, findings: MOST_MEMBERS });
    const next = await see(west, last + 2_000, 'a');
    const after = await see(west, last + 3_000, 'a');
    expect(await incidentOf(after.id)).toMatchObject({ id: next.id, findings: 2 });
    expect((await incidentOf(first.id)).findings).toBe(MOST_MEMBERS);
    const full = await incidentOf(first.id);
    const refused = await world.post(first.id, 'join', {
      incident: next.id,
      version: full.version,
    });
    expect(refused.status).toBe(409);
  });
});

describe('the address of an incident', () => {
  it('leads to its findings over however many mergers', async () => {
    const { west, see, detailOf } = world;
    const start = world.hour();
    // The latest first, and then what joins it to the one before: each merger moves it to an older id.
    const seen: { id: string }[] = [];
    for (let n = 0; n < 24; n++) {
      seen.push(await see(west, start + 1_000 * n, `p${n}`));
    }
    let last = seen.at(-1)!;
    for (const one of seen.slice(0, -1).reverse()) {
      const { id, version } = await world.incidentOf(last.id);
      await world.done(world.post(id, 'join', { incident: one.id, version }));
      last = one;
    }
    const found = await detailOf(seen.at(-1)!.id);
    expect(found.id).toBe(seen[0]!.id);
    expect(idsOf(found)).toHaveLength(24);
  });
});

describe('what people decided', () => {
  it('is not undone by an older change, whose findings went on', async () => {
    const { west, see, incidentOf, post, done, detailOf } = world;
    const start = world.hour();
    const older = await see(west, start, 'c');
    const one = await see(west, start, 'a');
    const other = await see(west, start + 3_000, 'a', { rule: 'running' });
    const split = await done(
      post(one.id, 'split', { findings: [other.id], version: (await incidentOf(one.id)).version }),
    );
    const apart = await incidentOf(other.id);
    const joined = await done(
      post(older.id, 'join', {
        incident: apart.id,
        version: (await incidentOf(older.id)).version,
      }),
    );
    expect(idsOf(joined).sort()).toEqual([older.id, other.id].sort());

    const refused = await post(one.id, 'undo', { version: split.version });
    expect(refused.status).toBe(409);
    expect(await refused.json()).toMatchObject({ code: 'incident.nothing-to-undo' });
    // Nor by what comes later, and the address of the merged one leads where it did.
    await see(west, start + 5_000, 'a');
    expect((await incidentOf(other.id)).id).toBe(older.id);
    expect((await detailOf(apart.id)).id).toBe(older.id);

    // The last change first, and then the one before.
    const now = await incidentOf(older.id);
    await done(post(now.id, 'undo', { version: now.version }));
    expect((await incidentOf(other.id)).id).toBe(apart.id);
    const before = await incidentOf(one.id);
    await done(post(one.id, 'undo', { version: before.version }));
    expect((await incidentOf(other.id)).id).toBe(one.id);
  });

  it('about a finding that was taken out holds for what its actor does later', async () => {
    const { west, see, incidentOf, post, done } = world;
    const start = world.hour();
    const one = await see(west, start, 'a');
    const other = await see(west, start, 'b');
    const { version } = await incidentOf(one.id);
    const joined = await done(post(one.id, 'join', { incident: other.id, version }));
    const body = { finding: other.id, reason: 'other', version: joined.version };
    await done(post(one.id, 'take-out', body));
    const later = await see(west, start + 4_000, 'b', { rule: 'running' });
    expect((await incidentOf(later.id)).id).toBe(later.id);
    const same = await see(west, start + 4_000, 'a', { rule: 'running' });
    expect((await incidentOf(same.id)).id).toBe(one.id);
  });

  it('leaves no incident of nothing but what was taken out', async () => {
    const { west, see, incidentOf, post, done } = world;
    const start = world.hour();
    const one = await see(west, start, 'a');
    const other = await see(west, start + 3_000, 'a', { rule: 'running' });
    const { version } = await incidentOf(one.id);
    const out = await done(
      post(one.id, 'take-out', { finding: other.id, reason: 'other', version }),
    );
    const split = await post(one.id, 'split', { findings: [one.id], version: out.version });
    expect(split.status).toBe(409);
    expect(await split.json()).toMatchObject({ code: 'incident.last-finding' });
  });

  it('is kept by one of two reviewers who change it at once', async () => {
    const { west, see, incidentOf, post, detailOf } = world;
    const start = world.hour();
    const one = await see(west, start, 'a');
    const other = await see(west, start + 3_000, 'a', { rule: 'running' });
    const stranger = await see(west, start, 'c');
    const { version } = await incidentOf(one.id);
    const answers = await Promise.all([
      post(one.id, 'split', { findings: [other.id], version }),
      post(one.id, 'join', { incident: stranger.id, version }),
      post(one.id, 'verdict', { decision: 'confirm', version }),
      post(one.id, 'take-out', { finding: other.id, reason: 'other', version }),
      see(west, start + 6_000, 'a').then(() => null),
    ]);
    const taken = answers.filter((answer) => answer?.status === 200);
    expect(taken.length).toBeLessThanOrEqual(1);
    for (const answer of answers) expect([200, 409, undefined]).toContain(answer?.status);
    // Each finding is in one incident, and the counts are those of the findings.
    for (const { id } of [one, other, stranger]) {
      const found = await detailOf((await incidentOf(id)).id);
      expect(found.findings).toBe(found.members.length);
      expect(idsOf(found)).toContain(id);
    }
  });
});
