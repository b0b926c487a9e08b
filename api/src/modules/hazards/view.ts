import type { Account } from '../../platform/access/account.ts';
import type { WorkflowDefinition, WorkflowTransition } from '../../platform/workflow/definition.ts';
import type { StepFile } from '../../platform/workflow/record-schema.ts';
import {
  type HistoryView,
  REMOVED,
  showCase,
  showTransition,
} from '../../platform/workflow/record-view.ts';
import type { FileRow, FindingRow, HazardRow } from './rows.ts';
import type { Hazard } from './schema.ts';
import { mayIdentify, maySeeEvidence } from './visibility.ts';

type HazardFile = Hazard['files'][number];

const date = (text: string) => new Date(text).toISOString();

/** The data shown with a hazard. */
export interface Around {
  account: Account;
  flow: WorkflowDefinition;
  /** The violations whose picture the account may see; see `cameraShown`. */
  pictures: ReadonlySet<string>;
  /** For a single record: possible steps, and the reporter. */
  detail?: { transitions: WorkflowTransition[] };
}

const showFinding = (row: FindingRow) => ({ ...row, at: date(row.at) });

function showFile(
  row: FileRow,
  position: number,
  named: boolean,
  findings: FindingRow[],
): HazardFile {
  const url = `/api/v1/files/${row.fileId}`;
  return {
    id: row.fileId,
    kind: row.kind,
    // A file name may reveal its sender.
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

/** The camera's picture stays with the violation, for users who may see it. */
function showCamera(violation: string): HazardFile[] {
  const url = `/api/v1/violations/${violation}`;
  const rest = { role: 'camera' as const, takenAt: null, width: null, height: null, findings: [] };
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

/** Fields without the values that are the reporter: a head may rectify what they reported. */
function withoutReporter(
  fields: Record<string, unknown>,
  { reporterId, reporterName }: HazardRow,
): Record<string, unknown> {
  const hidden: unknown[] = [reporterId, reporterName.zh, reporterName.en];
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !hidden.includes(value)));
}

/**
 * Whether no step of the state is open to the reporter: a list of those who may act that lacks one of the
 * officers tells that this one reported.
 */
function judgesReporter({ transitions }: WorkflowDefinition, state: string): boolean {
  const onward = transitions.filter(({ from }) => from.includes(state));
  return onward.length > 0 && onward.every(({ notParts }) => notParts.includes('reporter'));
}

/** A hazard as visible to this account; lists hide the reporter from others. */
export function showHazard(row: HazardRow, { account, flow, pictures, detail }: Around): Hazard {
  const identifies = mayIdentify(account, row);
  const isReporter = row.reporterId === account.id;
  const evidence = maySeeEvidence(account, row);
  const findings = identifies && !isReporter ? row.findings : [];
  const violation = row.links.find(({ entity }) => entity === 'violation')?.id;
  const names = new Map(row.assigneeNames.map((one) => [one.id, one.displayName]));
  // A returned report is assigned to its reporter, whom the list must not reveal.
  const assignees =
    isReporter || identifies
      ? row.assignees
      : row.assignees.filter(
          (id) => id === account.id || (id !== row.reporterId && !judgesReporter(flow, row.state)),
        );
  return {
    id: row.id,
    no: row.no,
    title: row.title,
    description: row.description,
    type: row.type,
    typeName: row.typeName ?? REMOVED,
    level: row.level,
    suggestedLevel: row.suggestedLevel,
    source: row.source,
    site: row.site,
    area: row.areaId === null ? null : { id: row.areaId, name: row.areaName ?? REMOVED },
    floorPlan: row.floorPlan,
    position: row.x === null || row.y === null ? null : [row.x, row.y],
    foundAt: row.foundAt.toISOString(),
    reportedAt: row.reportedAt.toISOString(),
    late: row.late,
    ...showCase({ ...row, assignees }, flow, names),
    outcome: row.outcome,
    department:
      row.departmentId === null
        ? null
        : { id: row.departmentId, name: row.departmentName ?? REMOVED },
    reporter:
      isReporter || (identifies && detail)
        ? { id: row.reporterId, displayName: row.reporterName }
        : null,
    files: evidence
      ? [
          ...row.files.map((file, position) =>
            showFile(file, position, identifies || isReporter, findings),
          ),
          ...(violation !== undefined && pictures.has(violation) ? showCamera(violation) : []),
        ]
      : [],
    links: row.links,
    violationId: violation ?? null,
    findings: findings.map(showFinding),
    cost: row.cost === null ? null : Number(row.cost),
    details: identifies || isReporter ? row.details : withoutReporter(row.details, row),
    transitions: detail?.transitions.map(showTransition) ?? [],
    redacted: !evidence,
  };
}

/** The steps, without hints at the reporter, and without evidence for accounts that see none. */
export function historyView(row: HazardRow, account: Account): HistoryView {
  const identifies = mayIdentify(account, row);
  const knows = identifies || row.reporterId === account.id;
  const evidence = maySeeEvidence(account, row);
  return {
    redact(step) {
      if (knows) return step;
      const by = step.by?.id === row.reporterId ? null : step.by;
      return { ...step, by, fields: withoutReporter(step.fields, row) };
    },
    file(id) {
      const position = row.files.findIndex(({ fileId }) => fileId === id);
      const file = evidence ? row.files[position] : undefined;
      if (!file) return null;
      const { kind, name, url, previewUrl } = showFile(file, position, knows, []);
      return { id, kind: kind as StepFile['kind'], name, url, previewUrl };
    },
  };
}
