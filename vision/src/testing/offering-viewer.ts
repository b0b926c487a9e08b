import nodeDataChannel from 'node-datachannel';

/**
 * A viewer by WHEP that has made its offer and asked for nothing yet. It keeps the sequence numbers and
 * payload types of the RTP packets that it receives.
 *
 * @param onPacket called after each of them.
 */
export async function offeringViewer(onPacket: () => void) {
  const connection = new nodeDataChannel.PeerConnection('viewer', {
    iceServers: [],
    bindAddress: '127.0.0.1',
    disableAutoNegotiation: true,
  });
  const video = new nodeDataChannel.Video('0', 'RecvOnly');
  video.addH264Codec(102, 'profile-level-id=42e01f;packetization-mode=1');
  const track = connection.addTrack(video);
  const sequences: number[] = [];
  const types = new Set<number>();
  track.onMessage((packet) => {
    const type = packet[1]! & 0x7f;
    if (type >= 72 && type <= 76) return; // RTCP
    types.add(type);
    sequences.push(packet.readUInt16BE(2));
    onPacket();
  });
  const gathered = new Promise<void>((resolve) => {
    connection.onGatheringStateChange((state) => state === 'complete' && resolve());
  });
  connection.setLocalDescription('offer');
  await gathered;
  // Browsers hide their addresses in an offer; the worker must connect without them.
  const offer = connection.localDescription()!.sdp.replace(/^a=candidate.*\r?\n/gm, '');
  // The reference to the track is kept: without it the binding drops its listeners.
  return { connection, track, sequences, types, offer };
}
