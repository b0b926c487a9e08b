import { client, take } from '$lib/api/client.ts';
import type { Answer } from '$lib/api/types.ts';

export type BusState = Answer<'/api/v1/bus', 'get'>;
export type Refused = BusState['refused'][number];

export const getBus = (): Promise<BusState> => take(client.GET('/api/v1/bus'));
