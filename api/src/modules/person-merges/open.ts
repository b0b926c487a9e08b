import type { Open } from '../../platform/module.ts';
import { createSensitive } from '../people/sensitive.ts';
import { createMergeMoves } from './moves.ts';
import { createMergePlans } from './plan.ts';
import { registerPersonMerges } from './routes.ts';
import { createPersonMerges } from './service.ts';
import { createMergeTell } from './tell.ts';
import { createMergeUndo } from './undo.ts';

/** Joining two files of one person, with undo. */
export const open: Open = ({ units, sealed, notices, services }) => {
  const sensitive = createSensitive(sealed);
  const incidents = services.get('incidents').service;
  const tell = createMergeTell(notices);
  const moves = createMergeMoves({
    events: services.get('violations').events,
    incidents,
    files: services.get('safetyFile'),
  });
  const merges = createPersonMerges({
    units,
    births: services.get('peopleBirths'),
    sensitive,
    plan: createMergePlans({ sensitive, incidents }),
    moves,
    undo: createMergeUndo({ sensitive, moves, tell }),
    tell,
  });
  return { register: (app) => registerPersonMerges(app, merges) };
};
