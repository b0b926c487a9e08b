import type { Open } from '../../platform/module.ts';
import { registerSnoozes } from './routes.ts';
import { createSnoozes } from './service.ts';

/** Notices and beacons of a camera, zone or rule that rest; workers hear of it in the alarm plan. */
export const open: Open = ({ units, notices, services }) => {
  const { configuration, service: reach } = services.get('cameras');
  const cameras = () => configuration.file.cameras;
  const removed = () => configuration.removed;
  const snoozes = createSnoozes({ units, notices, cameras, removed, reach });
  return { register: (app) => registerSnoozes(app, snoozes) };
};
