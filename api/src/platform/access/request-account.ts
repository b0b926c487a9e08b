import type { FastifyRequest } from 'fastify';
import type { Account } from './account.ts';
import '../http/app-types.ts';
import { Problem } from '../http/errors.ts';

/** The account of a request whose route names a permission. */
export function accountOf(request: FastifyRequest): Account {
  if (!request.account) throw new Problem('auth.required');
  return request.account;
}

/** The session that the request belongs to. */
export function sessionOf(request: FastifyRequest): string {
  if (!request.session) throw new Problem('auth.required');
  return request.session;
}
