import type { Prisma } from '../../generated/prisma/client.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { dayDate } from '../../platform/kit/schemas.ts';
import { plusDays } from '../../platform/obligations/schedule.ts';

export type StepKind = 'join' | 'move' | 'leave';
export type StepRow = Prisma.PersonStepModel;
/** A step as it is entered, with its day as `YYYY-MM-DD`. */
export type NewStep = { kind: StepKind; day: string } & Partial<Omit<StepRow, 'kind' | 'day'>>;

/** A step of a personnel system: joining, moving or leaving as a statement says it. */
export interface StatedStep {
  person: string | null;
  kind: StepKind;
  day: string;
  post: string | null;
  statement: string;
  system: string;
}

/** The day with whose begin a step acts: the last day of work is worked. */
export const actsOn = (kind: StepKind, day: string): string =>
  kind === 'leave' ? plusDays(day, 1) : day;

/** Whether a step acts at once, as its day has begun. */
export const isStepDue = (kind: StepKind, day: string, today: string): boolean =>
  actsOn(kind, day) <= today;

/** Writes a step that waits for its day. @returns its id. */
export async function writeStep(
  tx: Transaction,
  tenantId: string,
  { kind, day, ...more }: NewStep,
): Promise<string> {
  const id = newId();
  await tx.personStep.create({
    data: {
      ...more,
      tenantId,
      id,
      kind,
      day: dayDate(day) as Date,
      actsOn: dayDate(actsOn(kind, day)) as Date,
    },
  });
  return id;
}

/** Notes what became of a step. @returns false where it does not wait any more. */
export async function decideStep(
  tx: Transaction,
  id: string,
  state: 'done' | 'taken-back' | 'refused',
  problem: string | null = null,
): Promise<boolean> {
  const { count } = await tx.personStep.updateMany({
    where: { id, state: 'planned' },
    data: { state, problem, decidedAt: new Date() },
  });
  return count === 1;
}

/** What a statement of a personnel system plans follows its row. */
export const statedSteps = {
  /** The statement waits for its day. */
  async plan(unit: Unit, { person, statement, ...step }: StatedStep): Promise<void> {
    const { tx } = unit;
    const known = await tx.personStep.findFirst({ where: { statementId: statement } });
    if (!known) {
      await writeStep(tx, unit.caller.tenant, {
        ...step,
        personId: person,
        statementId: statement,
      });
      return;
    }
    await tx.personStep.updateMany({
      where: { id: known.id },
      data: { state: 'planned', problem: null, decidedAt: null, personId: person },
    });
  },

  /** The statements do not wait any more. */
  async end(
    tx: Transaction,
    statements: readonly string[],
    state: 'done' | 'taken-back' | 'refused',
    problem: string | null = null,
  ): Promise<void> {
    await tx.personStep.updateMany({
      where: { statementId: { in: [...statements] }, state: 'planned' },
      data: { state, problem, decidedAt: new Date() },
    });
  },
};
export type StatedSteps = typeof statedSteps;

/** What people planned for one who has left is void; a personnel system says by itself what follows. */
export async function endStepsOfLeaver(tx: Transaction, person: string): Promise<void> {
  await tx.personStep.updateMany({
    where: { personId: person, state: 'planned', statementId: null },
    data: { state: 'refused', problem: 'person.left', decidedAt: new Date() },
  });
}
