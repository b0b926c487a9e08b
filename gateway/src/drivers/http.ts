import { type Outputs, outputs as outputsSchema } from '@anshi/contracts';
import type { HttpConfig } from '../config.ts';
import { type Driver, DriverError, fromWire, toWire } from './driver.ts';

/** More than a relay says of its outputs, bytes. */
const MOST_BYTES = 64 * 1024;

/**
 * A relay that is switched over HTTP: a PUT of a JSON object with what is to change, a GET of one with
 * all outputs.
 */
export function openHttp({ url, timeoutMs, headers, outputs }: HttpConfig): Driver {
  async function ask(init: RequestInit): Promise<string> {
    try {
      const response = await fetch(url, {
        ...init,
        headers: { ...headers, ...(init.headers as Record<string, string> | undefined) },
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = await readText(response);
      if (!response.ok) throw new DriverError('output', `${url}: it answers ${response.status}`);
      return text;
    } catch (error) {
      if (error instanceof DriverError) throw error;
      const { name, message, cause } = error as Error;
      const why =
        name === 'TimeoutError'
          ? `it does not answer within ${timeoutMs} ms`
          : ((cause as Error | undefined)?.message ?? message);
      throw new DriverError('no-connection', `${url}: ${why}`);
    }
  }
  return {
    async write(wanted) {
      const body = Object.fromEntries(
        Object.entries(wanted)
          .filter(([name]) => outputs[name])
          .map(([name, value]) => [
            outputs[name]?.field ?? name,
            outputs[name]?.values === undefined
              ? value
              : toWire(name, value, outputs[name]?.values),
          ]),
      );
      await ask({
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    },
    async read() {
      const text = await ask({ method: 'GET', headers: { accept: 'application/json' } });
      const said = parse(text);
      if (!said) throw new DriverError('output', `${url}: it says no outputs`);
      const read: Outputs = {};
      for (const [name, { field = name, values }] of Object.entries(outputs)) {
        const raw = said[field];
        if (raw === undefined) throw new DriverError('output', `${url}: it says no "${field}"`);
        read[name] = values === undefined ? raw : fromWire(raw as string | number, values);
      }
      return read;
    },
    async close() {},
  };
}

function parse(text: string): Outputs | null {
  try {
    const read = outputsSchema.safeParse(JSON.parse(text));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}

async function readText(response: Response): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length > MOST_BYTES) throw new DriverError('output', 'it says too much');
  }
  return text;
}
