import { isDeepStrictEqual } from 'node:util';
import type { EvidenceStatement } from '@anshi/contracts/evidence-signature';
import type { ReadLine } from '../../../platform/audit/attested-line.ts';
import type { PackedRecord, PackedSignature } from '../format.ts';
import type { Flaws } from './flaws.ts';

type Shown = PackedRecord['incident']['members'][number]['violation'];
type Part = PackedSignature['part'];

/** Paths of times, in the record and in what was signed. */
const times: Record<Part, [shown: string, signed: string][]> = {
  confirmed: [
    ['startedAt', 'startedAt'],
    ['confirmedAt', 'confirmedAt'],
    ['snapshot.takenAt', 'snapshot.takenAt'],
  ],
  ended: [['endedAt', 'endedAt']],
  clip: [
    ['clip.from', 'clip.from'],
    ['clip.to', 'clip.to'],
  ],
};
/** Other facts. Not who it was: handles were signed, which the API resolved, and later statements count. */
const facts: Record<Part, string[]> = {
  confirmed: [
    'rule',
    'ruleId',
    'item',
    'severity',
    'camera',
    'site',
    'zone',
    'line',
    'direction',
    'subject',
    'actor',
    'tracks',
    'box',
    'floor',
    'path',
    'arming',
    'confidence',
    'model',
    'snapshot.boxes',
    'snapshot.width',
    'snapshot.height',
  ],
  ended: [],
  clip: ['clip.durationSeconds', 'clip.partial'],
};

/** The record is written in the transaction of its line; more than this apart is another time. */
const RECORDED_WITHIN_MS = 600_000;

/** Compares what the record shows with what its worker signed. */
export function compareFacts(
  flaws: Flaws,
  place: string,
  shown: Shown,
  part: Part,
  { data }: EvidenceStatement,
): void {
  for (const [name, signedName] of times[part]) {
    const [mine, signed] = [at(shown, name), at(data, signedName)].map(instantOf);
    if (mine === signed) continue;
    const text = (time: unknown) => (typeof time === 'string' ? time : 'no time');
    flaws.add(
      're-dated',
      `${place}: ${name}`,
      `the record says ${text(at(shown, name))}, and ${text(at(data, signedName))} was signed`,
    );
  }
  for (const name of facts[part]) {
    const [mine, signed] = [at(shown, name) ?? null, at(data, name) ?? null];
    if (isDeepStrictEqual(mine, signed)) continue;
    const text = (value: unknown) => (JSON.stringify(value) ?? 'nothing').slice(0, 120);
    flaws.add(
      'changed',
      `${place}: ${name}`,
      `the record says ${text(mine)}, and ${text(signed)} was signed`,
    );
  }
}

/** When it was recorded is the time of the line that countersigns it. */
export function compareRecording(flaws: Flaws, place: string, shown: Shown, line: ReadLine): void {
  const recorded = instantOf(shown.recordedAt);
  if (recorded !== null && Math.abs(recorded - line.at) <= RECORDED_WITHIN_MS) return;
  const detail = `the record says ${String(shown.recordedAt)}, and the audit log ${new Date(line.at).toISOString()}`;
  flaws.add('re-dated', `${place}: recordedAt`, detail);
}

function at(value: unknown, path: string): unknown {
  let found = value;
  for (const name of path.split('.')) {
    if (found === null || typeof found !== 'object') return undefined;
    found = (found as Record<string, unknown>)[name];
  }
  return found;
}

const instantOf = (value: unknown): number | null =>
  typeof value === 'string' && Number.isFinite(Date.parse(value)) ? Date.parse(value) : null;
