import { randomInt } from 'node:crypto';
import type { types } from 'mediasoup';
import { LOOPBACK_PAYLOAD_TYPE } from '../../capture/ffmpeg-command.ts';
import type { PacketSource } from '../packet-source.ts';
import { producedH264 } from './h264-router.ts';

/** A camera's packets in one router. They go in once, for all of its viewers. */
export interface CameraFeed {
  readonly producerId: string;
  close(): void;
}

/**
 * Sends a camera's packets into a router. They come from this process and not from a socket of
 * mediasoup, which would bind to the source of the first packet and freeze where the camera restarts.
 */
export async function openCameraFeed(
  router: types.Router,
  source: Pick<PacketSource, 'subscribe'>,
): Promise<CameraFeed> {
  const transport = await router.createDirectTransport();
  const ssrc = randomInt(1, 0xffffffff);
  const producer = await transport.produce({
    kind: 'video',
    rtpParameters: producedH264(LOOPBACK_PAYLOAD_TYPE, ssrc),
  });
  const leave = source.subscribe((packet) => {
    if (producer.closed) return;
    // Another engine may have written its own into the packet.
    packet[1] = (packet[1]! & 0x80) | LOOPBACK_PAYLOAD_TYPE;
    packet.writeUInt32BE(ssrc, 8);
    producer.send(packet);
  });
  return {
    producerId: producer.id,
    close() {
      leave();
      transport.close();
    },
  };
}
