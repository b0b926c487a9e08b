/*
 * What the worker and the process of node-datachannel send each other over a socket, frame after frame:
 * length of the rest (4 bytes, big endian), kind (1 byte), content.
 */

const LENGTH_BYTES = 4;
const JSON_KIND = 0;
const PACKET_KIND = 1;
/** Kind and number of the feed. */
const PACKET_HEAD = 3;
/** Longer frames are of no sender of ours: SDP is at most 64 KiB, a packet 1.5 KB. */
const MOST_BYTES = 1 << 20;

/** A frame that was read; a packet is a part of the buffer that was received. */
export type Frame<Message> =
  | { readonly kind: 'message'; readonly message: Message }
  | { readonly kind: 'packet'; readonly feed: number; readonly packet: Buffer };

export function messageFrame(message: object): Buffer {
  const text = Buffer.from(JSON.stringify(message));
  const frame = Buffer.allocUnsafe(LENGTH_BYTES + 1 + text.length);
  frame.writeUInt32BE(1 + text.length, 0);
  frame[LENGTH_BYTES] = JSON_KIND;
  text.copy(frame, LENGTH_BYTES + 1);
  return frame;
}

/** @param feed number of the camera's stream, 0 to 65,535. */
export function packetFrame(feed: number, packet: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(LENGTH_BYTES + PACKET_HEAD + packet.length);
  frame.writeUInt32BE(PACKET_HEAD + packet.length, 0);
  frame[LENGTH_BYTES] = PACKET_KIND;
  frame.writeUInt16BE(feed, LENGTH_BYTES + 1);
  frame.set(packet, LENGTH_BYTES + PACKET_HEAD);
  return frame;
}

/** Reads frames from the chunks of a socket. */
export class FrameReader<Message> {
  #rest: Buffer = Buffer.alloc(0);

  /** @throws Error where the bytes are no frames; the socket is of no further use then. */
  take(chunk: Buffer): Frame<Message>[] {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const frames: Frame<Message>[] = [];
    let at = 0;
    while (bytes.length - at >= LENGTH_BYTES) {
      const length = bytes.readUInt32BE(at);
      if (length < 1 || length > MOST_BYTES) throw new Error(`a frame of ${length} bytes`);
      const end = at + LENGTH_BYTES + length;
      if (end > bytes.length) break;
      frames.push(read<Message>(bytes.subarray(at + LENGTH_BYTES, end)));
      at = end;
    }
    this.#rest = bytes.subarray(at);
    return frames;
  }
}

function read<Message>(content: Buffer): Frame<Message> {
  if (content[0] === JSON_KIND) {
    return { kind: 'message', message: JSON.parse(content.toString('utf8', 1)) as Message };
  }
  if (content[0] !== PACKET_KIND || content.length < PACKET_HEAD) {
    throw new Error(`a frame of the unknown kind ${content[0]}`);
  }
  return { kind: 'packet', feed: content.readUInt16BE(1), packet: content.subarray(PACKET_HEAD) };
}
