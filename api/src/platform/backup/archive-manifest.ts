import { z } from 'zod';

export const FORMAT = 1;

/** The first entry of an archive. */
export const manifestSchema = z.object({
  format: z.number(),
  madeAt: z.string(),
  /** Version of the program. */
  version: z.string(),
  /** Version of PostgreSQL. */
  server: z.string(),
  migrations: z.array(z.string()),
  tenants: z.array(z.string()),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** The last entry: what must be complete before anything is restored. */
export const indexSchema = z.object({
  entries: z.array(z.object({ name: z.string(), bytes: z.number(), sha256: z.string() })),
  /** Row count of each table. */
  rows: z.record(z.string(), z.number()),
  sequences: z.array(z.object({ name: z.string(), value: z.string(), called: z.boolean() })),
  /** File count of each store. */
  files: z.record(z.string(), z.number()),
});
export type Index = z.infer<typeof indexSchema>;

export const MANIFEST = 'manifest.json';
export const INDEX = 'index.json';
