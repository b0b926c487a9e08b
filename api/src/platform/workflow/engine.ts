import { tenantIn } from '../db/database.ts';
import type { Unit } from '../db/unit-of-work.ts';
import { handOver, reassign } from './assignment.ts';
import { actorWith, createCore, type EngineCore, type EngineParts } from './core.ts';
import type { WorkflowCase, Workflows } from './engine-types.ts';
import { possible } from './machine.ts';
import type { Assignment } from './recipients.ts';
import * as rows from './repository.ts';
import { prepareStart } from './start.ts';
import { fireStep } from './step.ts';

/** The engine's interface for the job and the editor, beyond that for modules. */
export interface WorkflowEngine extends Workflows, EngineCore {
  /** Assigns by the state's rules, or to given people, as a step of the history. */
  handOver(
    unit: Unit,
    row: rows.CaseRow,
    to: Assignment,
    note: string | null,
  ): Promise<WorkflowCase>;
}

/** The engine of all workflows; see engine-types.ts for its contract. */
export function createWorkflows(given: EngineParts): WorkflowEngine {
  const core = createCore(given);
  const { definitions } = core;
  return {
    ...core,
    seed(definition, { read, identify, noticeKind } = {}) {
      definitions.seed(definition, read, identify);
      if (noticeKind) core.noticeKinds.set(definition.id, noticeKind);
    },
    prepare: (unit, about) => prepareStart(core, unit, about),
    async start(unit, options) {
      const prepared = await prepareStart(core, unit, options);
      const { assigneeNames, transitions, ...found } = await prepared.begin(options);
      return found;
    },
    fire: (unit, request) => fireStep(core, unit, request),
    reassign: (unit, request) => reassign(core, unit, request),
    handOver: (unit, row, to, note) => handOver(core, unit, row, to, note),

    async find({ tx }, subject) {
      const row = await rows.findCase(tx, subject);
      return row && rows.showCase(row);
    },

    async findAll(tx, entity, ids) {
      const found = await rows.findCases(tx, entity, ids);
      return new Map(found.map((row) => [row.entityId, rows.showCase(row)]));
    },

    async available(unit, account, found) {
      const read = await rows.readForActing(unit.tx, found, account);
      if (!read || read.row.closedAt) return [];
      const { row, steps, accounts } = read;
      const { definition } = await definitions.at(
        unit.tx,
        unit.caller.tenant,
        row.definitionId,
        row.definitionVersion,
      );
      const at = rows.asMachineCase(row, steps);
      const actor = actorWith(account, row, accounts);
      return possible(definition, at, actor);
    },

    async history({ tx }, caseId) {
      return (await rows.findSteps(tx, caseId)).map(rows.showStep);
    },

    async definition(tx, id, version) {
      const tenant = tenantIn(tx);
      const stored =
        version === undefined
          ? await definitions.newest(tx, tenant, id)
          : await definitions.at(tx, tenant, id, version);
      return stored.definition;
    },
  };
}
