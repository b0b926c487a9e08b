/** Whether the installation is a demonstration; one that does not answer is taken for none. */
export async function isDemonstration(): Promise<boolean> {
  const answer = await fetch('/api/health').catch(() => null);
  const health: unknown = await answer?.json().catch(() => null);
  return typeof health === 'object' && health !== null && 'demo' in health && health.demo === true;
}
