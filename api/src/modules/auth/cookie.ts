import type { FastifyReply, FastifyRequest } from 'fastify';
import '@fastify/cookie';

/** The cookie of the refresh token: not readable by scripts, sent to these routes only. */
const NAME = 'anshi_refresh';
const PATH = '/api/v1/auth';
/** Says which accounts signed in here before, see known-devices.ts. */
const DEVICE = 'anshi_device';
const DEVICE_DAYS = 180;

export const readCookie = (request: FastifyRequest): string | undefined => request.cookies[NAME];

export function setCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  token: string,
  expiresAt: Date,
): void {
  reply.setCookie(NAME, token, {
    path: PATH,
    httpOnly: true,
    sameSite: 'strict',
    secure: request.protocol === 'https',
    expires: expiresAt,
  });
}

export function clearCookie(request: FastifyRequest, reply: FastifyReply): void {
  reply.clearCookie(NAME, {
    path: PATH,
    httpOnly: true,
    sameSite: 'strict',
    secure: request.protocol === 'https',
  });
}

export const readDevice = (request: FastifyRequest): string | undefined => request.cookies[DEVICE];

export function setDevice(request: FastifyRequest, reply: FastifyReply, value: string): void {
  reply.setCookie(DEVICE, value, {
    path: PATH,
    httpOnly: true,
    sameSite: 'strict',
    secure: request.protocol === 'https',
    maxAge: DEVICE_DAYS * 86_400,
  });
}
