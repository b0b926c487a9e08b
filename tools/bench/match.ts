import { parseArgs } from 'node:util';
import { decide } from '../../api/src/modules/match/decide.ts';
import type { MatchPerson } from '../../api/src/modules/match/input.ts';
import { shippedRules } from '../../api/src/platform/rules/law/shipped.ts';
import type { RuleBook } from '../../api/src/platform/rules/types.ts';
import type { MatchCase } from './match/base.ts';
import { matchCases } from './match/cases.ts';
import { MatchDataError, readMatchData } from './match/data.ts';
import { note, quantile, tell } from './result.ts';

/*
 * The matcher on cases with their answers, and its time with 10,000 people who hold 50,000 certificates.
 * Explained in docs/benches.md.
 */
const TARGET = { decisions: 1, codes: 0.98, p95Ms: 5 } as const;
const PEOPLE = 10_000;
const EACH = 5;

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
const ok = decisionShare >= TARGET.decisions && codeShare >= TARGET.codes && p95 < TARGET.p95Ms;
tell({
  bench: 'match',
  ok,
  figures: {
    cases: cases.length,
    decisions: decisionShare,
    codes: codeShare,
    people: PEOPLE,
    certificates: PEOPLE * EACH,
    p50Ms: quantile(times, 0.5),
    p95Ms: p95,
    worstMs: Math.max(...times),
  },
  ratio: codeShare,
  against: 'the answers of the cases: all decisions, 0.98 of the codes; p95 below 5 ms',
});
