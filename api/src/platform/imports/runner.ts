import type { Logger } from 'pino';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Accounts } from '../access/accounts.ts';
import type { Database, Transaction } from '../db/database.ts';
import { sqlIn } from '../db/database.ts';
import { isRefusedByDatabase } from '../db/database-errors.ts';
import type { Units } from '../db/unit-of-work.ts';
import type { FilesModule } from '../files/module.ts';
import { Problem } from '../http/errors.ts';
import type { Jobs } from '../jobs/types.ts';
import type { User } from '../kit/routes.ts';
import type { Sealed } from '../sealed/sealed.ts';
import { readImportFile } from './file-bytes.ts';
import { TableFault } from './read/types.ts';
import type { ImportRow } from './repository.ts';
import { openScans, type Scans } from './scans/scans.ts';
import { checkImport } from './step-check.ts';
import { runImport } from './step-run.ts';
import { undoImport } from './step-undo.ts';
import type { ExistingWay, ImportKind, ImportKinds } from './types.ts';
import { tableProblem } from './view.ts';

/** The job of one import. */
export const IMPORTS = 'imports';
/** The job that finds imports whose process ended. */
const RESUME = 'imports-resume';
/** After that long without a sign, an import is another process's to go on with. */
const SILENT_MS = 60_000;
const ACTIVE = ['checking', 'running', 'undoing'];

/** What a step of an import works with. */
export interface StepParts {
  units: Units;
  database: Database;
  log: Logger;
  row: ImportRow;
  kind: ImportKind;
  /** What is done with rows whose record exists. */
  existing: ExistingWay;
  sealed: Sealed;
  /**
   * The account that brought the file, as it was at the last `progress`: take it from here for each
   * piece of work, and keep no copy.
   */
  user: User;
  /** The scans that came with the file. @param keeps whether they become uploads of the user. */
  scans(keeps: boolean): Promise<Scans>;
  /** The bytes of the file; for one reading. */
  bytes(): Promise<Uint8Array>;
  /**
   * Says that the work goes on, and how far it is; `user` is read again.
   *
   * @throws StepOver where the permission is gone.
   */
  progress(processed: number): Promise<void>;
}

/** Ends a step with a problem that is shown. */
export class StepOver extends Error {
  readonly problem: { code: string; params: Record<string, string> };
  constructor(code: string, params: Record<string, string> = {}) {
    super(code);
    this.problem = tableProblem(code, params);
  }
}

/**
 * Does the work of imports as jobs, each for the account that brought the file, with its permissions
 * of now. What a process left when it was killed is taken up again: by itself when it starts, by
 * another after a minute.
 */
export function createImportRunner(options: {
  units: Units;
  database: Database;
  kinds: ImportKinds;
  uploads: Pick<FilesModule, 'files' | 'inspect' | 'take'>;
  accounts: Pick<Accounts, 'byId'>;
  jobs: Jobs;
  tenant: string;
  /** The name of this process, the same after a restart. */
  apiId: string;
  sealed: Sealed;
  log: Logger;
}) {
  const { units, database, kinds, uploads, accounts, jobs, tenant, apiId, sealed, log } = options;
  const { files } = uploads;
  const running = new Set<string>();
  const within = <R>(work: (tx: Transaction) => Promise<R>) =>
    database.transaction({ tenant, user: null }, work);

  jobs.define(IMPORTS, { retries: 5, expireSeconds: 7_200 }, ({ id }) => work(String(id)));
  jobs.define(RESUME, { atStart: true }, resume);

  /** No live process works on it: it waits, it was this one's before a restart, or it is silent. */
  const isLeft = () => Prisma.sql`state = ANY(${ACTIVE}) AND (runner IS NULL OR runner = ${apiId}
    OR heartbeat_at < ${new Date(Date.now() - SILENT_MS)})`;

  async function resume(): Promise<void> {
    const rows = await within((tx) =>
      sqlIn(tx)<{ id: string }>(
        Prisma.sql`SELECT id FROM data_import WHERE ${isLeft()} ORDER BY id LIMIT 50`,
      ),
    );
    for (const { id } of rows) {
      if (!running.has(id)) await jobs.send(null, IMPORTS, { id }, { key: id });
    }
  }

  /** Takes an import that no live process works on. */
  const claim = (id: string): Promise<ImportRow | null> =>
    within(async (tx) => {
      const claimed = await sqlIn(tx)<{ id: string }>(Prisma.sql`
        UPDATE data_import SET runner = ${apiId}, heartbeat_at = now()
        WHERE id = ${id} AND ${isLeft()} RETURNING id`);
      return claimed.length > 0 ? tx.dataImport.findFirst({ where: { id } }) : null;
    });

  async function userOf(row: ImportRow, kind: ImportKind): Promise<User> {
    const account = (await accounts.byId(tenant, row.createdBy))?.account;
    if (!account?.permissions.has(kind.permission)) throw new StepOver('no-permission');
    return { tenant, account, address: null, requestId: row.id };
  }

  async function work(id: string): Promise<void> {
    if (running.has(id)) return;
    running.add(id);
    try {
      const row = await claim(id);
      if (row) await step(row);
    } finally {
      running.delete(id);
    }
  }

  async function step(row: ImportRow): Promise<void> {
    const { id } = row;
    try {
      const kind = kinds.get(row.kind);
      if (!kind) throw new StepOver('no-permission');
      const user = await userOf(row, kind);
      let at = 0;
      const parts: StepParts = {
        units,
        database,
        log,
        row,
        kind,
        existing: row.existing as ExistingWay,
        sealed,
        user,
        bytes: () => readImportFile(units, files, user, row.fileId),
        scans: (keeps) =>
          openScans({
            units,
            uploads,
            user: parts.user,
            kind,
            file: row.scansFileId,
            keeps,
            sign: () => parts.progress(at),
          }),
        async progress(processed) {
          at = processed;
          parts.user = await userOf(row, kind);
          await within((tx) =>
            tx.dataImport.updateMany({
              where: { id },
              data: { processed, heartbeatAt: new Date() },
            }),
          );
        },
      };
      if (row.state === 'checking') await checkImport(parts);
      else if (row.state === 'running') await runImport(parts);
      else await undoImport(parts);
    } catch (error) {
      const problem = problemOf(error);
      if (problem === null) throw error;
      log.warn({ err: error, import: id, problem }, 'a step of an import ended early');
      // What was saved stays, and can be taken back.
      const state = { checking: 'failed', running: 'done', undoing: 'done' }[row.state] ?? 'failed';
      await within((tx) =>
        tx.dataImport.updateMany({
          where: { id, state: row.state },
          data: { state, problem, version: { increment: 1 }, finishedAt: new Date() },
        }),
      );
    }
  }

  return {
    /** Looks every minute for what another process left. */
    start: () => jobs.schedule(RESUME, '* * * * *', {}, 'UTC'),
  };
}

/** What a person can mend ends the step; the rest is tried again by the job. */
function problemOf(error: unknown): StepOver['problem'] | null {
  if (error instanceof StepOver) return error.problem;
  if (error instanceof TableFault) return tableProblem(error.code, { at: error.at ?? '—' });
  if (error instanceof Problem && error.status < 500)
    return tableProblem('broken', { at: error.code });
  // It would refuse the same again.
  if (isRefusedByDatabase(error)) return tableProblem('not-stored');
  return null;
}
