import { client, take } from '$lib/api/client.ts';
import type { Definition, Fault, VersionEntry, WorkflowSummary, WorkflowVersion } from './types.ts';

const at = (id: string) => ({ params: { path: { id } } });

/** The API of the workflow editor. */
export interface WorkflowsApi {
  validate(id: string, definition: Definition): Promise<Fault[]>;
  save(
    id: string,
    request: { definition: Definition; basedOn: number; note: string | null },
  ): Promise<WorkflowVersion>;
}

export const workflowsApi: WorkflowsApi = {
  validate: async (id, definition) =>
    (
      await take(
        client.POST('/api/v1/workflows/{id}/validate', { ...at(id), body: { definition } }),
      )
    ).faults,
  save: (id, body) => take(client.PUT('/api/v1/workflows/{id}', { ...at(id), body })),
};

export const listWorkflows = async (): Promise<WorkflowSummary[]> =>
  (await take(client.GET('/api/v1/workflows'))).items;
export const readWorkflow = (id: string, version?: number): Promise<WorkflowVersion> =>
  take(
    client.GET('/api/v1/workflows/{id}', {
      params: { path: { id }, query: version === undefined ? {} : { version } },
    }),
  );
export const listVersions = async (id: string): Promise<VersionEntry[]> =>
  (await take(client.GET('/api/v1/workflows/{id}/versions', at(id)))).items;
