import type { FastifyError } from 'fastify';
import type { Logger } from 'pino';
import { Problem } from '../../platform/http/errors.ts';
import { toProblem } from '../../platform/http/problems.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { VerdictRules } from './decide.ts';
import type { Incident, IncidentVerdict, ManyDecided, ManyVerdicts } from './schema.ts';
import type { IncidentsService } from './service.ts';

type Decided = ManyDecided['items'][number];

/** Reasons that say what was in the picture: models learn from them, so each picture is looked at. */
const LOOKED_AT: readonly string[] = ['item-worn', 'not-a-person'];

/** Problems of a row that is not as the reviewer saw it. */
const CHANGED: readonly string[] = [
  'incident.version-conflict',
  'incident.already-so',
  'incident.decided',
  'violation.version-conflict',
];

/** A bulk reopening is taken as an undo within this time, also where a person is named, ms. */
const UNDO_MS = 900_000;

/**
 * The rules of a bulk verdict. An incident with a finding that another reviewer decided is refused, because
 * the undo of the bulk verdict would reopen that finding. An incident that names a person is refused, because
 * confirming or reopening it changes the safety file of that person.
 */
function rulesOf(decision: ManyVerdicts['decision'], account: string): VerdictRules {
  return {
    findings(findings) {
      const decided = findings.filter(({ status }) => status !== 'pending');
      if (decided.some(({ reviewedBy }) => reviewedBy !== account)) {
        throw new Problem('incident.others-verdict');
      }
      if (decision === 'dismiss' || findings.every(({ personId }) => personId === null)) return;
      const since = Date.now() - UNDO_MS;
      const isUndo = decided.every(({ reviewedAt }) => Number(reviewedAt) >= since);
      if (decision === 'confirm' || !isUndo) throw new Problem('incident.names-person');
    },
  };
}

/**
 * One decision for many incidents, each as if it were decided alone: in a unit of work of its own, at the
 * version that the reviewer saw. What is refused for one changes nothing of the others.
 *
 * @throws Problem `incident.reason-needs-look`, before anything is decided.
 */
export async function decideMany(
  incidents: Pick<IncidentsService, 'decideOneOfMany' | 'summary'>,
  user: User,
  { incidents: rows, ...request }: ManyVerdicts,
  log: Pick<Logger, 'error'>,
): Promise<ManyDecided> {
  if (request.decision === 'dismiss' && LOOKED_AT.includes(request.reason)) {
    throw new Problem('incident.reason-needs-look');
  }
  const rules = rulesOf(request.decision, user.account.id);
  const items: Decided[] = [];
  // One after the other: most are of one site, which each of them holds.
  for (const { id, ...row } of rows) {
    items.push(
      await decideOne(incidents, user, id, { ...request, ...row }, rules, (error) =>
        log.error({ err: error, incident: id }, 'one of many incidents is not decided'),
      ),
    );
  }
  return { items };
}

async function decideOne(
  incidents: Pick<IncidentsService, 'decideOneOfMany' | 'summary'>,
  user: User,
  id: string,
  request: IncidentVerdict,
  rules: VerdictRules,
  onFailure: (error: unknown) => void,
): Promise<Decided> {
  try {
    const { status, version } = await incidents.decideOneOfMany(user, id, request, rules);
    return { id, outcome: 'done', status: status as Incident['status'], version };
  } catch (error) {
    // Those before it are decided, whatever happened here: the answer has to say so.
    const { code, status, message: text, extra } = toProblem(error as FastifyError);
    if (status >= 500) onFailure(error);
    if (!CHANGED.includes(code)) return { id, outcome: 'refused', code, text };
    const current =
      code === 'incident.version-conflict'
        ? ((extra.current ?? null) as Incident | null)
        : await incidents.summary(user.account, id);
    return { id, outcome: 'conflict', code, text, version: current?.version ?? null, current };
  }
}
