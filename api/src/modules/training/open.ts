import { z } from 'zod';
import type { Open } from '../../platform/module.ts';
import { RETRAINING, retrainings } from './obligations.ts';
import { registerTraining } from './routes.ts';
import { createTrainings } from './service.ts';

const entryOf = z.object({ entry: z.string() });

export const open: Open = ({ units, obligations, consumers, settings }) => {
  obligations.provide(RETRAINING, retrainings);
  const trainings = createTrainings({ units, obligations, timeZone: settings.timeZone });
  consumers.on({
    name: 'training.entry-changed',
    feature: 'qualifications',
    types: ['cn.anshi.safety-entry.*'],
    handle: (unit, { data }) => trainings.entryChanged(unit, entryOf.parse(data).entry),
  });
  return { register: (app) => registerTraining(app, trainings) };
};
