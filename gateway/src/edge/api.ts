import { type EdgeKey, type EdgeSigned, edgeKey, edgeSigned } from '@anshi/contracts';
import { z } from 'zod';

/** Limit of a request beyond what it may wait for, ms. */
const REQUEST_MS = 10_000;
/** A list has 5,000 permits at most. */
const MOST_BYTES = 4 * 1024 * 1024;

/** The API as a point sees it. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: string;
}

/** The API did not answer, or not in time, or what answers in its place is another program. */
export class ApiAway extends Error {}

const problem = z.object({ code: z.string() });
/** The code of a problem; null where the answer has none. */
export function codeOf({ body }: ApiAnswer): string | null {
  try {
    return problem.safeParse(JSON.parse(body)).data?.code ?? null;
  } catch {
    return null;
  }
}

/** Requests to the API by the credential of one point. */
export class EdgeApi {
  readonly #base: string;
  readonly #secret: string;
  readonly #closing: AbortSignal;

  constructor(base: string, secret: string, closing: AbortSignal) {
    this.#base = base.replace(/\/$/, '');
    this.#secret = secret;
    this.#closing = closing;
  }

  /**
   * @throws ApiAway where it does not answer within the time, or says that it cannot. So is a refusal without a code: a
   * proxy gives it for an API that is away.
   */
  async send(
    method: 'GET' | 'POST',
    path: string,
    {
      body,
      headers = {},
      timeoutMs = REQUEST_MS,
    }: { body?: string; headers?: Record<string, string>; timeoutMs?: number } = {},
  ): Promise<ApiAnswer> {
    try {
      const answer = await fetch(`${this.#base}/api/v1/gates/${path}`, {
        method,
        redirect: 'error',
        headers: {
          authorization: `Bearer ${this.#secret}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body }),
        signal: AbortSignal.any([this.#closing, AbortSignal.timeout(timeoutMs)]),
      });
      const text = await limitedText(answer);
      if (answer.status >= 500) throw new ApiAway(`the API answers ${answer.status}`);
      const given = { status: answer.status, body: text };
      if (answer.status >= 400 && codeOf(given) === null) {
        throw new ApiAway(`what answers is not the API: ${answer.status}`);
      }
      return given;
    } catch (error) {
      if (error instanceof ApiAway) throw error;
      throw new ApiAway((error as Error).message, { cause: error });
    }
  }

  /** @throws ApiAway */
  async key(): Promise<EdgeKey | ApiAnswer> {
    const answer = await this.send('GET', 'edge-key');
    return answer.status === 200 ? parsed(edgeKey, answer.body) : answer;
  }

  /** @param wait seconds for another list than the one that is held. @throws ApiAway */
  async list(
    point: string,
    { nonce, have, wait }: { nonce: string; have: number | null; wait: number },
  ): Promise<EdgeSigned | ApiAnswer> {
    const query = new URLSearchParams({ point, nonce, wait: String(wait) });
    const answer = await this.send('GET', `edge-permits?${query}`, {
      headers: have === null ? {} : { 'if-none-match': `"${have}"` },
      timeoutMs: wait * 1000 + REQUEST_MS,
    });
    return answer.status === 200 ? parsed(edgeSigned, answer.body) : answer;
  }
}

function parsed<Schema extends z.ZodType>(schema: Schema, body: string): z.infer<Schema> {
  try {
    return schema.parse(JSON.parse(body));
  } catch (error) {
    throw new ApiAway('what answers is not the API', { cause: error });
  }
}

/** An answer to a point. @throws ApiAway where it is none of the API, such as the page of a proxy. */
export function answerOf(body: string): unknown {
  return parsed(z.union([z.looseObject({ decision: z.string() }), problem.loose()]), body);
}

async function limitedText(answer: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of answer.body ?? []) {
    length += part.length;
    if (length > MOST_BYTES) throw new ApiAway('the answer is too long');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
