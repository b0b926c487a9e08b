import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { dropsOf, type Get, readerOf, truthsOf, watchClips } from './clip-plant.ts';
import { type NamedFinding, scoreNames } from './names-score.ts';
import { inOwnFolder } from './plant-folder.ts';
import { note, tell } from './result.ts';
import { TARGETS, targetOf } from './targets.ts';

/*
 * Names on the records of the rendered hall, through the whole plant: simulator with badges, RTSP, worker, broker, API. The
 * truth of the clips says who did it. Explained in docs/benches.md.
 */
const root = resolve(import.meta.dirname, '../..');
/** The people of the hall who agreed and wear a badge, by employee number: `people/demo.ts` of the API. */
const WEARERS = { W1: 'E006', W2: 'E011', W3: 'E012' };
const WITHIN_SECONDS = 10;

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '5' }, target: { type: 'string' } },
});
const minutes = Number(values.minutes);
if (!(minutes > 0 && minutes <= 240)) {
  console.error(`--minutes must be above 0 and at most 240, not "${values.minutes}"`);
  process.exit(2);
}
const target = targetOf(values.target, TARGETS.namedInTime);

interface Row {
  id: string;
  camera: string;
  ruleId: string;
  item: string | null;
  startedAt: string;
  confirmedAt: string;
  box: [number, number, number, number] | null;
  identity: { person: { id: string } | null } | null;
}

await inOwnFolder('names', async (folder, register) => {
  const rows = new Map<string, Row>();
  /** When each record was first read with a name, ms. */
  const namedAt = new Map<string, number>();
  const look = async (get: Get) => {
    const { items } = await get<{ items: Row[] }>('/api/v1/violations?limit=200');
    for (const row of items) {
      rows.set(row.id, row);
      if (row.identity?.person && !namedAt.has(row.id)) namedAt.set(row.id, Date.now());
    }
  };
  const { plant, cameras, begin, watched, loads } = await watchClips(folder, {
    given: join(root, 'cameras.yaml'),
    clips: join(root, 'simulator/clips'),
    minutes,
    register,
    each: look,
  });
  const get = await readerOf(plant);
  const truths = await truthsOf(plant, cameras, begin);
  const drops = await dropsOf(plant, cameras);
  const numbers = new Map<string, string>();
  for (const { identity } of rows.values()) {
    const id = identity?.person?.id;
    if (!id || numbers.has(id)) continue;
    const { employeeNo } = await get<{ employeeNo: string }>(`/api/v1/persons/${id}`);
    numbers.set(id, employeeNo);
  }
  await plant.stop();

  const seconds = (ms: number) => (ms - begin) / 1000;
  const findings = [...rows.values()].map(({ identity, startedAt, confirmedAt, ...row }) => {
    const at = namedAt.get(row.id);
    return {
      ...row,
      startedAt: seconds(Date.parse(startedAt)),
      confirmedAt: seconds(Date.parse(confirmedAt)),
      name: identity?.person ? (numbers.get(identity.person.id) ?? identity.person.id) : null,
      namedAt: at === undefined ? null : seconds(at),
    } satisfies NamedFinding;
  });
  const given = { watched, wearers: WEARERS, withinSeconds: WITHIN_SECONDS };
  const { notes, ...score } = scoreNames(findings, truths, given);
  for (const line of notes) note(line);
  const share = (part: number) => (score.due === 0 ? 0 : part / score.due);
  tell({
    bench: 'names',
    ok: score.wrong === 0 && score.due > 0 && share(score.inTime) >= target,
    figures: {
      ...score,
      inTimeShare: share(score.inTime),
      namedShare: share(score.named),
      minutes,
      dropsWorst: Math.max(0, ...drops),
      load: loads.reduce((sum, one) => sum + one, 0) / Math.max(1, loads.length),
    },
    ratio: share(score.inTime),
    against: 'a plant that names each record of who agreed and wears a badge within 10 s',
  });
});
