import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ClipRequest, clipRequest, topics, type WorkerStatus } from '@anshi/contracts';
import { type LiveGrant, LiveGrantCheck, type LiveKey } from '@anshi/contracts/live-grant';
import { workerStatus } from './camera-health.ts';
import { type RunningApi, until } from './site.ts';
import { signed, type TestWorker } from './worker.ts';

/** A request for a clip that a worker received: its grant, which was checked, and its body. */
export interface AskedClip {
  grant: LiveGrant;
  request: ClipRequest;
}

/** The HTTP server of a worker that is asked for clips: it checks each grant as a worker does. */
export class ClipWorker {
  /** What was asked, in order. */
  readonly asked: AskedClip[] = [];
  /** The status that it answers, and its words. */
  answer: { status: number; title: string } = { status: 202, title: '' };
  /** Called before each answer. */
  onAsked: (asked: AskedClip) => unknown = () => {};
  readonly #worker: TestWorker;
  readonly #cameras: string[];
  readonly #server: Server;
  readonly #check: LiveGrantCheck;

  private constructor(worker: TestWorker, cameras: string[]) {
    this.#worker = worker;
    this.#cameras = cameras;
    this.#check = new LiveGrantCheck(worker.name);
    this.#server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      const { method = '', url: path = '', headers } = request;
      const grant = this.#check.take(headers.authorization, { method, path, body });
      const asked = { grant, request: clipRequest.parse(JSON.parse(body)) };
      this.asked.push(asked);
      await this.onAsked(asked);
      const { status, title } = this.answer;
      response.writeHead(status, { 'content-type': 'application/problem+json' });
      response.end(status === 202 ? undefined : JSON.stringify({ title, status }));
    });
  }

  static async start(api: RunningApi, worker: TestWorker, cameras: string[]): Promise<ClipWorker> {
    const own = new ClipWorker(worker, cameras);
    await new Promise<void>((resolve) => own.#server.listen(0, '127.0.0.1', resolve));
    const self = await (await api.get('/api/v1/ingest/worker', worker.own)).json();
    own.#check.setKeys((self as { liveKeys: LiveKey[] }).liveKeys);
    return own;
  }

  /** Says that it is there, or has gone, until the API knows it. */
  async say(api: RunningApi, online: boolean): Promise<void> {
    const { port } = this.#server.address() as AddressInfo;
    const { name, client } = this.#worker;
    const topic = topics.workerStatus('demo', name);
    const status = workerStatus({ worker: name, cameras: this.#cameras });
    await until(
      async () => {
        const said: WorkerStatus = {
          ...(status as WorkerStatus),
          at: new Date().toISOString(),
          online,
          http: online ? `http://127.0.0.1:${port}` : null,
        };
        await client.publishAsync(topic, signed(name, topic, said), { qos: 1, retain: true });
        const { body } = await api.send<{ workers: WorkerStatus[] }>('operator', 'GET', '/system');
        return body.workers.some((one) => one.worker === name && one.online === online);
      },
      `${name} is ${online ? 'there' : 'away'}`,
    );
  }

  /** Ends every connection, before an answer. */
  cut(): void {
    this.#server.closeAllConnections();
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
