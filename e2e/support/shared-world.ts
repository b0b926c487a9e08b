import { inject } from 'vitest';
import { ApiClient } from './api-client.ts';
import type { SharedPlant } from './shared-plant.ts';

export { makeAccount, type OwnAccount } from './own-account.ts';

/**
 * The plant that several files share: the demonstration, without video analysis. Files run in any
 * order, so each creates its own records and accounts, and restores changed settings.
 */
export interface SharedWorld {
  plant: SharedPlant;
  /** A signed-in safety officer of the demonstration. */
  api: ApiClient;
}

export async function openSharedWorld(): Promise<SharedWorld> {
  const answer = await fetch(inject('sharedPlant'));
  if (!answer.ok) throw new Error(`the shared plant did not start: ${await answer.text()}`);
  const plant = (await answer.json()) as SharedPlant;
  return { plant, api: await ApiClient.signIn(plant.url, 'safety', plant.demoPassword) };
}
