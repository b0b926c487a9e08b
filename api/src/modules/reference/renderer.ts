import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import fastify from 'fastify';

/** Mount path of the plugin in the internal server that provides its script. */
const MOUNT = '/reference';

let loading: Promise<Buffer> | undefined;

/**
 * The script that renders the reference (Scalar, MIT), gzipped. The library ships it inside its
 * Fastify plugin, whose own page needs an inline script, which our content security policy forbids:
 * so the script is requested from the plugin once, when the page is first opened.
 */
export function rendererScript(): Promise<Buffer> {
  loading ??= load().catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function load(): Promise<Buffer> {
  const { default: scalar } = await import('@scalar/fastify-api-reference');
  const server = fastify();
  await server.register(scalar, {
    routePrefix: MOUNT,
    configuration: { content: { openapi: '3.1.0', info: { title: '', version: '' }, paths: {} } },
  });
  const answer = await server.inject(`${MOUNT}/js/scalar.js`);
  await server.close();
  if (answer.statusCode !== 200) {
    throw new Error(`the script of the API reference is not at ${MOUNT}/js/scalar.js any more`);
  }
  return promisify(gzip)(answer.rawPayload);
}
