import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { decide } from '../../api/src/modules/match/decide.ts';
import type { MatchPerson } from '../../api/src/modules/match/input.ts';
import { shippedRules } from '../../api/src/platform/rules/law/shipped.ts';
import type { RuleBook } from '../../api/src/platform/rules/types.ts';
import type { MatchCase } from './match/base.ts';
import { matchCases } from './match/cases.ts';
import { MatchDataError, readMatchData } from './match/data.ts';
import { measureService } from './match/service.ts';
import { inOwnFolder } from './plant-folder.ts';
import { note, quantile, tell } from './result.ts';
import { TARGETS } from './targets.ts';

/*
 * The matcher on cases with their answers, its time with 10,000 people who hold 50,000 certificates, and that of the
 * service, which reads as many from the database. Explained in docs/benches.md.
 */
const TARGET = { decisions: 1, codes: 0.98 } as const;
const PEOPLE = 10_000;
const EACH = 5;

/** Questions to the service: about one person, and about all candidates. */
const SINGLES = 400;
const RANKINGS = 20;

const { values } = parseArgs({ options: { data: { type: 'string' } } });

const bookOf = ({ timeZone, overrides }: MatchCase): RuleBook => ({
  rules: shippedRules,
  overrides: overrides ?? [],
  timeZone: timeZone ?? 'Asia/Shanghai',
});

let cases: readonly MatchCase[];
try {
  cases = values.data === undefined ? matchCases : readMatchData(values.data);
  if (cases.length === 0) throw new MatchDataError(`${values.data}/cases.jsonl has no case`);
} catch (error) {
  if (!(error instanceof MatchDataError)) throw error;
  console.error(error.message);
  process.exit(2);
}

let [right, sameCodes] = [0, 0];
for (const one of cases) {
  const match = decide(one.person, one.job, new Date(one.at), bookOf(one));
  const codes = match.reasons.map(({ code }) => code as string);
  const isSame = String([...new Set(codes)].sort()) === String([...new Set(one.codes)].sort());
  if (match.decision === one.decision) right++;
  if (isSame) sameCodes++;
  if (match.decision !== one.decision || !isSame) {
    note(
      `${one.id}: ${match.decision} [${codes.join(' ')}], due ${one.decision} [${one.codes.join(' ')}]`,
    );
  }
}

/** People like those of the cases, each with several certificates. */
const sample = cases.map(({ person }) => person);
const crowd = Array.from({ length: PEOPLE }, (_, n): MatchPerson => {
  const person = sample[n % sample.length] as MatchPerson;
  const certificates = Array.from({ length: EACH }, (_, i) => {
    const own = person.certificates[i] ?? matchCases[0]?.person.certificates[0];
    return { ...(own as MatchPerson['certificates'][number]), id: `c-${n}-${i}` };
  });
  return { ...person, certificates };
});
const times = crowd.map((person, n) => {
  const { job, at, ...one } = cases[n % cases.length] as MatchCase;
  const book = bookOf({ job, at, ...one });
  const began = performance.now();
  decide(person, job, new Date(at), book);
  return performance.now() - began;
});
const p95 = quantile(times, 0.95);

const [decisionShare, codeShare] = [right / cases.length, sameCodes / cases.length];
const isRight = decisionShare >= TARGET.decisions && codeShare >= TARGET.codes;

await inOwnFolder('match', async (folder, register) => {
  const service = await measureService({
    dataDir: join(folder, 'data'),
    people: PEOPLE,
    singles: SINGLES,
    rankings: RANKINGS,
    register,
  });
  const [oneP95, rankedP95, besideP95] = [
    quantile(service.one, 0.95),
    quantile(service.ranked, 0.95),
    quantile(service.beside, 0.95),
  ];
  const isSoon =
    p95 < TARGETS.matchP95Ms &&
    oneP95 <= TARGETS.matchServiceP95Ms &&
    rankedP95 <= TARGETS.matchRankedP95Ms &&
    besideP95 <= TARGETS.matchBesideP95Ms;
  tell({
    bench: 'match',
    ok: isRight && isSoon && service.candidates >= PEOPLE,
    figures: {
      cases: cases.length,
      decisions: decisionShare,
      codes: codeShare,
      people: PEOPLE,
      certificates: PEOPLE * EACH,
      p50Ms: quantile(times, 0.5),
      p95Ms: p95,
      worstMs: Math.max(...times),
      serviceP50Ms: quantile(service.one, 0.5),
      serviceP95Ms: oneP95,
      candidates: service.candidates,
      rankedP50Ms: quantile(service.ranked, 0.5),
      rankedP95Ms: rankedP95,
      rankedCpuMs: service.rankedCpu,
      besideP50Ms: quantile(service.beside, 0.5),
      besideP95Ms: besideP95,
    },
    ratio: codeShare,
    against: 'the answers of the cases: all decisions, 0.98 of the codes',
  });
});
