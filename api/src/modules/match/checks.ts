import { shifted, type TermUnit, termEnd } from '../../platform/rules/term-end.ts';
import type { RuleUnit } from '../../platform/rules/types.ts';
import { laterOf, type MatchClock } from './clock.ts';
import {
  type CertificateKind,
  type HeldCertificate,
  type MatchJob,
  type MatchPerson,
  tradesAsked,
} from './input.ts';
import { type Reason, type ReasonCode, reasonForms } from './reasons.ts';

/** Reasons against, in the order of the checks. */
export type Findings = Reason[];

const reason = (
  code: ReasonCode,
  about: string | null = null,
  record: string | null = null,
  final = false,
): Reason => ({ code, decision: reasonForms[code].decision, about, record, final });

/** Whether the person is admitted, of the right kind and of the right age. */
export function checkPerson(person: MatchPerson, job: MatchJob, clock: MatchClock): Findings {
  const found: Findings = [];
  // Every period is asked, so that the clock knows when the next one begins.
  if (person.admitted.filter((one) => clock.isIn(one)).length === 0) {
    found.push(reason('not-admitted', null, null, true));
  }
  found.push(...checkVisit(person, job, clock), ...checkSupplier(person, clock));
  if (job.kinds.length > 0 && !job.kinds.includes(person.kind)) {
    found.push(reason('kind-not-allowed', person.kind));
  }
  if (job.leastAge !== null) {
    if (person.bornOn === null) found.push(reason('age-unknown'));
    else if (!clock.hasBegun(shifted(person.bornOn, job.leastAge, 'years'))) {
      found.push(reason('age-below', String(job.leastAge), null, true));
    }
  }
  if (job.posts.length > 0) {
    const held = person.posts.filter(({ post }) => job.posts.includes(post));
    if (held.filter((one) => clock.isIn(one)).length === 0) {
      found.push(reason('other-post', job.posts.join(' ')));
    }
  }
  return found;
}

/** A visitor is admitted from arrival to leaving, and to the areas of the visit; some of them with an escort only. */
function checkVisit({ visits }: MatchPerson, job: MatchJob, clock: MatchClock): Findings {
  if (visits === undefined) return [];
  // Every visit is asked, so that the clock knows when the next one begins.
  const current = visits.filter((one) => clock.isIn(one));
  if (current.length === 0) return [reason('not-on-visit', null, null, true)];
  if (job.area === null) return [];
  const own = current.flatMap(({ areas }) => areas).filter(({ area }) => area === job.area);
  if (own.length === 0) return [reason('area-not-of-visit', job.area)];
  return own.every(({ escorted }) => escorted) ? [reason('escort-needed', job.area)] : [];
}

/** A contractor is admitted while the supplier is approved and its contract lasts. */
function checkSupplier({ supplier }: MatchPerson, clock: MatchClock): Findings {
  if (supplier === undefined) return [];
  const { id, status, until } = supplier;
  const found: Findings = [];
  if (status === 'blocked') found.push(reason('supplier-blocked', id, id, true));
  else if (status !== 'approved') found.push(reason('supplier-not-approved', id, id));
  if (until !== null && clock.isOver(until)) found.push(reason('contract-over', id, id, true));
  return found;
}

/** What is wrong with a certificate at the instant; null where it counts. */
function faultOf(one: HeldCertificate, clock: MatchClock): ReasonCode | null {
  const revoked = one.revokedAt !== null && clock.isPast(one.revokedAt);
  const suspended = one.suspended.filter((period) => clock.isIn(period)).length > 0;
  const checked = one.checkedAt !== null && clock.isPast(one.checkedAt);
  const begun = clock.hasBegun(one.validFrom ?? one.issuedOn);
  const last = lastDayOf(one, clock);
  const over = last !== null && clock.isOver(last);
  const review = reviewDayOf(one, clock);
  const overdue = review !== null && clock.isOver(review);
  if (revoked) return 'certificate-revoked';
  if (!checked) return 'certificate-unchecked';
  if (suspended) return 'certificate-suspended';
  if (last === null && one.endless !== true) return 'certificate-end-unknown';
  if (over) return 'certificate-over';
  if (overdue) return 'review-overdue';
  return begun ? null : 'certificate-not-yet';
}

/**
 * The last day of a certificate: the printed one; a shorter term that the company set counts before it. Without a
 * printed day the term of the rule counts, and where that is not known there is none.
 */
function lastDayOf(one: HeldCertificate, clock: MatchClock): string | null {
  if (one.kind !== 'special-work') return one.validUntil;
  const { state, value } = clock.rule('special-work-validity', { issuedOn: one.issuedOn });
  if (value?.kind !== 'amount') return one.validUntil;
  const from = one.validFrom ?? one.issuedOn;
  const computed = termEnd(from, value.amount, unitOf(value.unit));
  if (one.validUntil === null) return computed;
  return state === 'override' && computed < one.validUntil ? computed : one.validUntil;
}

/** The last day for the review: the printed one, else by the rule; null where none is due. */
function reviewDayOf(one: HeldCertificate, clock: MatchClock): string | null {
  if (one.kind !== 'special-work') return one.reviewBy;
  const id = one.reviewExtended
    ? 'special-work-review-interval-extended'
    : 'special-work-review-interval';
  const { state, value } = clock.rule(id, { issuedOn: one.issuedOn });
  if (value?.kind !== 'amount') return one.reviewBy;
  const from = one.reviewedOn ?? one.validFrom ?? one.issuedOn;
  const computed = termEnd(from, value.amount, unitOf(value.unit));
  if (one.reviewBy === null) return computed;
  return state === 'override' && computed < one.reviewBy ? computed : one.reviewBy;
}

/** The unit of a term; one in hours or times is no term of a certificate. */
function unitOf(unit: RuleUnit): TermUnit {
  if (unit === 'days' || unit === 'months' || unit === 'years') return unit;
  throw new RangeError(`a term of a certificate in ${unit}`);
}

/** The faults from the one that is nearest to a certificate that counts. */
const nearness: readonly ReasonCode[] = [
  'certificate-not-yet',
  'certificate-suspended',
  'certificate-unchecked',
  'review-overdue',
  'certificate-over',
  'certificate-end-unknown',
  'certificate-revoked',
];

/** Certificates, with what the law asks of their holders: work in the trade, and no repeated violations. */
export function checkCertificates(person: MatchPerson, job: MatchJob, clock: MatchClock): Findings {
  return job.certificates.flatMap(({ kind, category }) => {
    const ofKind = person.certificates.filter((one) => one.kind === kind);
    const own = ofKind.filter((one) => one.category === category);
    if (own.length === 0) {
      const code = ofKind.length > 0 ? 'certificate-other-category' : 'certificate-missing';
      return [reason(code, category, null, isFinal(kind))];
    }
    const judged = own.map((one) => ({ one, fault: faultOf(one, clock) }));
    const good = judged.filter(({ fault }) => fault === null).map(({ one }) => one);
    if (good.length === 0) {
      const rank = (fault: ReasonCode | null) => nearness.indexOf(fault as ReasonCode);
      const [first] = judged.sort(
        (a, b) => rank(a.fault) - rank(b.fault) || (a.one.id < b.one.id ? -1 : 1),
      );
      const { one, fault } = first as (typeof judged)[number];
      return [reason(fault as ReasonCode, category, one.id, isFinal(kind))];
    }
    if (kind !== 'special-work') return [];
    // One certificate without such a fault is enough.
    const ways = good.map((one) => [
      ...checkAbsence(person, one, clock),
      ...checkViolations(person, one, clock),
    ]);
    return ways.sort((a, b) => a.length - b.length)[0] ?? [];
  });
}

const isFinal = (kind: CertificateKind) => kind !== 'guardian';

/** Who was off the trade for too long passes the practical test before working in it again. */
function checkAbsence(person: MatchPerson, one: HeldCertificate, clock: MatchClock): Findings {
  const isShown = isOff(person, one, clock) && !person.unrecorded?.includes(one.category);
  return isShown ? [reason('retest-needed', one.category, one.id, true)] : [];
}

/** No work in the trade is known for longer than the rule allows. */
function isOff(person: MatchPerson, one: HeldCertificate, clock: MatchClock): boolean {
  const { value } = clock.rule('special-work-leave-retest', { issuedOn: one.issuedOn });
  const worked = lastDay(person.worked, one.category, clock);
  // Where work was never recorded nothing is known of an absence.
  if (value?.kind !== 'amount' || worked === null) return false;
  const tested = lastDay(person.retests, one.category, clock);
  const since = [worked, tested ?? worked, one.issuedOn].reduce(laterOf);
  return clock.hasBegun(shifted(since, value.amount, unitOf(value.unit)));
}

/** Trades in which the person may have been off for too long, as not all work in them is recorded. */
export const possibleAbsences = (
  person: MatchPerson,
  job: MatchJob,
  clock: MatchClock,
): string[] => {
  const asked = new Set(tradesAsked(job).filter((one) => person.unrecorded?.includes(one)));
  return [...asked].filter((trade) => {
    const own = person.certificates.filter(
      (one) =>
        one.kind === 'special-work' && one.category === trade && faultOf(one, clock) === null,
    );
    return own.length > 0 && own.every((one) => isOff(person, one, clock));
  });
};

/** The last recorded day up to today. */
function lastDay(
  days: readonly { category: string; on: string }[],
  category: string,
  clock: MatchClock,
): string | null {
  return days
    .filter((one) => one.category === category && clock.hasBegun(one.on))
    .map(({ on }) => on)
    .reduce<string | null>((last, on) => (last === null ? on : laterOf(last, on)), null);
}

function checkViolations(person: MatchPerson, one: HeldCertificate, clock: MatchClock): Findings {
  const { value } = clock.rule('special-work-review-violations', { issuedOn: one.issuedOn });
  if (value?.kind !== 'amount') return [];
  const from = one.reviewedOn ?? one.validFrom ?? one.issuedOn;
  const since = person.violations.filter(
    ({ at, category }) =>
      category === one.category && clock.isPast(at) && clock.isOnOrAfter(at, from),
  );
  return since.length >= value.amount ? [reason('review-fails', one.category, one.id)] : [];
}

/** Skills of the company's list. */
export function checkSkills(person: MatchPerson, job: MatchJob, clock: MatchClock): Findings {
  return job.skills.flatMap(({ skill, level }) => {
    const own = person.skills.filter((one) => one.skill === skill);
    if (own.length === 0) return [reason('skill-missing', skill)];
    const valid = own.filter((one) => {
      const begun = clock.hasBegun(one.from);
      const over = one.until !== null && clock.isOver(one.until);
      const suspended = one.suspended.filter((period) => clock.isIn(period)).length > 0;
      return begun && !over && !suspended;
    });
    if (valid.length === 0) return [reason('skill-not-valid', skill)];
    return valid.some((one) => one.level >= level) ? [] : [reason('skill-level-low', skill)];
  });
}

/** Medical check and training. */
export function checkReadiness(person: MatchPerson, job: MatchJob, clock: MatchClock): Findings {
  const found: Findings = [];
  if (job.fitness || job.exposures.length > 0) {
    const begun = person.fitness.filter(({ on }) => clock.hasBegun(on));
    // The newest result counts: an older "fit" does not hide it.
    const newest = begun.reduce<MatchPerson['fitness'][number] | null>(
      (best, one) => (best === null || one.on >= best.on ? one : best),
      null,
    );
    const isOver = newest !== null && newest.until !== null && clock.isOver(newest.until);
    const suspended = newest?.suspended?.filter((period) => clock.isIn(period)) ?? [];
    if (newest === null || isOver || suspended.length > 0) {
      found.push(reason('fitness-missing'));
    } else if (
      newest.result === 'unfit' ||
      (newest.result === 'restricted' && job.exposures.some((one) => newest.notFor.includes(one)))
    ) {
      found.push(reason('not-fit', null, null, true));
    }
  }
  for (const course of job.trainings) {
    const passed = person.trainings.filter(
      (one) => one.course === course && clock.hasBegun(one.passedOn),
    );
    const valid = passed.filter(({ until }) => until === null || !clock.isOver(until));
    if (passed.length === 0) found.push(reason('training-missing', course));
    else if (valid.length === 0) found.push(reason('training-over', course));
  }
  return found;
}

/** Who did not pass a retraining in time is held at machines, after the days of grace of the rule. */
export function checkRetraining(person: MatchPerson, job: MatchJob, clock: MatchClock): Findings {
  // Reads the rule only for people with a retraining to do: rules kept with older decisions do not contain it.
  if (job.machine === null || person.retraining === undefined) return [];
  const { value } = clock.rule('retraining-machines-after');
  const grace = value?.kind === 'amount' ? value.amount : 0;
  return person.retraining
    .filter(({ until }) => clock.isOver(shifted(until, grace, 'days')))
    .map(({ id, course }) => reason('retraining-overdue', course, id));
}

/** A work permit that names the person, for this kind of work in this area. */
export function checkPermit(person: MatchPerson, job: MatchJob, clock: MatchClock): Findings {
  if (job.permit === null) return [];
  // A permit is for an area: a machine without an area in the register matches none.
  if (job.machine !== null && job.area === null) {
    return [reason('permit-missing', job.permit, null, true)];
  }
  const own = person.permits.filter(
    ({ kind, area }) => kind === job.permit && (job.area === null || area === job.area),
  );
  const judged = own.map((one) => {
    const closed = one.closedAt !== null && clock.isPast(one.closedAt);
    const over = clock.isPast(one.until);
    const begun = clock.isPast(one.from);
    const suspended = one.suspended.filter((period) => clock.isIn(period)).length > 0;
    const fault: ReasonCode | null =
      closed || over
        ? 'permit-over'
        : suspended
          ? 'permit-suspended'
          : begun
            ? null
            : 'permit-not-yet';
    return { one, fault };
  });
  if (judged.length === 0) return [reason('permit-missing', job.permit, null, true)];
  if (judged.some(({ fault }) => fault === null)) return [];
  const order: readonly ReasonCode[] = ['permit-suspended', 'permit-not-yet', 'permit-over'];
  for (const code of order) {
    const one = judged.find(({ fault }) => fault === code)?.one;
    if (one) return [reason(code, job.permit, one.id, true)];
  }
  return [];
}

/**
 * What the posts that work at the place ask: all of one that the person holds; of several the one with the
 * fewest and least severe faults. Who holds none of them is no operator of the place.
 */
export function checkByPost(person: MatchPerson, job: MatchJob, clock: MatchClock): Findings {
  if (job.byPost.length === 0) return [];
  // Every period is asked, so that the clock knows when the next one begins.
  const held = person.posts.filter((one) => clock.isIn(one)).map(({ post }) => post);
  const own = job.byPost.filter(({ post }) => held.includes(post));
  if (own.length === 0) return [reason('no-post-here')];
  const faults = own.map(({ certificates, skills, fitness, exposures = [], trainings = [] }) => {
    const asked = { ...job, certificates, skills, fitness, exposures, trainings };
    return [
      ...checkCertificates(person, asked, clock),
      ...checkSkills(person, asked, clock),
      ...checkReadiness(person, asked, clock),
    ];
  });
  const weight = (found: Findings) =>
    (found.some(({ decision }) => decision === 'deny') ? 1_000 : 0) + found.length;
  return faults.sort((a, b) => weight(a) - weight(b))[0] ?? [];
}

/** Hours on the machine. */
export function checkHours(person: MatchPerson, job: MatchJob): Findings {
  if (job.leastHours === null || job.machine === null) return [];
  const hours = person.operated
    .filter(({ machine }) => machine === job.machine)
    .reduce((sum, one) => sum + one.hours, 0);
  return hours < job.leastHours ? [reason('hours-too-few', job.machine)] : [];
}
