import type { ChildProcess } from 'node:child_process';
import { Session } from 'node:inspector/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { note } from './result.ts';

/** CPU time of a process by part of the program. */
export interface Profile {
  /** Milliseconds of CPU work, without idle time. */
  busyMs: number;
  /** Share of it for each part of the program, the largest first. */
  parts: { name: string; share: number }[];
  /** The same for each function. */
  functions: { name: string; share: number }[];
}

/** Enables statement statistics on the server, from its next start. */
export async function keepStatements(adminUrl: string): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  await admin.query("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'");
  await admin.query('ALTER SYSTEM SET "pg_stat_statements.track_planning" = on');
  await admin.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
  await admin.end();
}

/** Prints the cost of the statements since the last reset, for this many requests. */
export async function showStatements(admin: pg.Client, requests: number): Promise<void> {
  const { rows } = await admin.query<{
    query: string;
    calls: number;
    ms: number;
    plans: number;
    planMs: number;
  }>(`
    SELECT query, calls::float, total_exec_time AS ms, plans::float, total_plan_time AS "planMs"
    FROM pg_stat_statements ORDER BY total_exec_time + total_plan_time DESC LIMIT 40`);
  const each = (n: number) => (n / requests).toFixed(3);
  note('statements for each request, and ms of the clock for all of them:');
  for (const { query, calls, ms, plans, planMs } of rows) {
    const text = query.replace(/\s+/g, ' ').slice(0, 90);
    note(
      `  ${each(calls)} x, ${each(ms)} ms, planned ${each(plans)} x, ${each(planMs)} ms: ${text}`,
    );
  }
}

/**
 * Prints where the CPU time of a process was spent. If the process had to wait for a CPU, the total
 * is too high; the shares are still valid.
 */
export function showProfile({ parts, functions }: Profile): void {
  for (const [title, list] of [
    ['parts', parts],
    ['functions', functions],
  ] as const) {
    note(`${title} of the serving process, by their own time:`);
    for (const { name, share } of list.slice(0, 25))
      note(`  ${(share * 100).toFixed(1)} % ${name}`);
  }
}

/** Starts sampling this process. @returns a function that stops it. */
export async function startProfile(): Promise<() => Promise<Profile>> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 500 });
  await session.post('Profiler.start');
  return async () => {
    const { profile } = await session.post('Profiler.stop');
    session.disconnect();
    const own = new Map<number, number>();
    for (const [n, id] of (profile.samples ?? []).entries()) {
      own.set(id, (own.get(id) ?? 0) + (profile.timeDeltas?.[n] ?? 0));
    }
    const parts = new Map<string, number>();
    const functions = new Map<string, number>();
    let busy = 0;
    for (const { id, callFrame } of profile.nodes) {
      const time = own.get(id) ?? 0;
      const { functionName, url, lineNumber } = callFrame;
      // `dispatch` is the sampling itself.
      const isOwn = !['(idle)', '(program)', 'dispatch'].includes(functionName) || url !== '';
      if (time === 0 || !isOwn) continue;
      busy += time;
      const part = partOf(url, functionName);
      parts.set(part, (parts.get(part) ?? 0) + time);
      const name = `${functionName || 'anonymous'} ${url.split('/').slice(-2).join('/')}:${lineNumber + 1}`;
      functions.set(name, (functions.get(name) ?? 0) + time);
    }
    const ranked = (of: Map<string, number>) =>
      [...of].sort(([, a], [, b]) => b - a).map(([name, time]) => ({ name, share: time / busy }));
    return { busyMs: busy / 1000, parts: ranked(parts), functions: ranked(functions).slice(0, 40) };
  };
}

/** In a child process: samples from the message `profile-start` until `profile-stop`. */
export function answerProfiles(): void {
  let stop: (() => Promise<Profile>) | undefined;
  process.on('message', async (message: { kind?: string }) => {
    if (message.kind === 'profile-start') stop = await startProfile();
    else if (message.kind === 'profile-stop')
      process.send?.({ kind: 'profile', details: await stop?.() });
    else return;
    if (message.kind === 'profile-start') process.send?.({ kind: 'profile-started', details: {} });
  });
}

/** The profile of a child while `work` runs. */
export async function profileOf(
  child: ChildProcess,
  work: () => Promise<unknown>,
): Promise<Profile> {
  const heard = (kind: string) =>
    new Promise<Profile>((resolve) => {
      const listen = (message: { kind?: string; details?: Profile }) => {
        if (message.kind !== kind) return;
        child.off('message', listen);
        resolve(message.details!);
      };
      child.on('message', listen);
    });
  const started = heard('profile-started');
  child.send({ kind: 'profile-start' });
  await started;
  await work();
  const profile = heard('profile');
  child.send({ kind: 'profile-stop' });
  return profile;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The npm package, our own file, or the part of Node.js that a function belongs to. */
function partOf(url: string, name: string): string {
  if (url === '') return name;
  const at = url.lastIndexOf('/node_modules/');
  if (at !== -1) {
    const path = url.slice(at + '/node_modules/'.length).split('/');
    return path[0]?.startsWith('@') ? `${path[0]}/${path[1]}` : (path[0] ?? '');
  }
  if (url.startsWith('node:')) return url;
  return url.replace(/^file:\/\//, '').replace(root, '');
}
