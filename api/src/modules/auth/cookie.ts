import type { FastifyReply, FastifyRequest } from 'fastify';
import '@fastify/cookie';

/** The cookie of the refresh token: not readable by scripts. */
const REFRESH = 'anshi_refresh';
/** Says which accounts signed in here before, see known-devices.ts. */
const DEVICE = 'anshi_device';
const DEVICE_DAYS = 180;

/**
 * Name and attributes of a cookie. By https its name has the prefix `__Host-`: browsers accept such a
 * cookie from this host and by https alone, so that a neighbouring host cannot set it. The prefix
 * requires the path `/`. By http, where browsers refuse the prefix, it is sent to the sign-in only.
 */
function placeOf(request: FastifyRequest, name: string) {
  const secure = request.protocol === 'https';
  return {
    name: secure ? `__Host-${name}` : name,
    attributes: {
      path: secure ? '/' : '/api/v1/auth',
      httpOnly: true,
      sameSite: 'strict',
      secure,
    } as const,
  };
}

const read = (request: FastifyRequest, name: string): string | undefined =>
  request.cookies[placeOf(request, name).name];

export const readCookie = (request: FastifyRequest): string | undefined => read(request, REFRESH);

export function setCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  token: string,
  expires: Date,
): void {
  const { name, attributes } = placeOf(request, REFRESH);
  reply.setCookie(name, token, { ...attributes, expires });
}

export function clearCookie(request: FastifyRequest, reply: FastifyReply): void {
  const { name, attributes } = placeOf(request, REFRESH);
  reply.clearCookie(name, attributes);
}

export const readDevice = (request: FastifyRequest): string | undefined => read(request, DEVICE);

export function setDevice(request: FastifyRequest, reply: FastifyReply, value: string): void {
  const { name, attributes } = placeOf(request, DEVICE);
  reply.setCookie(name, value, { ...attributes, maxAge: DEVICE_DAYS * 86_400 });
}
