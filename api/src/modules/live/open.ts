import type { Account } from '../../platform/access/account.ts';
import type { Caller } from '../../platform/access/caller.ts';
import { createViews } from '../../platform/audit/views.ts';
import type { Open } from '../../platform/module.ts';
import { liveModule } from './routes.ts';
import { createLiveService } from './service.ts';
import { createWorkerRequests } from './worker-requests.ts';

/** Live views: WHEP, forwarded to the worker of the camera. */
export const open: Open = ({ log, auth, accountEvents, features, services, units }) => {
  const { service: cameras, states, configuration } = services.get('cameras');
  const service = createLiveService({
    cameras,
    states,
    ask: createWorkerRequests(services.get('devices').liveSigners),
    auth,
    changes: accountEvents,
    moves: configuration,
    isOn: () => features.check('monitoring'),
    onError: (error) => log.warn({ err: error }, 'a live view could not be ended'),
  });
  const views = createViews(units);
  const note = async (caller: Caller & { account: Account }, camera: string) => {
    // Refused in a moment: nothing was seen.
    if (!cameras.has(camera) || !cameras.isWithin(caller.account, 'live:watch', camera)) return;
    await views.note(caller, { entity: 'camera', id: camera, what: 'live' });
  };
  return { ...liveModule(service, note), close: () => service.close() };
};
