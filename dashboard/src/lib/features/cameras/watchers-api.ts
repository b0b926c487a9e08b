import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';

export type WatcherList = Answer<'/api/v1/cameras/watchers', 'get'>;

const read = operation.GET('/api/v1/cameras/watchers');

export const listWatchers = (): Promise<WatcherList> => read();
