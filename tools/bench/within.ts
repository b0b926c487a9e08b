/**
 * Waits for work with a limit. Without one, a browser, a database or a bus that never answers makes a bench hang silently.
 *
 * @param what is waited for, such as `the clip is shown`.
 * @throws Error that names it where it takes longer; the work itself goes on.
 */
export async function within<Result>(
  ms: number,
  what: string,
  work: Promise<Result>,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: not within ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
