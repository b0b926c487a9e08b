import { rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { keepFilesPrivate } from '@anshi/contracts/private-files';
import { LiveRefusal } from '../live-engine.ts';
import { FrameReader, messageFrame } from './frames.ts';
import { WhepEngine } from './whep-engine.ts';
import type { FromWhepProcess, ToWhepProcess, WhepSetup, WhepStart } from './whep-messages.ts';

/*
 * Entry of the process in which node-datachannel runs: its callbacks, one for each packet and viewer, take
 * nothing from the analysis. The worker connects to a socket in a folder that no other user opens, and sends
 * the packets of each watched camera once.
 */
keepFilesPrivate();
let folder: string | undefined;
// The worker is gone, even by kill -9.
process.on('disconnect', end);
// Ctrl-C reaches all processes of a terminal; this one ends with the worker.
process.on('SIGINT', () => {});

function end(): void {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  // Closing each connection takes seconds; viewers notice that packets stop.
  process.exit(0);
}

/** The packets of a camera, as they come over the socket. */
class Feed {
  readonly #receivers = new Set<(packet: Buffer) => void>();

  subscribe(receiver: (packet: Buffer) => void): () => void {
    this.#receivers.add(receiver);
    return () => this.#receivers.delete(receiver);
  }

  get isWatched(): boolean {
    return this.#receivers.size > 0;
  }

  take(packet: Buffer): void {
    for (const receive of this.#receivers) receive(packet);
  }
}

process.once('message', (start: WhepStart) => {
  const { setup } = start;
  folder = start.folder;
  const path = join(folder, 'socket');
  const server = createServer((socket) => {
    // The worker's own; nothing else is to come.
    server.close();
    serve(socket, setup);
  });
  server.listen(path, () => process.send?.({ path }));
});

function serve(socket: Socket, setup: WhepSetup): void {
  const tell = (message: FromWhepProcess) => socket.write(messageFrame(message));
  const feeds = new Map<number, Feed>();
  const engine = new WhepEngine({
    ...setup,
    onConnected: (session) => tell({ kind: 'connected', session }),
    onEnded: (session) => tell({ kind: 'ended', session }),
  });
  /** Once a camera has no viewer, its next one gets a feed with another number. */
  const dropUnwatched = () => {
    for (const [number, feed] of feeds) if (!feed.isWatched) feeds.delete(number);
  };
  const open = ({ camera, feed, session, offer }: Extract<ToWhepProcess, { kind: 'open' }>) => {
    const of = feeds.get(feed) ?? new Feed();
    feeds.set(feed, of);
    engine.open(camera, of, session, offer).then(
      (answer) => tell({ kind: 'opened', session, answer }),
      (error: Error) => {
        const status = error instanceof LiveRefusal ? error.status : null;
        tell({ kind: 'refused', session, status, message: error.message });
      },
    );
  };
  const reader = new FrameReader<ToWhepProcess>();
  socket.on('data', (chunk: Buffer) => {
    for (const frame of reader.take(chunk)) {
      if (frame.kind === 'packet') feeds.get(frame.feed)?.take(frame.packet);
      else if (frame.message.kind === 'open') open(frame.message);
      else {
        engine.end(frame.message.session);
        dropUnwatched();
      }
    }
  });
  socket.on('error', () => {});
  socket.on('close', end);
}
