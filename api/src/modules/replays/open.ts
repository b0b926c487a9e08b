import type { Open } from '../../platform/module.ts';
import { createWorkerRequests } from '../live/worker-requests.ts';
import { replaysModule } from './routes.ts';
import { createReplaysService } from './service.ts';

/** Replays of recorded observations, which the worker of a camera keeps. */
export const open: Open = ({ units, services }) => {
  const { service: cameras, states, configurations } = services.get('cameras');
  const ask = createWorkerRequests(services.get('devices').liveSigners, 'replay.unavailable');
  return replaysModule(createReplaysService({ units, cameras, configurations, states, ask }));
};
