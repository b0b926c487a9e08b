import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { openSchemaEngine, type SchemaEngine } from './schema-engine.ts';

interface Request {
  id: number;
  method?: string;
  params: Record<string, unknown>;
}

interface EngineError extends Error {
  meta?: unknown;
  code?: string;
}

/**
 * Speaks the protocol of Prisma's native schema engine: one JSON-RPC request a line on stdin, one
 * answer a line on stdout. `cli` commands answer by their exit code.
 *
 * @param argv the arguments that Prisma's command line gives to the engine.
 */
export async function serve(argv: string[]): Promise<void> {
  const valuesOf = (name: string) =>
    argv.flatMap((value, i) => (value === name ? [argv[i + 1] ?? ''] : []));
  if (argv.includes('--version') || argv.includes('-V')) {
    console.log('schema-engine-wasm');
    return;
  }
  const { url } = JSON.parse(valuesOf('--datasource')[0] ?? '{}') as { url?: string };
  if (argv.includes('cli')) return runCli(argv, url);

  const files = valuesOf('--datamodels').map((path): [string, string] => [
    path,
    readFileSync(path, 'utf8'),
  ]);
  let opening: Promise<SchemaEngine> | undefined;
  const engine = () => {
    opening ??= openSchemaEngine(url, files.length > 0 ? files : undefined);
    return opening;
  };
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === '') continue;
    const { id, method, params } = JSON.parse(line) as Request;
    if (!method) continue;
    try {
      const result = await call(await engine(), method, params, url);
      if (method === 'diff') {
        const { stdout, exitCode } = result as { stdout?: string; exitCode: number };
        if (stdout) {
          await answer({ id: 1_000_000, method: 'print', params: { content: stdout } });
        }
        await answer({ id, result: { exitCode } });
      } else {
        await answer({ id, result: result ?? {} });
      }
    } catch (error) {
      const { message, meta, code } = error as EngineError;
      const data = { is_panic: false, message, meta: meta ?? null, error_code: code ?? null };
      await answer({ id, error: { code: 4466, message, data } });
    }
  }
  process.exit(0);
}

async function call(
  engine: SchemaEngine,
  method: string,
  params: Record<string, unknown>,
  url: string | undefined,
): Promise<unknown> {
  if (method === 'createDatabase') return createDatabase(url);
  const name = method === 'getDatabaseVersion' ? 'version' : method;
  const methods = engine as unknown as Record<string, (params: unknown) => Promise<unknown>>;
  const run = methods[name];
  if (!run) throw new Error(`the schema engine has no method "${method}"`);
  return run.call(engine, params);
}

async function runCli(argv: string[], url: string | undefined): Promise<void> {
  try {
    if (argv.includes('create-database')) await createDatabase(url);
    else {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      await client.end();
    }
  } catch (error) {
    const { message, code } = error as EngineError;
    const missing = code === '3D000';
    const fields = { message, is_panic: false, error_code: missing ? 'P1003' : 'P1001' };
    for (const [level, content] of [
      ['INFO', { message: 'schema engine' }],
      ['ERROR', fields],
    ] as const) {
      process.stderr.write(
        `${JSON.stringify({ level, target: 'schema_engine::logger', fields: content })}\n`,
      );
    }
    process.exitCode = 1;
  }
}

async function createDatabase(url: string | undefined): Promise<{ databaseName: string }> {
  if (!url) throw new Error('set ANSHI_DATABASE_ADMIN_URL to the database to make');
  const target = new URL(url);
  const databaseName = decodeURIComponent(target.pathname.slice(1));
  target.pathname = '/postgres';
  const client = new pg.Client({ connectionString: target.href });
  await client.connect();
  try {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [
      databaseName,
    ]);
    if (found.rowCount === 0) {
      await client.query(`CREATE DATABASE ${client.escapeIdentifier(databaseName)}`);
    }
  } finally {
    await client.end();
  }
  return { databaseName };
}

function answer(message: object): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`, (error) =>
      error ? reject(error) : resolve(),
    );
  });
}
