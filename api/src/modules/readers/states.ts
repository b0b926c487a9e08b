import type { Platform } from '../../platform/module.ts';
import type { createReadings } from './readings.ts';
import type { ReaderRefusal } from './schema.ts';

/** What was heard is written this often. */
const WRITE_EVERY_MS = 2_000;
/** The register is read again after this: another process may have changed it. */
const KNOWN_MS = 2_000;
const MOST_REASON = 300;

interface Refused {
  count: number;
  at: Date;
  code: ReaderRefusal;
  reason: string;
}

/** Writes when readers were heard and refused, and knows their kinds. */
export function createReaderStates(
  { database, log, settings }: Pick<Platform, 'database' | 'log' | 'settings'>,
  readings: Pick<ReturnType<typeof createReadings>, 'since'>,
) {
  const actor = { tenant: settings.tenant, user: null };
  let refusals = new Map<string, Refused>();
  let writtenTo = Date.now();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();
  let kinds: { map: Promise<ReadonlyMap<string, string>>; at: number } | null = null;

  async function write(): Promise<void> {
    const from = writtenTo;
    writtenTo = Date.now();
    const [heard, refused] = [readings.since(from - 1), refusals];
    refusals = new Map();
    if (heard.length === 0 && refused.size === 0) return;
    const names = [...refused];
    await database.transaction(actor, async (tx) => {
      await tx.$executeRaw`
        UPDATE position_reader r SET last_read_at = greatest(r.last_read_at, g.at::timestamptz)
        FROM unnest(${heard.map(({ name }) => name)}::text[],
          ${heard.map(({ at }) => new Date(at).toISOString())}::text[]) AS g (name, at)
        WHERE r.name = g.name`;
      await tx.$executeRaw`
        UPDATE position_reader r SET refused = r.refused + g.count, refused_at = g.at::timestamptz,
          refused_reason = g.reason, refused_code = g.code
        FROM unnest(${names.map(([name]) => name)}::text[], ${names.map(([, one]) => one.count)}::int[],
          ${names.map(([, one]) => one.at.toISOString())}::text[],
          ${names.map(([, one]) => one.reason)}::text[],
          ${names.map(([, one]) => one.code)}::text[]) AS g (name, count, at, reason, code)
        WHERE r.name = g.name`;
    });
  }
  function schedule(): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      writing = write().catch((err: unknown) =>
        log.warn({ err }, 'the state of readers cannot be written'),
      );
    }, WRITE_EVERY_MS).unref();
  }

  return {
    heard: schedule,
    refused(name: string, code: ReaderRefusal, reason: string): void {
      const known = refusals.get(name);
      const text = reason.slice(0, MOST_REASON);
      refusals.set(name, { count: (known?.count ?? 0) + 1, at: new Date(), code, reason: text });
      schedule();
    },
    /** Kinds by name, at most moments old. @throws Error while the database is away. */
    kinds(): Promise<ReadonlyMap<string, string>> {
      if (kinds === null || Date.now() - kinds.at > KNOWN_MS) {
        const map = database.transaction(actor, async (tx) => {
          const rows = await tx.positionReader.findMany({ select: { name: true, kind: true } });
          return new Map(rows.map(({ name, kind }) => [name, kind]));
        });
        kinds = { map, at: Date.now() };
        map.catch(() => {
          kinds = null;
        });
      }
      return kinds.map;
    },
    /** The register changed. */
    forget(): void {
      kinds = null;
    },
    /** Writes what waits. */
    async close(): Promise<void> {
      clearTimeout(timer);
      await writing;
      await write().catch((err: unknown) =>
        log.warn({ err }, 'the state of readers cannot be written'),
      );
    },
  };
}
