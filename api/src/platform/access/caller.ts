import type { FastifyRequest } from 'fastify';
import type { Account } from './account.ts';
import { accountOf } from './request-account.ts';

/** Origin of a change, for the audit log: user and address. */
export interface Caller {
  tenant: string;
  /** Null for the system: a job, a worker's event. */
  account: Account | null;
  address: string | null;
  requestId: string | null;
}

/** The caller of a request whose route names a permission. */
export function callerOf(request: FastifyRequest): Caller & { account: Account } {
  const account = accountOf(request);
  return { tenant: account.tenant, account, address: request.ip, requestId: request.id };
}

/** The system itself, for work without a user. */
export function systemCaller(tenant: string): Caller {
  return { tenant, account: null, address: null, requestId: null };
}
