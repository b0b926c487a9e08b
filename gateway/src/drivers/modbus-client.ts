import { connect, type Socket } from 'node:net';
import { DriverError } from './driver.ts';
import { decodeAnswer, encodeRequest, type ModbusRequest, readAnswer } from './modbus-frame.ts';

/** A connection that is not used is tried so often, ms. */
const KEEP_ALIVE_MS = 10_000;

interface Waiting {
  readonly transaction: number;
  readonly request: ModbusRequest;
  resolve(value: number): void;
  reject(error: DriverError): void;
}

/**
 * A connection to a Modbus TCP server, made where it is needed. One request at a time, as many devices
 * take only one. A server that hangs, refuses, closes in the middle of an answer or sends something else
 * fails the request with the reason, and the next one begins with a new connection. One that was open
 * before may be known to this side alone, as after a power cycle: there the request is repeated once.
 */
export class ModbusClient {
  readonly #host: string;
  readonly #port: number;
  readonly #unit: number;
  readonly #timeoutMs: number;
  #socket: Socket | null = null;
  #received: Buffer = Buffer.alloc(0);
  #waiting: Waiting | null = null;
  #transaction = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;

  /** @param options.timeoutMs of one try of a request, with the connection where there is none yet. */
  constructor(options: { host: string; port: number; unit: number; timeoutMs: number }) {
    this.#host = options.host;
    this.#port = options.port;
    this.#unit = options.unit;
    this.#timeoutMs = options.timeoutMs;
  }

  /** @returns the value read or written. @throws DriverError */
  request(request: ModbusRequest): Promise<number> {
    const turn = this.#turn.catch(() => {}).then(() => this.#ask(request));
    this.#turn = turn;
    return turn;
  }

  async #ask(request: ModbusRequest): Promise<number> {
    const wasOpen = this.#socket !== null;
    try {
      return await this.#try(request);
    } catch (error) {
      const isLost = error instanceof DriverError && error.fault === 'no-connection';
      if (!wasOpen || !isLost || this.#closed) throw error;
      // Writes say what is to be, not what is to change: twice is as once.
      return this.#try(request);
    }
  }

  async #try(request: ModbusRequest): Promise<number> {
    if (this.#closed) throw this.#error('it is closed');
    const timer = setTimeout(() => {
      this.#drop(`it does not answer within ${this.#timeoutMs} ms`);
    }, this.#timeoutMs);
    try {
      const socket = this.#socket ?? (await this.#open());
      this.#transaction = (this.#transaction + 1) % 0x10000;
      const transaction = this.#transaction;
      return await new Promise<number>((resolve, reject) => {
        this.#waiting = { transaction, request, resolve, reject };
        socket.write(encodeRequest(transaction, this.#unit, request));
      });
    } finally {
      clearTimeout(timer);
      this.#waiting = null;
    }
  }

  #open(): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = connect({
        host: this.#host,
        port: this.#port,
        noDelay: true,
        keepAlive: true,
        keepAliveInitialDelay: KEEP_ALIVE_MS,
      });
      this.#socket = socket;
      this.#received = Buffer.alloc(0);
      let isOpen = false;
      let why = 'it closed the connection';
      socket.on('connect', () => {
        isOpen = true;
        resolve(socket);
      });
      socket.on('data', (bytes) => this.#take(bytes));
      socket.on('error', ({ message }) => {
        why = message;
      });
      socket.on('close', () => {
        if (this.#socket === socket) this.#socket = null;
        const error = this.#error(this.#why ?? why);
        this.#why = null;
        if (!isOpen) reject(error);
        this.#waiting?.reject(error);
      });
    });
  }

  /** Why this side closes. */
  #why: string | null = null;

  #drop(why: string): void {
    if (this.#socket) {
      this.#why = why;
      this.#socket.destroy();
    } else this.#waiting?.reject(this.#error(why));
  }

  #error(why: string): DriverError {
    return new DriverError('no-connection', `modbus://${this.#host}:${this.#port}: ${why}`);
  }

  #take(bytes: Buffer): void {
    this.#received = Buffer.concat([this.#received, bytes]);
    for (;;) {
      const decoded = decodeAnswer(this.#received);
      if (decoded.result === 'partial') return;
      if (decoded.result === 'damaged') {
        this.#drop(`it sent something else: ${decoded.why}`);
        return;
      }
      this.#received = this.#received.subarray(decoded.bytes);
      const waiting = this.#waiting;
      // An answer to an earlier request, whose time was over.
      if (!waiting || decoded.transaction !== waiting.transaction) continue;
      if (decoded.unit !== this.#unit) {
        this.#drop(`it sent an answer of unit ${decoded.unit}`);
        return;
      }
      const answer = readAnswer(waiting.request, decoded.body);
      if ('damaged' in answer) {
        this.#drop(`it sent something else: ${answer.damaged}`);
        return;
      }
      if ('value' in answer) waiting.resolve(answer.value);
      else waiting.reject(new DriverError('output', `${waiting.request.kind}: ${answer.refused}`));
    }
  }

  /** Requests are refused from now on. */
  close(): void {
    this.#closed = true;
    this.#drop('it is closed');
  }
}
