/* node docker/healthcheck.mjs URL [any]: exit code 0 for a successful response; with `any`, for any response. */
const [url, any] = process.argv.slice(2);
try {
  const { ok } = await fetch(url, { signal: AbortSignal.timeout(4000) });
  process.exit(ok || any ? 0 : 1);
} catch {
  process.exit(1);
}
