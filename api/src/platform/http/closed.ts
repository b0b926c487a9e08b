import type { FastifyReply } from 'fastify';

/** A signal that is aborted where the client goes away before the answer. The request itself closes once its body is read. */
export function closedSignal({ raw }: Pick<FastifyReply, 'raw'>): AbortSignal {
  const controller = new AbortController();
  const note = () => {
    if (!raw.writableFinished) controller.abort();
  };
  if (raw.destroyed) note();
  else raw.once('close', note);
  return controller.signal;
}
