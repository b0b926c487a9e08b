import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ulid } from 'ulid';
import { confirmedAs } from '../../api/src/testing/named-people.ts';
import { openPositionsWorld } from '../../api/src/testing/positions-world.ts';
import { confirmedEvent, testFile } from '../../api/src/testing/worker.ts';
import { cyclesOf } from './consent/schedule.ts';
import { type Forbidden, type Measured, scoreConsent, type Told } from './consent/score.ts';
import { note, tell } from './result.ts';

/*
 * Agree, withdraw, agree while positions flow: what is stored, told to workers or named that must not be, and how soon
 * it is silent. Explained in docs/benches.md.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: 'scored' },
    people: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '60' },
  },
});
const [people, seconds] = [Number(values.people), Number(values.seconds)];
if (!(people >= 1 && people <= 50)) throw new Error('--people must be from 1 to 50');
if (!(seconds >= 10 && seconds <= 3600)) throw new Error('--seconds must be from 10 to 3600');
const SILENCE_MS = 1_000;
const EVERY_MS = 200;
/** A bench in which agreed positions do not come through proves nothing. */
const LEAST_TOLD = 0.9;

const world = await openPositionsWorld();
const badgeOf = (person: number) => `consent-${person}`;
const ids: string[] = [];
for (let person = 0; person < people; person++) {
  const body = { employeeNo: `C${person}`, name: `Person ${person}`, departmentId: 'press-shop' };
  const made = await world.api.send<{ id: string }>('clerk', 'POST', '/persons', body);
  if (made.status !== 201) throw new Error(JSON.stringify(made.body));
  ids.push(made.body.id);
  await world.bind(made.body.id, badgeOf(person));
  await world.agree(made.body.id);
}
note(`${people} people with a badge agreed`);

/** Each position lies on the way of its person: x says whose it is. */
const placeOf = (person: number): [number, number] => [1 + person * 0.5, 5];
const personAt = (x: number) => Math.round((x - 1) / 0.5);
const sent: Measured[] = [];
const forbidden: Forbidden[] = [];
const recorded: string[] = [];
const began = Date.now();
const ended = began + seconds * 1000;

async function send(person: number): Promise<void> {
  while (Date.now() < ended) {
    const at = Date.now();
    sent.push({ person, at });
    const timestamp_generated = new Date(at).toISOString();
    const position = { type: 'Point' as const, coordinates: placeOf(person) };
    await world.fix(badgeOf(person), { position, timestamp_generated });
    await wait(EVERY_MS);
  }
}

/** The handle that a worker last heard of a person. */
const handleOf = (person: number) =>
  world.heard.findLast(({ fix }) => personAt(fix.position[0]) === person)?.fix.handle;

/** A worker records a violation of the person by the handle that it knows. @returns its id; null while it knows none. */
async function record(person: number): Promise<string | null> {
  const handle = handleOf(person);
  if (handle === undefined) return null;
  const violation = ulid();
  const now = new Date().toISOString();
  const snapshot = testFile('image/jpeg');
  await world.worker.put(snapshot);
  const event = confirmedEvent(world.worker.name, snapshot, {
    violation,
    startedAt: now,
    confirmedAt: now,
    identity: { ...confirmedAs(handle), since: now },
  });
  const delivered: typeof event = { ...event, time: now };
  await world.worker.deliver(delivered);
  recorded.push(violation);
  return violation;
}

const personOf = async (violation: string) => {
  const path = `/violations/${violation}`;
  const { body } = await world.api.send<{
    identity: { person: object | null; candidates: { person: object | null }[] } | null;
  }>('operator', 'GET', path);
  const { identity } = body;
  return identity?.person ?? identity?.candidates.find((one) => one.person)?.person ?? null;
};

const stored: Measured[] = [];
/** The positions of people that the database has. */
const storedOf = (of: readonly number[]): Promise<Measured[]> =>
  world.database.transaction({ tenant: 'demo', user: null }, async (tx) => {
    const where = { providerId: { in: of.map(badgeOf) } };
    const select = { providerId: true, generatedAt: true } as const;
    return [
      ...(await tx.locationHistory.findMany({ where, select })),
      ...(await tx.locationLatest.findMany({ where, select })),
    ].map(({ providerId, generatedAt }) => ({
      person: Number(providerId.slice('consent-'.length)),
      at: generatedAt.getTime(),
    }));
  });

let named = 0;
let namedForbidden = 0;
async function decide(person: number): Promise<void> {
  for (const { purpose, agreedMs, withdrawnMs } of cyclesOf(values.seed, person, seconds)) {
    if (Date.now() + agreedMs + withdrawnMs > ended) return;
    await wait(agreedMs);
    const before = await record(person);
    if (before !== null && (await personOf(before)) !== null) named++;
    await world.consent(ids[person]!, purpose, 'withdrawn');
    const span: Forbidden = { person, purpose, from: Date.now(), until: Number.POSITIVE_INFINITY };
    forbidden.push(span);
    // The name of a violation that no one has judged goes with the consent.
    if (before !== null && (await personOf(before)) !== null) namedForbidden++;
    await record(person);
    await wait(Math.max(0, span.from + withdrawnMs - Date.now()));
    span.until = Date.now();
    // Looked at before the next agreement: a later withdrawal removes what is stored.
    stored.push(...(await storedOf([person])));
    await world.consent(ids[person]!, purpose, 'given');
  }
}

try {
  const everyone = ids.map((_, person) => person);
  await Promise.all([...everyone.map(send), ...everyone.map(decide)]);
  await wait(2_000);
  // Each was followed by a withdrawal, and a consent that is given again brings no name back.
  for (const violation of recorded) if ((await personOf(violation)) !== null) namedForbidden++;
  const told: Told[] = world.heard.map(({ fix, at }) => ({
    person: personAt(fix.position[0]),
    at: Date.parse(fix.at),
    heardAt: at,
  }));
  stored.push(...(await storedOf(everyone)));
  const score = scoreConsent({ began, ended, forbidden, sent, told, stored });
  const ok =
    score.publishedForbidden + score.storedForbidden + namedForbidden === 0 &&
    score.silenceWorstMs <= SILENCE_MS &&
    score.agreedTold >= LEAST_TOLD &&
    named > 0;
  tell({
    bench: 'consent',
    ok,
    figures: {
      people,
      withdrawals: forbidden.length,
      sent: sent.length,
      told: told.length,
      stored: stored.length,
      named,
      namedForbidden,
      ...score,
    },
    ratio: score.silenceWorstMs / SILENCE_MS,
    against: 'the silence of 1 s that a withdrawal promises',
  });
} finally {
  await world.stop();
}
