import type { FastifyRequest } from 'fastify';
import type { Account } from './account.ts';
import { accountOf } from './request-account.ts';

/** Who asks for something to be done, and from where: what the audit log keeps. */
export interface Caller {
  tenant: string;
  /** Null where the system acts by itself: a job, an event of a worker. */
  account: Account | null;
  address: string | null;
  requestId: string | null;
}

/** The caller of a request whose route names a permission. */
export function callerOf(request: FastifyRequest): Caller & { account: Account } {
  const account = accountOf(request);
  return { tenant: account.tenant, account, address: request.ip, requestId: request.id };
}

/** The system itself, for what no person asked for. */
export function systemCaller(tenant: string): Caller {
  return { tenant, account: null, address: null, requestId: null };
}
