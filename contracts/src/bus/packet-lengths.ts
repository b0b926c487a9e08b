import { writeToStream } from 'mqtt-packet';

/** Shorter lengths are kept by mqtt-packet for ever. */
const KEPT_BELOW = 16_384;
/** A PUBLISH of this topic without content: two bytes for the length of the topic, and the topic. */
const TOPIC = 'x';
const LEAST = 2 + TOPIC.length;

let isDone = false;

/**
 * Has mqtt-packet encode each length of packet that it keeps, one after the other, so that they lie side by
 * side in a few blocks of memory. Left alone, each new length in the life of a process keeps a block of its own, 64 KiB
 * in Node.js 24, of which it uses two bytes: up to 1 GiB (mqttjs/mqtt-packet, issue 163). Called once at the
 * start of each process that speaks MQTT; takes some 60 ms.
 */
export function packPacketLengths(): void {
  if (isDone) return;
  isDone = true;
  const content = Buffer.alloc(KEPT_BELOW);
  const nowhere = { write: () => true } as unknown as NodeJS.WritableStream;
  for (let length = LEAST; length < KEPT_BELOW; length++) {
    const payload = content.subarray(0, length - LEAST);
    const packet = { cmd: 'publish', topic: TOPIC, payload, qos: 0, dup: false, retain: false };
    writeToStream(packet as Parameters<typeof writeToStream>[0], nowhere);
  }
}
