import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { PrismaPg } from '@prisma/adapter-pg';
import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  DriverAdapterError,
} from '@prisma/driver-adapter-utils';
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';

/** Prisma's schema engine: reads a database, compares it with a schema, applies migrations. */
export type SchemaEngine = bindings.SchemaEngine;

/** The internal type "char", which the adapter cannot read; as text it can. */
const INTERNAL_CHAR = 18;
const TEXT = 25;

interface ResultFields {
  addFields(fields: { dataTypeID: number }[]): unknown;
}

/** The system tables that the engine reads have columns of the internal type "char". */
function readInternalCharAsText(): void {
  const prototype = pg.Result.prototype as unknown as ResultFields & { anshiReadsChar?: true };
  if (prototype.anshiReadsChar) return;
  prototype.anshiReadsChar = true;
  const addFields = prototype.addFields;
  prototype.addFields = function (fields) {
    for (const field of fields) if (field.dataTypeID === INTERNAL_CHAR) field.dataTypeID = TEXT;
    return addFields.call(this, fields);
  };
}

/** An error of PostgreSQL in the words that the engine passes on. */
function toDriverError(error: unknown): DriverAdapterError {
  const { code, severity, message, detail, hint, column } = error as pg.DatabaseError;
  return new DriverAdapterError({
    kind: 'postgres',
    code: code ?? 'XX000',
    severity: severity ?? 'ERROR',
    message,
    detail,
    hint,
    column,
  });
}

/** An adapter whose shadow database (`migrate dev` replays all migrations in it) is made and dropped. */
class ShadowingAdapter extends PrismaPg {
  readonly #url: string;

  constructor(url: string) {
    super({ connectionString: url, max: 2, allowExitOnIdle: true });
    this.#url = url;
  }

  override async connect() {
    const adapter = await super.connect();
    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (query) => {
      const result = await queryRaw(query);
      // The one such column that the engine insists on as a character. PostgreSQL 18 has a row for
      // each NOT NULL here; older ones had none, so that it went unnoticed.
      const i = result.columnNames.indexOf('constraint_type');
      if (i >= 0) result.columnTypes[i] = ColumnTypeEnum.Character;
      return result;
    };
    // The adapter's own cuts a script at every semicolon, inside functions too. PostgreSQL takes it
    // whole, and all of it or nothing.
    adapter.executeScript = async (script) => {
      await adapter
        .underlyingDriver()
        .query(script)
        .catch((error: unknown) => Promise.reject(toDriverError(error)));
    };
    return adapter;
  }

  override async connectToShadowDb() {
    const name = `anshi_shadow_${crypto.randomUUID()}`;
    const admin = new pg.Client({ connectionString: this.#url });
    await admin.connect();
    await admin.query(`CREATE DATABASE "${name}"`);
    const shadowUrl = new URL(this.#url);
    shadowUrl.pathname = `/${name}`;
    const adapter = await new ShadowingAdapter(shadowUrl.href).connect();
    const dispose = adapter.dispose.bind(adapter);
    adapter.dispose = async () => {
      await dispose();
      await admin.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
      await admin.end();
    };
    return adapter;
  }
}

/** The part of WebAssembly that is used here; Node has it, its types do not. */
interface WasmLoader {
  instantiate(
    bytes: Uint8Array,
    imports: Record<string, object>,
  ): Promise<{ instance: { exports: Record<string, unknown> } }>;
}

let loading: Promise<void> | undefined;

async function load(): Promise<void> {
  readInternalCharAsText();
  const file = createRequire(import.meta.url)
    .resolve('@prisma/schema-engine-wasm/schema_engine_bg')
    .replace(/\.js$/, '.wasm');
  const { WebAssembly } = globalThis as unknown as { WebAssembly: WasmLoader };
  const { instance } = await WebAssembly.instantiate(await readFile(file), {
    './schema_engine_bg.js': bindings,
  });
  const { __wbg_set_wasm: setWasm } = bindings as unknown as {
    __wbg_set_wasm(exports: object): void;
  };
  setWasm(instance.exports);
  (instance.exports.__wbindgen_start as () => void)();
  // Where the engine panics, it leaves its message here.
  const shared = globalThis as { PRISMA_WASM_PANIC_REGISTRY?: object };
  shared.PRISMA_WASM_PANIC_REGISTRY ??= {
    message: '',
    set_message(this: { message: string }, message: string) {
      this.message = message;
    },
  };
}

/**
 * Opens the engine on a database.
 *
 * @param url `postgresql://…` of the owner of the tables; left out for work on schema files only.
 * @param datamodels [path, text] of the schema files that the commands are about.
 */
export async function openSchemaEngine(
  url?: string,
  datamodels?: [string, string][],
): Promise<SchemaEngine> {
  loading ??= load();
  await loading;
  const adapter = new ShadowingAdapter(url ?? 'postgresql://127.0.0.1:1/none');
  return bindings.SchemaEngine.new(
    { datamodels },
    (line: string) => {
      if (process.env.DEBUG) process.stderr.write(`${line}\n`);
    },
    bindMigrationAwareSqlAdapterFactory(adapter),
  );
}
