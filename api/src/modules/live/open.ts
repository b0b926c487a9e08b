import { createViews } from '../../platform/audit/views.ts';
import type { Open } from '../../platform/module.ts';
import { Mpeg1Sockets } from './mpeg1-sockets.ts';
import { liveModule, type NoteView } from './routes.ts';
import { createLiveService } from './service.ts';
import { createStreamRequests, createWorkerRequests } from './worker-requests.ts';

/** Live views: WHEP, forwarded to the worker of the camera, and MPEG-1 from there. */
export const open: Open = (platform) => {
  const { log, auth, accountEvents, features, metrics, services, settings, units } = platform;
  const { liveSigners } = services.get('devices');
  const { service: cameras, states, configuration } = services.get('cameras');
  const service = createLiveService({
    cameras,
    states,
    ask: createWorkerRequests(liveSigners),
    askForStream: createStreamRequests(liveSigners),
    auth,
    changes: accountEvents,
    moves: configuration,
    isOn: () => features.check('monitoring'),
    onError: (error) => log.warn({ err: error }, 'a live view could not be ended'),
  });
  const views = createViews(units);
  const note: NoteView = (caller, camera) =>
    views.note(caller, { entity: 'camera', id: camera, what: 'live' });
  const sockets = new Mpeg1Sockets({ auth, service, note, log, metrics });
  return {
    ...liveModule(service, note, sockets, settings.turn),
    close() {
      sockets.close();
      service.close();
    },
  };
};
