/* node docker/healthcheck.mjs URL [any]: 0 where it answers well; with `any`, where it answers. */
const [url, any] = process.argv.slice(2);
try {
  const { ok } = await fetch(url, { signal: AbortSignal.timeout(4000) });
  process.exit(ok || any ? 0 : 1);
} catch {
  process.exit(1);
}
