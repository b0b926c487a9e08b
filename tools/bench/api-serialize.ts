import { z } from 'zod';
import { hazardPage } from '../../api/src/modules/hazards/schema.ts';
import type { Side } from './api-load.ts';

const ROUNDS = 500;

/**
 * CPU ms of serializing one page of 50 hazards as JSON, with and without its schema. The list skips
 * the schema because of the difference (modules/hazards/routes.ts).
 */
export async function serializing({
  url,
  reader,
}: Side): Promise<{ listJsonMs: number; listSchemaMs: number }> {
  const answer = await fetch(`${url}/hazards?limit=50`, {
    headers: { authorization: reader },
  });
  const page = hazardPage.parse(await answer.json());
  const bySchema = () => {
    const { data, error } = z.safeEncode(hazardPage, page);
    if (error) throw error;
    return JSON.stringify(data);
  };
  return { listJsonMs: cpuMs(() => JSON.stringify(page)), listSchemaMs: cpuMs(bySchema) };
}

function cpuMs(work: () => unknown): number {
  // Warm-up for the JIT compiler.
  for (let round = 0; round < ROUNDS; round++) work();
  const before = process.cpuUsage();
  for (let round = 0; round < ROUNDS; round++) work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / ROUNDS;
}
