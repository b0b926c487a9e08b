import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { systemCaller } from '../../platform/access/caller.ts';
import type { DeviceCaller, RequestOrigin } from '../../platform/access/devices.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { remainingOf } from '../people/merged.ts';
import type { Matcher } from './decisions.ts';
import { publicDecision, publicReasons } from './reasons.ts';
import type { CheckAnswer, CheckRequest } from './schema.ts';

/** People about whom one system may ask in a minute. */
const PEOPLE_A_MINUTE = 600;
/** A clock may be behind by so long, ms. */
const PAST_MS = 5 * 60_000;
/** Work is planned so far ahead, ms. */
const AHEAD_MS = 92 * 86_400_000;

export type SystemChecks = ReturnType<typeof createSystemChecks>;

/** What outside systems, such as an MES, ask the matcher: of named people, at machines and in areas. */
export function createSystemChecks({
  units,
  matcher,
  tenant,
  peopleAMinute = PEOPLE_A_MINUTE,
}: {
  units: Units;
  matcher: Pick<Matcher, 'jobOfMachine' | 'jobOfArea' | 'decideFor'>;
  tenant: string;
  peopleAMinute?: number;
}) {
  const asked = new RateLimiterMemory({ points: peopleAMinute, duration: 60 });

  /** @throws Problem `match.too-many`: of a stolen secret, all numbers would be tried. */
  async function admit({ credential }: DeviceCaller, people: number): Promise<void> {
    await asked.consume(credential, people).catch((error: unknown) => {
      if (!(error instanceof RateLimiterRes)) throw error;
      const retryAfterSeconds = Math.max(1, Math.ceil(error.msBeforeNext / 1000));
      throw new Problem('match.too-many', undefined, { retryAfterSeconds });
    });
  }

  return {
    /**
     * Decides for each person as a machine or a door is told it; each decision is kept with the name of the system.
     * A number that no person has is told in its row, and the others are decided all the same.
     *
     * @throws Problem `match.too-many`, `match.target`, `match.time`, and that of an unknown place.
     */
    async check(
      device: DeviceCaller,
      { people, machine, area, at: given }: CheckRequest,
      { address, requestId }: Pick<RequestOrigin, 'address' | 'requestId'>,
    ): Promise<CheckAnswer> {
      const numbers = [...new Set(people)];
      await admit(device, numbers.length);
      if ((machine === undefined) === (area === undefined)) throw new Problem('match.target');
      const now = Date.now();
      const at = given === undefined ? new Date(now) : new Date(given);
      const ahead = at.getTime() - now;
      if (ahead < -PAST_MS || ahead > AHEAD_MS) throw new Problem('match.time');
      const caller = { ...systemCaller(tenant), address, requestId };
      return units.run(caller, async ({ tx }) => {
        const job =
          machine === undefined
            ? await matcher.jobOfArea(tx, area as string)
            : await matcher.jobOfMachine(tx, machine);
        const items: CheckAnswer['items'] = [];
        for (const employeeNo of numbers) {
          const person = await personOf(tx, employeeNo);
          if (person === null) {
            items.push(unknownPerson(employeeNo));
            continue;
          }
          const system = device.name ?? device.kind;
          const decided = await matcher.decideFor(tx, { person, job, system }, at);
          items.push({
            employeeNo,
            ...publicDecision(decided),
            reasons: publicReasons(decided.reasons),
            decisionId: decided.id,
          });
        }
        return { at: at.toISOString(), items };
      });
    },
  };
}

/** A wrong number is a fault of the asking system: it is told apart from a person who may not. */
const unknownPerson = (employeeNo: string): CheckAnswer['items'][number] => ({
  employeeNo,
  decision: 'hold',
  final: false,
  reasons: [
    {
      code: 'person-unknown',
      text: { zh: '没有人使用这个工号。', en: 'No person has this number.' },
    },
  ],
  decisionId: null,
});

/** Null where no person has the number. */
async function personOf(tx: Transaction, employeeNo: string): Promise<string | null> {
  const row = await tx.person.findFirst({ where: { employeeNo }, select: { id: true } });
  return row && remainingOf(tx, row.id);
}
