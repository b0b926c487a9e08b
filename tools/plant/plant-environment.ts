import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CAMERA_VARIABLE_PREFIX } from '@anshi/contracts';
import type { Environment, PartName } from './plant-options.ts';

/** The program of each kind of part. */
const entries = {
  database: 'api/src/embedded/database.ts',
  broker: 'api/src/embedded/broker.ts',
  api: 'api/src/main.ts',
  simulator: 'simulator/src/main.ts',
  gateway: 'gateway/src/main.ts',
  vision: 'vision/src/main.ts',
};
export type PartKind = keyof typeof entries;

/** The program of a part, and its pause before the first restart where that is not the usual one, ms. */
export const programOf = (kind: PartKind) => ({
  entry: entries[kind],
  // Live pictures stand still until a vision worker is back.
  ...(kind === 'vision' && { firstRetryMs: 100 }),
});

/** Id of a worker: `vision` is `worker-1`, `vision-2` is `worker-2`. */
export const workerId = (name: PartName) =>
  `worker-${name === 'vision' ? 1 : name.slice('vision-'.length)}`;

/** Secrets and addresses go only to the parts that need them, and npm's own variables to none. */
const heldBack =
  /^(npm_|VITEST|NODE_OPTIONS$|NODE_V8_COVERAGE$|DATABASE_URL$|ANSHI_(DATABASE_ADMIN_URL|MQTT_URL|BUS_SECRET|BUS_KEY|TOKEN_SECRET|WORKER_TOKEN|WORKER_SECRET|SMTP_URL|SIM_ACTUATORS|SIM_GATES|DEMO.*)$)/;

/**
 * Compiled sources of all parts, kept between starts: a start of the API then costs a second of CPU time
 * less. Node.js checks each entry against its source, and goes on without a folder that it cannot write.
 */
const compileCache = resolve(import.meta.dirname, '../../node_modules/.cache/anshi-compiled');

/**
 * Settings of glibc's malloc: fixed thresholds and few arenas. By default the mmap threshold rises up to 32 MiB and
 * each thread gets an arena, so that pictures and clips fragment the heap and the memory of a part grows for hours. docker/Dockerfile sets the same; decision 109 has the measurement.
 */
export const ALLOCATOR = {
  MALLOC_ARENA_MAX: '4',
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '262144',
} as const;

/**
 * Half of the young generation of V8, MiB. By default it grows to 64 in Node.js 24, and V8 begins to mark the whole heap where less
 * than that is left of its limit. The heaps of the parts are small, so that it marked them twice a second without end.
 * docker/Dockerfile sets the same; decision 110 has the measurement.
 */
export const NODE_FLAGS = '--max-semi-space-size=16';

/** What a part gets of the environment of this process. */
export function inherited(kind: PartKind): Environment {
  const passed = Object.entries(process.env).filter(
    ([name]) =>
      !heldBack.test(name) && (kind === 'vision' || !name.startsWith(CAMERA_VARIABLE_PREFIX)),
  );
  return {
    NODE_ENV: 'production',
    NODE_COMPILE_CACHE: compileCache,
    ...ALLOCATOR,
    NODE_OPTIONS: NODE_FLAGS,
    ...Object.fromEntries(passed),
  };
}

/**
 * The certificates of this installation are trusted by its own parts without being named again,
 * also where no CA is known to the system.
 *
 * @param given what the plant was given for all parts; it wins over the environment.
 */
export function trusted(
  given: Environment | undefined,
  { root, dataDir }: { root: string; dataDir: string },
): Environment {
  const of = (name: string) => given?.[name] ?? process.env[name];
  const mqtt = of('ANSHI_MQTT_CA') ?? of('ANSHI_MQTT_TLS_CERT');
  const http = of('ANSHI_TLS_CERT');
  return {
    ...(mqtt ? { ANSHI_MQTT_CA: resolve(root, mqtt) } : {}),
    ...(http ? { NODE_EXTRA_CA_CERTS: bundle(resolve(root, http), dataDir) } : {}),
  };
}

/** Node.js takes one file: what was named before stays trusted, too. */
function bundle(certificate: string, dataDir: string): string {
  const file = join(dataDir, 'trusted.pem');
  const others = process.env.NODE_EXTRA_CA_CERTS;
  const parts = [certificate, ...(others ? [others] : [])].filter((path) => existsSync(path));
  writeFileSync(file, parts.map((path) => readFileSync(path, 'utf8')).join('\n'), {
    mode: 0o600,
  });
  return file;
}
