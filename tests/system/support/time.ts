// Waiting with an end. The end is generous: it says that something hangs, never how fast something is.
export const patience_ms = 20_000;

export async function within<T>(what: string, promise: Promise<T>, limit_ms = patience_ms): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: nothing within ${limit_ms / 1000} s`)), limit_ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Asks again and again until `check` has something. Only for what the server does not announce. */
export async function eventually<T>(what: string, check: () => Promise<T | undefined>): Promise<T> {
  const end = performance.now() + patience_ms;
  for (;;) {
    const found = await check();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`${what}: not within ${patience_ms / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
