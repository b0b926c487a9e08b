import type { z } from 'zod';
import type { onSiteSchema, VisitView } from './schema.ts';

/** A visit as it is answered, or why it is refused. */
export type VisitAnswer = VisitView & {
  code: string;
  current?: { id?: string; version?: number };
  errors?: { field: string }[];
};
/** Who is on site, as it is answered. */
export type OnSiteAnswer = z.infer<typeof onSiteSchema>;
