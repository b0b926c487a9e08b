/** `vision` is the first worker, `vision-2` the second … */
export type PartName =
  | 'database'
  | 'broker'
  | 'api'
  | 'simulator'
  | 'gateway'
  | 'vision'
  | `vision-${number}`;

/** Variables of a process; one that is undefined is left out. */
export type Environment = Record<string, string | undefined>;

export interface PlantOptions {
  /** The checkout; where the parts run. */
  root?: string;
  /** Holds the database, the evidence, the logs and the secrets. */
  dataDir: string;
  /** Port of the API; 0 or left out takes a free one. */
  httpPort?: number;
  httpHost?: string;
  /** Path of the cameras file. */
  cameras?: string;
  /** Which parts are started; left out, all of a demonstration, with one vision worker. */
  parts?: readonly PartName[];
  /** Environment for one part, or by `all` for every part; it wins over what the plant sets. */
  env?: Partial<Record<PartName | 'all', Environment>>;
  /** Words before the command of a part, such as `taskset -c 0,1`. */
  prefix?: Partial<Record<PartName, readonly string[]>>;
  /** A database or broker of the user's own, in the place of an embedded one. */
  databaseUrl?: string;
  databaseAdminUrl?: string;
  mqttUrl?: string;
  /** Whether the API makes the demo accounts. */
  demo?: boolean;
  /** Ports to take in the place of free ones; 0 or left out takes a free one. */
  ports?: Partial<Record<'database' | 'broker' | 'rtsp' | 'control' | 'worker', number>>;
  tokenSecret?: string;
  busSecret?: string;
  workerToken?: string;
  demoPassword?: string;
}

export interface PlantEvents {
  starting: [part: PartName];
  ready: [part: PartName, seconds: number];
  died: [part: PartName, how: string, retryMs: number];
  /** A part that had died works again. */
  recovered: [part: PartName];
}

/** What a demonstration consists of. */
export const demoParts: readonly PartName[] = [
  'database',
  'broker',
  'api',
  'simulator',
  'gateway',
  'vision',
];
