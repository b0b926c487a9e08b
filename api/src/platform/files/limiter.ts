/**
 * Runs at most `most` pieces of work at a time; the rest wait in the order they came. Pictures and
 * videos take memory and cores by the piece, however many people send at once.
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
      // The place is handed on, so that nobody slips in between.
      if (next) next();
      else running--;
    }
  };
}
