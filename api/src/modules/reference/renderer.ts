import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import fastify from 'fastify';

/** Where the plugin is mounted in the server that is only asked for its script. */
const MOUNT = '/reference';

let loading: Promise<Buffer> | undefined;

/**
 * The script that draws the reference (Scalar, MIT), compressed by gzip. The library ships it inside
 * of its plugin for Fastify, whose own page needs an inline script that our content policy forbids:
 * so the plugin is asked for the script once, when somebody first opens the page.
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
