import { createHash } from 'node:crypto';
import { addSpan, dayOf, type Span } from './civil.ts';
import type { DaysFile, ObligationEntry, ObligationEvent, ObligationSet } from './data.ts';
import { tellTruth } from './truth.ts';

/*
 * A set with its truth: leap days, ends of months, zones with another time in summer, days without a
 * process, intervals from the last time beside fixed ones, renewals, corrections, rules of law.
 */

const DAY_MS = 86_400_000;
const ZONES = [
  'Asia/Shanghai',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'UTC',
];
const START = Date.parse('2027-10-01T01:00:00Z');
const END = Date.parse('2029-01-31T00:00:00Z');
/** First and last day on which nothing ran: 9 days over the leap day, the changes of the clock. */
const OFF = [
  ['2028-02-24', '2028-03-03'],
  ['2028-03-25', '2028-03-27'],
  ['2027-11-06', '2027-11-08'],
  ['2028-12-29', '2029-01-02'],
] as const;

/** Numbers in [0, 1) that follow from a text. */
function randomOf(seed: string): () => number {
  let state = createHash('sha256').update(seed).digest().readUInt32LE();
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Runs of the job, once a day, with days off. */
function runsOf(random: () => number): string[] {
  const runs: string[] = [];
  for (let at = Date.parse('2027-10-01T23:10:00Z'); at < END; at += DAY_MS) {
    const day = new Date(at).toISOString().slice(0, 10);
    const isOff = OFF.some(([first, last]) => day >= first && day <= last);
    if (!isOff && random() > 0.03) runs.push(new Date(at).toISOString());
  }
  return runs;
}

/** What each set holds, whatever its seed. */
const fixed = (): ObligationEntry[] => {
  const years: Span = { n: 1, unit: 'years' };
  const month: Span = { n: 1, unit: 'months' };
  return [
    { id: 'leap-yearly', by: 'fixed', from: '2024-02-29', every: years },
    { id: 'leap-done', by: 'done', from: '2024-02-29', every: { n: 4, unit: 'years' } },
    { id: 'leap-day', by: 'date', on: '2028-02-29', basis: 'A', lead: { n: 60, unit: 'days' } },
    { id: 'month-end', by: 'fixed', from: '2027-08-31', every: month },
    { id: 'month-end-lead', by: 'fixed', from: '2027-08-31', every: month, lead: month },
    { id: 'leap-from', by: 'fixed', from: '2028-02-29', atFrom: true, every: years },
    { id: 'month-end-from', by: 'fixed', from: '2027-12-31', atFrom: true, every: month },
    { id: 'half-year', by: 'fixed', from: '2027-08-31', every: { n: 6, unit: 'months' } },
    { id: 'weekly', by: 'fixed', from: '2027-09-30', every: { n: 1, unit: 'weeks' } },
    ...ZONES.map(
      (zone): ObligationEntry => ({
        id: `daily-${zone.toLowerCase().replace('/', '-')}`,
        by: 'fixed',
        from: '2027-09-30',
        every: { n: 1, unit: 'days' },
        zone,
      }),
    ),
    {
      id: 'review-old-terms',
      by: 'done',
      from: '2026-05-31',
      every: { rule: 'special-work-review-interval', issuedOn: '2026-05-31' },
    },
    {
      id: 'review-not-known',
      by: 'done',
      from: '2026-06-01',
      every: { rule: 'special-work-review-interval', issuedOn: '2026-06-01' },
    },
    { id: 'forklift', by: 'done', from: '2026-02-28', every: { rule: 'equipment-forklift' } },
  ];
};

/** @param count of obligations, at least 100. */
export function generateSet(seed: string, count: number): ObligationSet {
  const random = randomOf(seed);
  const pick = <Item>(items: readonly Item[]): Item =>
    items[Math.floor(random() * items.length)] as Item;
  const runs = runsOf(random);
  const events: ObligationEvent[] = [];
  const zone = 'Asia/Shanghai';
  const dayAt = (at: number) => dayOf(at, zone);
  const between = (from: number, to: number) => Math.floor(from + random() * (to - from));
  const eventAt = () => between(START + DAY_MS, END - DAY_MS);
  const say = (id: string, at: number, more: Omit<ObligationEvent, 'at' | 'id'>) =>
    events.push({ at: new Date(at).toISOString(), id, ...more });

  function one(n: number): ObligationEntry {
    const id = `o-${n}`;
    const place = random() < 0.4 ? { zone: pick(ZONES) } : {};
    const lead = pick<Span | undefined>([
      undefined,
      { n: 60, unit: 'days' },
      { n: 30, unit: 'days' },
      { n: 1, unit: 'months' },
    ]);
    const base = { id, ...place, ...(lead ? { lead } : {}) };
    const share = random();
    if (share < 0.45) {
      const on = dayAt(between(START - 20 * DAY_MS, END + 40 * DAY_MS));
      const what = random();
      const at = eventAt();
      if (what < 0.35) say(id, at, { set: { on: addSpan(on, pick(RENEWED)), basis: 'B' } });
      else if (what < 0.45) say(id, at, { set: { on: addSpan(on, pick(CORRECTED)) } });
      else if (what < 0.5) say(id, at, { closed: pick(['retired', 'left', 'out-of-use']) });
      else if (what < 0.55) {
        say(id, at, { closed: 'out-of-use' });
        say(id, between(at + DAY_MS, END), { closed: null });
      } else if (what < 0.62) say(id, at, { set: { done: { on: dayAt(at) } } });
      return { ...base, by: 'date', on, basis: 'A' };
    }
    const from = dayAt(between(START - 300 * DAY_MS, START));
    if (share < 0.93) {
      const by = share < 0.68 ? 'fixed' : 'done';
      const times = between(0, 4);
      const at = Array.from({ length: times }, eventAt).sort((a, b) => a - b);
      for (const [k, when] of at.entries()) {
        say(id, when, { set: { done: { on: dayAt(when), evidence: `${id}-${k}` } } });
      }
      if (random() < 0.1) say(id, eventAt(), { set: { every: pick(INTERVALS) } });
      return { ...base, by, from, every: pick(INTERVALS) };
    }
    if (share < 0.97) {
      let reading = 0;
      for (const at of Array.from({ length: 6 }, eventAt).sort((a, b) => a - b)) {
        reading += between(50, 250);
        const isDone = random() < 0.2;
        say(id, at, {
          set: { reading, readOn: dayAt(at), ...(isDone ? { base: reading } : {}) },
        });
      }
      return {
        id,
        ...place,
        by: 'meter',
        every: 500,
        leadReading: 60,
        base: 0,
        reading: 0,
        readOn: dayAt(START),
      };
    }
    const [begins, ends] = [eventAt(), eventAt()].sort((a, b) => a - b) as [number, number];
    say(id, begins, { set: { since: dayAt(begins) } });
    if (random() < 0.6) say(id, ends + 1, { set: { since: null } });
    return { id, ...place, by: 'condition', since: null, within: { n: 30, unit: 'days' } };
  }

  const special = fixed();
  const obligations = [
    ...special,
    ...Array.from({ length: Math.max(0, count - special.length) }, (_, n) => one(n)),
  ];
  events.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const file = { zone, obligations };
  const days: DaysFile = { start: new Date(START).toISOString(), runs, events };
  return { obligations: file, days, truth: tellTruth(file, days) };
}

const RENEWED: readonly Span[] = [
  { n: 1, unit: 'years' },
  { n: 6, unit: 'years' },
];
const CORRECTED: readonly Span[] = [
  { n: -3, unit: 'days' },
  { n: 2, unit: 'months' },
];
const INTERVALS: readonly Span[] = [
  { n: 1, unit: 'years' },
  { n: 1, unit: 'years' },
  { n: 2, unit: 'years' },
  { n: 180, unit: 'days' },
  { n: 6, unit: 'months' },
  { n: 3, unit: 'months' },
];
