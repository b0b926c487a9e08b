/**
 * Runs at most `most` tasks at a time; the rest wait in order. Pictures and videos take memory and
 * cores per task, however many users send at once.
 */
export function createLimiter(
  most: number,
): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= most) await new Promise<void>((go) => waiting.push(go));
    else running++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      // The slot is passed on directly, so that no other call takes it in between.
      if (next) next();
      else running--;
    }
  };
}
