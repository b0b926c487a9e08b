import { Plant } from '../../plant/plant.ts';
import { cpuSeconds, cpuSecondsWithChildren } from '../cpu.ts';
import { fillPeople } from '../gates/fill.ts';
import { tokenOf } from '../plant-users.ts';
import { note, quantile } from '../result.ts';

/** The machine of the demonstration that asks for a special-work certificate, a medical check and no post. */
const MACHINE = 'welder-1';
/** Questions about all candidates beside which others are asked. */
const BESIDE_ROUNDS = 5;
/** Requests that prepare statements and caches. */
const WARM_UP = 30;

/** What the service took, ms. */
export interface ServiceTimes {
  /** One named person: facts, decision and the kept decision, from request to answer. */
  one: number[];
  /** All candidates of a job, from request to answer. */
  ranked: number[];
  /** CPU of API and database for one of these: it does not depend on what else the machine does. */
  rankedCpu: number;
  /** Another question (one named person) that was asked while candidates were ranked. */
  beside: number[];
  /** Candidates of the answers. */
  candidates: number;
}

/** The nth person of {@link fillPeople}. */
const personOf = (n: number): string => `01KC${String(n).padStart(22, '0')}`;

/**
 * Asks the API of a plant of its own about people who hold five qualifications each, one question after the other.
 *
 * @param options.register gets the plant, so that it is stopped after an error, too.
 * @param options.singles questions about one person, each about another one.
 * @param options.rankings questions about all candidates.
 * @throws Error with the answer where a question is refused.
 */
export async function measureService(options: {
  dataDir: string;
  people: number;
  singles: number;
  rankings: number;
  register(plant: Plant): void;
}): Promise<ServiceTimes> {
  const { dataDir, people, singles, rankings } = options;
  const plant = await Plant.create({
    dataDir,
    parts: ['database', 'broker', 'api'],
    env: { all: { ANSHI_LOG_LEVEL: 'warn' } },
  });
  options.register(plant);
  await plant.start();
  await fillPeople(plant.databaseUrls.admin ?? '', people);
  note(`${people} people with ${people * 5} qualifications are written`);
  const token = await tokenOf(plant, 'safety');

  const ask = async (body: object) => {
    const began = performance.now();
    const answer = await fetch(`${plant.url}/api/v1/match`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ machine: MACHINE, ...body }),
    });
    const text = await answer.text();
    const ms = performance.now() - began;
    if (!answer.ok) throw new Error(`match: ${answer.status} ${text}`);
    return { ms, text };
  };
  let turn = 0;
  // A prime, so that neighbours in the table are not asked one after the other.
  const askOne = async () => (await ask({ people: [personOf(1 + ((turn++ * 7919) % people))] })).ms;

  for (let n = 0; n < WARM_UP; n++) await askOne();
  const one: number[] = [];
  for (let n = 0; n < singles; n++) one.push(await askOne());

  const askAll = async () => {
    const { ms, text } = await ask({});
    const { counts } = JSON.parse(text) as { counts: Record<string, number> };
    return { ms, candidates: Object.values(counts).reduce((sum, count) => sum + count, 0) };
  };
  const cpu = () =>
    cpuSeconds(plant.pid('api') ?? 0) + cpuSecondsWithChildren(plant.pid('database') ?? 0);
  // The warm-up.
  const { candidates } = await askAll();
  await askAll();
  const before = cpu();
  const ranked: number[] = [];
  for (let n = 0; n < rankings; n++) ranked.push((await askAll()).ms);
  const rankedCpu = (1000 * (cpu() - before)) / rankings;

  const beside: number[] = [];
  for (let n = 0; n < BESIDE_ROUNDS; n++) {
    let done = false;
    const answer = askAll().finally(() => {
      done = true;
    });
    while (!done) beside.push(await askOne());
    await answer;
  }
  note(
    `service: one person p95 ${quantile(one, 0.95).toFixed(1)} ms, ${candidates} candidates p95 ${quantile(ranked, 0.95).toFixed(0)} ms`,
  );
  return { one, ranked, rankedCpu, beside, candidates };
}
