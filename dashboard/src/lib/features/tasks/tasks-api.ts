import { client, take } from '$lib/api/client.ts';
import type { Answer } from '$lib/api/types.ts';
import type { TaskFilters } from './filters.ts';

export type TaskPage = Answer<'/api/v1/tasks', 'get'>;
export type Task = TaskPage['items'][number];
export type TaskCounts = NonNullable<TaskPage['counts']>;

/** A page of the filtered tasks; the first one with counts. */
export const listTasks = (
  { scope, entity, overdue }: TaskFilters,
  cursor: string | null,
): Promise<TaskPage> =>
  take(
    client.GET('/api/v1/tasks', {
      params: {
        query: {
          scope,
          ...(entity ? { entity } : {}),
          ...(overdue ? { overdue: 'true' as const } : {}),
          ...(cursor ? { cursor } : {}),
        },
      },
    }),
  );

/** Number of this user's open tasks. */
export const countTasks = async (): Promise<TaskCounts | null> =>
  (await take(client.GET('/api/v1/tasks', { params: { query: { limit: 1 } } }))).counts ?? null;
