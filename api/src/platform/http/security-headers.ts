import helmet from '@fastify/helmet';
import type { App } from './app-types.ts';
import { contentPolicy } from './dashboard.ts';

/** A browser that came once by TLS comes no other way for a year. */
const HSTS = 'max-age=31536000; includeSubDomains';

/** What the pages may use of the device: reports take pictures, sound and the place; nothing more. */
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
  ...['serial', 'hid', 'bluetooth', 'browsing-topics'].map((name) => `${name}=()`),
].join(', ');

/** The headers that every answer has, whatever it is. A route that needs another says so itself. */
export async function setSecurityHeaders(app: App): Promise<void> {
  // The policy names the host of the request, which helmet's own cannot.
  await app.register(helmet, {
    contentSecurityPolicy: false,
    strictTransportSecurity: false,
    frameguard: { action: 'deny' },
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.header('content-security-policy', contentPolicy(request, []));
    reply.header('permissions-policy', DEVICE);
    // What the API says is of one account: no cache on the way or on the disk keeps it.
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store');
    // By the proxy's word, where one is in front.
    if (request.protocol === 'https') reply.header('strict-transport-security', HSTS);
  });
}
