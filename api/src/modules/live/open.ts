import type { Open } from '../../platform/module.ts';
import { liveModule } from './routes.ts';
import { createLiveService } from './service.ts';

/** Live views: WHEP, handed on to the worker that has the camera. */
export const open: Open = ({ settings, log, auth, accountEvents, features, services }) => {
  const { service: cameras, states } = services.get('cameras');
  return liveModule(
    createLiveService({
      cameras,
      states,
      workerToken: settings.workerToken,
      auth,
      changes: accountEvents,
      isOn: () => features.check('monitoring'),
      onError: (error) => log.warn({ err: error }, 'a live view could not be ended'),
    }),
  );
};
