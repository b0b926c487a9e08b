import helmet from '@fastify/helmet';
import type { App } from './app-types.ts';
import { contentPolicy } from './dashboard.ts';

/** HSTS: a year. */
const HSTS = 'max-age=31536000; includeSubDomains';

/** Device permissions of the pages: reports need camera, microphone and location. */
const DEVICE = [
  ...['camera', 'microphone', 'geolocation', 'fullscreen', 'autoplay', 'screen-wake-lock'].map(
    (name) => `${name}=(self)`,
  ),
  ...[
    'accelerometer',
    'gyroscope',
    'magnetometer',
    'display-capture',
    'midi',
    'payment',
    'usb',
  ].map((name) => `${name}=()`),
  ...['serial', 'hid', 'browsing-topics'].map((name) => `${name}=()`),
].join(', ');

/** Headers of every response. A route that needs others sets them itself. */
export async function setSecurityHeaders(app: App): Promise<void> {
  // The policy contains the host of the request, which helmet's own cannot.
  await app.register(helmet, {
    contentSecurityPolicy: false,
    strictTransportSecurity: false,
    frameguard: { action: 'deny' },
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.header('content-security-policy', contentPolicy(request, []));
    reply.header('permissions-policy', DEVICE);
    // API responses belong to one account: no shared or disk cache may store them.
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store');
    // The scheme reported by the proxy, where there is one.
    if (request.protocol === 'https') reply.header('strict-transport-security', HSTS);
  });
}
