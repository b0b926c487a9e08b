import type { Open } from '../../platform/module.ts';
import { createDepending } from '../badge-corrections/depending.ts';
import { createMoves } from '../badge-corrections/moves.ts';
import { createSensitive } from '../people/sensitive.ts';
import { createDistinct } from './distinct.ts';
import { createMergeMoves } from './moves.ts';
import { createPartedNames } from './parting.ts';
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
  const { events } = services.get('violations');
  const files = services.get('safetyFile');
  const moves = createMergeMoves({ events, incidents, files });
  const names = createPartedNames({
    depending: createDepending({ incidents, files }),
    corrections: createMoves({ events, incidents, files }),
  });
  const merges = createPersonMerges({
    units,
    births: services.get('peopleBirths'),
    sensitive,
    plan: createMergePlans({ sensitive, incidents }),
    moves,
    undo: createMergeUndo({ sensitive, moves, names, tell }),
    tell,
  });
  return { register: (app) => registerPersonMerges(app, merges, createDistinct({ units })) };
};
