import { INTERLEAVED_HEADER, INTERLEAVED_MAGIC } from '../rtp/packets.ts';

export interface RtspRequest {
  method: string;
  url: string;
  /** Names in lower case. */
  headers: Map<string, string>;
  body: Buffer;
}

export type RtspInput =
  | { kind: 'request'; request: RtspRequest }
  /** What the client sends between requests: its RTCP reports. */
  | { kind: 'interleaved'; channel: number; data: Buffer };

const MAX_HEADER_BYTES = 16 * 1024;
const MAX_BODY_BYTES = 64 * 1024;
const END_OF_HEADERS = Buffer.from('\r\n\r\n');

/** The bytes are not RTSP; the connection cannot be parsed any further. */
export class RtspSyntaxError extends Error {
  override name = 'RtspSyntaxError';
}

/**
 * Parses an RTSP connection (RFC 2326) incrementally: requests, and interleaved packets (10.12)
 * between them. Chunks may split a message anywhere, or hold several.
 */
export class RtspReader {
  #pending: Buffer = Buffer.alloc(0);

  /**
   * Feeds bytes of the connection.
   *
   * @returns the items that they complete, in order.
   * @throws RtspSyntaxError where they are not RTSP, or exceed the limits.
   */
  push(bytes: Buffer): RtspInput[] {
    this.#pending = this.#pending.length > 0 ? Buffer.concat([this.#pending, bytes]) : bytes;
    const inputs: RtspInput[] = [];
    for (let input = this.#next(); input; input = this.#next()) inputs.push(input);
    return inputs;
  }

  #next(): RtspInput | null {
    this.#skipEmptyLines();
    if (this.#pending.length === 0) return null;
    return this.#pending[0] === INTERLEAVED_MAGIC ? this.#interleaved() : this.#request();
  }

  /**
   * Some clients send an empty line after a body (RFC 2068 4.1 requires servers to tolerate it).
   */
  #skipEmptyLines(): void {
    let at = 0;
    while (this.#pending[at] === 0x0d || this.#pending[at] === 0x0a) at += 1;
    if (at > 0) this.#pending = this.#pending.subarray(at);
  }

  #interleaved(): RtspInput | null {
    if (this.#pending.length < INTERLEAVED_HEADER) return null;
    const end = INTERLEAVED_HEADER + this.#pending.readUInt16BE(2);
    if (this.#pending.length < end) return null;
    const channel = this.#pending[1]!;
    const data = this.#pending.subarray(INTERLEAVED_HEADER, end);
    this.#pending = this.#pending.subarray(end);
    return { kind: 'interleaved', channel, data };
  }

  #request(): RtspInput | null {
    const end = this.#pending.indexOf(END_OF_HEADERS);
    if (end > MAX_HEADER_BYTES || (end < 0 && this.#pending.length > MAX_HEADER_BYTES)) {
      throw new RtspSyntaxError(`the headers are longer than ${MAX_HEADER_BYTES} bytes`);
    }
    if (end < 0) {
      checkBeginning(this.#pending);
      return null;
    }
    const head = parseHead(this.#pending.subarray(0, end).toString('latin1'));
    const length = bodyLength(head.headers);
    const bodyAt = end + END_OF_HEADERS.length;
    if (this.#pending.length < bodyAt + length) return null;
    const body = this.#pending.subarray(bodyAt, bodyAt + length);
    this.#pending = this.#pending.subarray(bodyAt + length);
    return { kind: 'request', request: { ...head, body } };
  }
}

/** Refuses invalid data at once, before it reaches the size limit. */
function checkBeginning(bytes: Buffer): void {
  const lineEnd = bytes.indexOf('\r\n');
  const line = bytes.subarray(0, lineEnd < 0 ? undefined : lineEnd).toString('latin1');
  const whole = lineEnd >= 0;
  if (whole ? !REQUEST_LINE.test(line) : !/^[A-Z_]{1,32}(?: [\x20-\x7e]*\r?)?$/.test(line)) {
    throw new RtspSyntaxError('the request line is not that of RTSP/1.0');
  }
}

const REQUEST_LINE = /^([A-Z_]{1,32}) (\S+) RTSP\/1\.0$/;

function parseHead(text: string): Omit<RtspRequest, 'body'> {
  const [first = '', ...lines] = text.split('\r\n');
  const match = REQUEST_LINE.exec(first);
  if (!match) throw new RtspSyntaxError('the request line is not that of RTSP/1.0');
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 1) throw new RtspSyntaxError('a header has no name');
    headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return { method: match[1]!, url: match[2]!, headers };
}

function bodyLength(headers: Map<string, string>): number {
  const text = headers.get('content-length') ?? '0';
  const length = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(length <= MAX_BODY_BYTES)) {
    throw new RtspSyntaxError(`the body must have 0 to ${MAX_BODY_BYTES} bytes, not ${text}`);
  }
  return length;
}

const REASONS: Record<number, string> = {
  200: 'OK',
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  454: 'Session Not Found',
  455: 'Method Not Valid in This State',
  459: 'Aggregate Operation Not Allowed',
  461: 'Unsupported Transport',
  501: 'Not Implemented',
};

export interface RtspResponse {
  status: number;
  headers?: Record<string, string | string[]>;
  body?: string;
}

/** Writes a response; `sequence` is the request's CSeq. */
export function formatResponse(sequence: string | undefined, response: RtspResponse): string {
  const { status, headers = {}, body = '' } = response;
  const lines = [`RTSP/1.0 ${status} ${REASONS[status] ?? 'Error'}`];
  if (sequence !== undefined) lines.push(`CSeq: ${sequence}`);
  for (const [name, values] of Object.entries(headers)) {
    for (const value of [values].flat()) lines.push(`${name}: ${value}`);
  }
  if (body) lines.push(`Content-Length: ${Buffer.byteLength(body)}`);
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}
