import type { z } from 'zod';
import type { Account } from '../../platform/access/account.ts';
import type { WorkflowDefinition, WorkflowTransition } from '../../platform/workflow/definition.ts';
import type { WorkflowStep } from '../../platform/workflow/engine-types.ts';
import type { FileRow, FindingRow, HazardRow } from './rows.ts';
import type { Hazard, hazardHistory, hazardTransition } from './schema.ts';
import { mayIdentify, maySeeEvidence } from './visibility.ts';

const UNNAMED = { zh: '（已删除）', en: '(removed)' };
const date = (text: string) => new Date(text).toISOString();

/** What a hazard is shown with. */
export interface Around {
  account: Account;
  flow: WorkflowDefinition;
  /** Where it is read by itself: what can be done, and who reported it. */
  detail?: { transitions: WorkflowTransition[] };
}

const showFinding = (row: FindingRow) => ({ ...row, at: date(row.at) });

function showFile(row: FileRow, position: number, named: boolean, findings: FindingRow[]) {
  const url = `/api/v1/files/${row.fileId}`;
  return {
    id: row.fileId,
    kind: row.kind,
    // A name that a phone or a person gave may tell who took it.
    name: named ? row.name : `${row.role}-${position + 1}`,
    role: row.role,
    takenAt: row.takenAt === null ? null : date(row.takenAt),
    width: row.width,
    height: row.height,
    url: `${url}/content`,
    previewUrl: row.kind === 'photo' ? `${url}/preview` : null,
    findings: findings.filter(({ fileId }) => fileId === row.fileId).map(showFinding),
  };
}

/** The picture of the camera stays where it is; whoever may see violations can open it. */
function showCamera(account: Account, violation: string | undefined) {
  if (!violation || !account.permissions.has('violation:read')) return [];
  const url = `/api/v1/violations/${violation}`;
  const rest = { role: 'camera', takenAt: null, width: null, height: null, findings: [] };
  return [
    {
      id: `${violation}-snapshot`,
      kind: 'photo',
      name: 'snapshot.jpg',
      url: `${url}/snapshot`,
      previewUrl: `${url}/snapshot`,
      ...rest,
    },
    {
      id: `${violation}-clip`,
      kind: 'video',
      name: 'clip.mp4',
      url: `${url}/clip`,
      previewUrl: null,
      ...rest,
    },
  ];
}

/** What an account may do with the record at this moment, as the app shows it. */
export const showTransition = (one: WorkflowTransition): z.infer<typeof hazardTransition> => ({
  id: one.id,
  name: one.name,
  to: one.to,
  fields: one.fields.map(({ id, name, type, required, choices }) => ({
    id,
    name,
    type,
    required,
    choices,
  })),
  evidence: one.evidence,
});

/** A hazard as this account may see it; who reported it is left out of lists for everyone else. */
export function showHazard(row: HazardRow, { account, flow, detail }: Around): Hazard {
  const identifies = mayIdentify(account, row);
  const isReporter = row.reporterId === account.id;
  const evidence = maySeeEvidence(account, row);
  const findings = identifies && !isReporter ? row.findings : [];
  const violation = row.links.find(({ entity }) => entity === 'violation')?.id;
  const names = new Map(row.assigneeNames.map((one) => [one.id, one.displayName]));
  const shown = {
    id: row.id,
    no: row.no,
    title: row.title,
    description: row.description,
    type: row.type,
    typeName: row.typeName ?? UNNAMED,
    level: row.level,
    suggestedLevel: row.suggestedLevel,
    source: row.source,
    site: row.site,
    area: row.areaId === null ? null : { id: row.areaId, name: row.areaName ?? UNNAMED },
    floorPlan: row.floorPlan,
    position: row.x === null || row.y === null ? null : [row.x, row.y],
    foundAt: row.foundAt.toISOString(),
    reportedAt: row.reportedAt.toISOString(),
    late: row.late,
    state: row.state,
    stateName: flow.states.find(({ id }) => id === row.state)?.name ?? UNNAMED,
    dueAt: row.dueAt?.toISOString() ?? null,
    overdue: row.closedAt === null && row.dueAt !== null && row.dueAt.getTime() < Date.now(),
    closedAt: row.closedAt?.toISOString() ?? null,
    outcome: row.outcome,
    version: row.version,
    department:
      row.departmentId === null
        ? null
        : { id: row.departmentId, name: row.departmentName ?? UNNAMED },
    // A report that was sent back is its reporter's turn: the list must not say who that is.
    assignees: row.assignees
      .filter((id) => id !== row.reporterId || isReporter || identifies)
      .map((id) => ({ id, displayName: names.get(id) ?? UNNAMED })),
    reporter:
      isReporter || (identifies && detail)
        ? { id: row.reporterId, displayName: row.reporterName }
        : null,
    files: evidence
      ? [
          ...row.files.map((file, position) =>
            showFile(file, position, identifies || isReporter, findings),
          ),
          ...showCamera(account, violation),
        ]
      : [],
    links: row.links,
    violationId: violation ?? null,
    findings: findings.map(showFinding),
    cost: row.cost === null ? null : Number(row.cost),
    details: row.details,
    transitions: detail?.transitions.map(showTransition) ?? [],
    redacted: !evidence,
  };
  // The columns hold what the schemas let through.
  return shown as Hazard;
}

/** The steps, without what would tell who reported it. */
export function showHistory(
  row: HazardRow,
  steps: WorkflowStep[],
  { account, flow }: Around,
): z.infer<typeof hazardHistory> {
  const knows = mayIdentify(account, row) || row.reporterId === account.id;
  const evidence = maySeeEvidence(account, row);
  const nameOf = <One extends { id: string; name: { zh: string; en: string } }>(
    list: One[],
    id: string | null,
  ) => list.find((one) => one.id === id)?.name ?? null;
  return {
    items: steps.map((step) => ({
      version: step.version,
      transition: step.transition,
      transitionName: nameOf(flow.transitions, step.transition),
      from: step.from,
      to: step.to,
      toName: nameOf(flow.states, step.to) ?? UNNAMED,
      by: step.by && (knows || step.by.id !== row.reporterId) ? step.by : null,
      at: step.at.toISOString(),
      fields: step.fields,
      files: evidence ? step.files : [],
      note: step.note,
    })),
  };
}
