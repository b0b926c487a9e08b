import type { z } from 'zod';
import { type Account, actorOf } from '../../platform/access/account.ts';
import type { Caller } from '../../platform/access/caller.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { WorkflowTransition } from '../../platform/workflow/definition.ts';
import { recordService } from '../../platform/workflow/record.ts';
import { flowsOf } from '../../platform/workflow/record-columns.ts';
import type { ActionBody } from '../../platform/workflow/record-schema.ts';
import { takeStep } from './actions.ts';
import { HAZARD } from './flow.ts';
import {
  cameraShown,
  describeViolation,
  findOfViolation,
  visibleViolation,
} from './from-violation.ts';
import type { HazardParts } from './parts.ts';
import { type Report, type Taken, takeReport } from './report.ts';
import { countOpen, findHazard, findPage, type HazardRow, hazardOrders } from './rows.ts';
import type { Hazard, hazardPage, ListQuery } from './schema.ts';
import { historyView, showHazard } from './view.ts';
import { mayIdentify, maySee } from './visibility.ts';

type User = Caller & { account: Account };
export type HazardsService = ReturnType<typeof createHazardsService>;

/** User operations on hazards. */
export function createHazardsService(parts: HazardParts) {
  const { database, units, workflows } = parts;

  /** @throws Problem `hazard.unknown` also where it is not visible to the account. */
  async function visible(unit: Unit, account: Account, id: string): Promise<HazardRow> {
    const row = await findHazard(unit.tx, id);
    if (!row || !maySee(account, row)) throw new Problem('hazard.unknown');
    return row;
  }

  /** @param known possible steps, where already read. */
  async function show(
    unit: Unit,
    account: Account,
    row: HazardRow,
    known: WorkflowTransition[] | null = null,
  ): Promise<Hazard> {
    const flow = await workflows.definition(unit.tx, HAZARD, row.flowVersion);
    const transitions = known ?? (await workflows.available(unit, account, { id: row.caseId }));
    const pictures = await cameraShown(unit.tx, account, [row]);
    return showHazard(row, { account, flow, pictures, detail: { transitions } });
  }

  const answerWith =
    ({ account }: User) =>
    async (
      unit: Unit,
      { row, begun, transitions }: Taken,
    ): Promise<{ hazard: Hazard; again: boolean }> => ({
      hazard: await show(unit, account, row, transitions),
      again: begun === null,
    });

  /** Viewing the reporter of a hazard leaves an audit line. */
  async function noteView(unit: Unit, account: Account, row: HazardRow): Promise<void> {
    if (row.reporterId === account.id || !mayIdentify(account, row)) return;
    await unit.audit({ action: 'view', entity: HAZARD, id: row.id });
  }

  const record = recordService<HazardRow, ActionBody, Hazard>({
    definition: HAZARD,
    units,
    workflows,
    read: visible,
    show,
    act: (unit, _account, row, action) => takeStep(parts, unit, row, action),
    async history(unit, account, row) {
      await noteView(unit, account, row);
      return historyView(row, account);
    },
    assignable(account, row) {
      const all = { permission: 'hazard:rectify', department: null } as const;
      // A reviewer may assign anyone; a department its own people.
      if (account.permissions.has('hazard:review')) return all;
      return row.departmentId === null ? null : { ...all, department: row.departmentId };
    },
  });

  return {
    record,

    async report(caller: User, report: Report): Promise<{ hazard: Hazard; again: boolean }> {
      return takeReport(parts, caller, report, answerWith(caller));
    },

    list(account: Account, query: ListQuery): Promise<z.infer<typeof hazardPage>> {
      const order = hazardOrders[query.order];
      const after = order.after(query.cursor);
      return database.transaction(actorOf(account), async (tx) => {
        const [found, counts] = await Promise.all([
          findPage(tx, account, query, after),
          after ? null : countOpen(tx, account),
        ]);
        const { rows: page, next } = order.page(found, query.limit);
        const flows = await flowsOf(workflows, tx, HAZARD, page);
        const pictures = await cameraShown(tx, account, page);
        return {
          items: page.map((row) =>
            showHazard(row, { account, pictures, flow: flows.get(row.flowVersion)! }),
          ),
          next,
          ...(counts ? { counts } : {}),
        };
      });
    },

    get(caller: User, id: string): Promise<Hazard> {
      return units.run(caller, async (unit) => {
        const subject = { entity: HAZARD, id };
        // Pipelined; without access, nothing is revealed.
        const [row, transitions] = await Promise.all([
          visible(unit, caller.account, id),
          workflows.available(unit, caller.account, { subject }),
        ]);
        await noteView(unit, caller.account, row);
        return show(unit, caller.account, row, transitions);
      });
    },

    /**
     * Makes a hazard of a confirmed violation. Idempotent, also for several users.
     *
     * @throws Problem `violation.unknown`, `violation.not-confirmed`
     */
    async fromViolation(
      caller: User,
      violationId: string,
    ): Promise<{ hazard: Hazard; again: boolean }> {
      const known = await units.run(caller, async ({ tx }) => {
        await visibleViolation(tx, caller.account, violationId);
        return findOfViolation(tx, violationId);
      });
      if (known) return { hazard: await showLinked(caller, known), again: true };
      const report = await units.run(caller, ({ tx }) =>
        describeViolation(tx, parts, caller.account, violationId),
      );
      try {
        return await takeReport(parts, caller, report, answerWith(caller));
      } catch (error) {
        // Concurrent requests for the same violation.
        const other = await units.run(caller, ({ tx }) => findOfViolation(tx, violationId));
        if (!other) throw error;
        return { hazard: await showLinked(caller, other), again: true };
      }
    },
  };

  /** Without access to the hazard, only its existence is reported. */
  function showLinked(caller: User, row: HazardRow): Promise<Hazard> {
    if (!maySee(caller.account, row)) {
      throw new Problem(
        'hazard.exists',
        'The violation is a hazard already; someone else reported it.',
      );
    }
    return units.run(caller, (unit) => show(unit, caller.account, row));
  }
}
