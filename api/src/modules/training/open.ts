import type { Open } from '../../platform/module.ts';
import { RETRAINING, retrainings } from './obligations.ts';
import { registerTraining } from './routes.ts';
import { createTrainings } from './service.ts';

export const open: Open = ({ units, obligations, settings }) => {
  obligations.provide(RETRAINING, retrainings);
  const trainings = createTrainings({ units, obligations, timeZone: settings.timeZone });
  return { register: (app) => registerTraining(app, trainings) };
};
