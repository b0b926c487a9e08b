import type { CamerasFile, SiteConfig } from '@anshi/contracts';
import type { Logger } from 'pino';
import type { Database, Transaction } from '../../platform/db/database.ts';
import type { Sealed } from '../../platform/sealed/sealed.ts';
import { type FileProblem, watchCameras } from './file.ts';
import type { AreaDepartments } from './reach.ts';
import { seedCameras } from './seed-cameras.ts';
import {
  cameraDifferences,
  type FileDifference,
  type SiteDifference,
  siteDifferences,
} from './sites/differences.ts';
import { holdPlan } from './sites/hold.ts';
import { asConfig, findSites, type KnownSite, saveSites } from './sites/rows.ts';
import {
  type CameraRow,
  camerasOf,
  findAreaDepartments,
  findCameras,
  type KnownCamera,
  readMark,
  revisionOf,
  sitesOf,
} from './stored.ts';

/** The sites and cameras as they are configured now, without addresses. */
export interface CamerasConfiguration {
  /** What holds the cameras; `file` where the settings say so. */
  readonly from: 'database' | 'file';
  readonly file: { readonly sites: SiteConfig[]; readonly cameras: KnownCamera[] };
  /** The sites with their uploaded pictures. */
  readonly sites: readonly KnownSite[];
  /** Cameras that were removed: records name them still. */
  readonly removed: readonly KnownCamera[];
  /** The departments of the register's areas: who may see which camera. */
  readonly areas: AreaDepartments;
  /** What is wrong with cameras.yaml. */
  readonly problems: FileProblem[];
  /** What cameras.yaml says that the database does not follow; addresses are not compared. */
  readonly differences: FileDifference[];
  /** The same of its sites. */
  readonly siteDifferences: SiteDifference[];
  /** Base folder of the pictures of floor plans. */
  readonly folder: string;
  /** The last valid cameras.yaml. */
  readonly given: CamerasFile;
  /** Names what a worker should have; null while it is not known, and with a file. */
  revisionFor(worker: string): string | null;
  /**
   * Whether there is such a floor plan, for a record that is to name it: it is not removed before the transaction
   * ends.
   */
  hasPlan(tx: Transaction, plan: string): Promise<boolean>;
  /** Reads the database now, after a change of this process. */
  reload(): Promise<void>;
  /** Called after each change of sites, cameras, or departments of areas. */
  onMove(listener: () => void): void;
  close(): Promise<void>;
}

/** Changes of other processes are found so often, ms. */
const LOOK_EVERY_MS = 2_000;

/**
 * Opens the configuration. While the database has not answered yet, the cameras are those of the file.
 *
 * @param onChange called after each change of the sites or cameras.
 */
export async function openConfiguration(options: {
  path: string;
  from: 'database' | 'file';
  database: Database;
  sealed: Sealed;
  tenant: string;
  log: Logger;
  onChange: () => void;
}): Promise<CamerasConfiguration> {
  const { path, from, database, sealed, tenant, log, onChange } = options;
  /** Null until it was read. */
  let rows: CameraRow[] | null = null;
  let removed: CameraRow[] = [];
  let stored: KnownSite[] = [];
  /** The same without their pictures. */
  let storedConfigs: SiteConfig[] = [];
  let mark: string | null = null;
  let areas: AreaDepartments = new Map();
  let areaMark = '';
  const listeners: (() => void)[] = [];
  const moved = () => {
    for (const listener of listeners) listener();
  };
  let given: CamerasFile = { version: 1, sites: [], cameras: [] };
  let isTaken = true;
  let told = false;
  /** One thing at a time, in order. */
  let turn: Promise<void> = Promise.resolve();
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const done = turn.then(work);
    turn = done.catch((err: unknown) => {
      if (!told) log.warn({ err }, 'the cameras are not read from the database yet');
      told = true;
    });
    return turn;
  };

  async function take(): Promise<void> {
    if (from === 'file') {
      await database.transaction({ tenant, user: null }, (tx) =>
        saveSites(tx, tenant, given.sites),
      );
    } else {
      const added = await seedCameras(database, sealed, tenant, given);
      if (added.length > 0) log.info({ cameras: added }, 'cameras seeded from the file');
    }
    isTaken = true;
  }
  async function read(): Promise<void> {
    const before = [mark, areaMark];
    await database.transaction({ tenant, user: null }, async (tx) => {
      areas = await findAreaDepartments(tx);
      areaMark = JSON.stringify([...areas]);
      if (from === 'file') return;
      const now = await readMark(tx);
      if (now === mark && rows) return;
      const found = await findCameras(tx);
      [rows, removed, stored] = [found.cameras, found.removed, await findSites(tx)];
      storedConfigs = stored.map(asConfig);
      mark = now;
    });
    told = false;
    if (mark !== before[0]) onChange();
    if (mark !== before[0] || areaMark !== before[1]) moved();
  }
  const fromFile = () =>
    inTurn(async () => {
      await take();
      await read();
    });

  const watched = await watchCameras(path, log, {
    mayLack: from === 'database',
    onChange(file) {
      given = file;
      isTaken = false;
      void fromFile().then(() => {
        onChange();
        moved();
      });
    },
  });
  await inTurn(read);
  const timer = setInterval(() => {
    void inTurn(async () => {
      if (!isTaken) await take();
      await read();
    });
  }, LOOK_EVERY_MS).unref();

  const known = (): KnownCamera[] => rows?.map(({ config }) => config) ?? given.cameras;
  return {
    from,
    get file() {
      return { sites: rows ? storedConfigs : given.sites, cameras: known() };
    },
    get sites() {
      return rows ? stored : given.sites;
    },
    get removed() {
      return removed.map(({ config }) => config);
    },
    get problems() {
      return watched.problems;
    },
    get differences() {
      return rows ? cameraDifferences(given, rows, removed) : [];
    },
    get siteDifferences() {
      return rows ? siteDifferences(given, stored) : [];
    },
    folder: watched.folder,
    get given() {
      return given;
    },
    revisionFor(worker) {
      if (!rows) return null;
      const cameras = camerasOf(rows, worker);
      return revisionOf(sitesOf(storedConfigs, cameras), cameras);
    },
    get areas() {
      return areas;
    },
    hasPlan: async (tx, plan) =>
      from === 'database'
        ? holdPlan(tx, plan)
        : given.sites.some(({ floorPlans }) => floorPlans.some(({ id }) => id === plan)),
    reload: () => inTurn(read),
    onMove: (listener) => void listeners.push(listener),
    async close() {
      clearInterval(timer);
      watched.close();
      await turn;
    },
  };
}
