import type { types } from 'mediasoup';

/**
 * The format of all streams inside of mediasoup. The profile of a camera may differ: mediasoup compares
 * the words only, and browsers decode what they are sent.
 */
const FORMAT = {
  'packetization-mode': 1,
  'profile-level-id': '42e01f',
  'level-asymmetry-allowed': 1,
};
const FEEDBACK = [
  { type: 'nack' },
  { type: 'nack', parameter: 'pli' },
  { type: 'ccm', parameter: 'fir' },
];
const CLOCK_RATE = 90_000;
const codec = { mimeType: 'video/H264', clockRate: CLOCK_RATE, parameters: FORMAT } as const;

/**
 * A router sends with payload types of its own, and a browser that made the offer expects those of the
 * offer. So there is one router for each payload type that browsers offer H.264 with: two or three.
 */
export const h264Router = (worker: types.Worker, payloadType: number): Promise<types.Router> =>
  worker.createRouter({
    mediaCodecs: [{ ...codec, kind: 'video', preferredPayloadType: payloadType }],
  });

/** What a producer receives. */
export const producedH264 = (payloadType: number, ssrc: number): types.RtpParameters => ({
  codecs: [{ ...codec, payloadType }],
  encodings: [{ ssrc }],
});

/**
 * What a viewer receives. Without header extensions there are none whose ids could differ from the
 * offer; without RTX a lost packet is sent again as it was.
 */
export const consumedH264 = (payloadType: number): types.RtpCapabilities => ({
  codecs: [{ ...codec, kind: 'video', preferredPayloadType: payloadType, rtcpFeedback: FEEDBACK }],
  headerExtensions: [],
});

/** The feedback that an answer names, of the form `a=rtcp-fb`. */
export const H264_FEEDBACK = FEEDBACK.map(({ type, parameter }) =>
  parameter ? `${type} ${parameter}` : type,
);
