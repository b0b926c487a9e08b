/** The still that moves: a frame of the rendered clip `hall-east`, 1280x720, with a marker drawn into it. */
export const STILL = {
  second: 5,
  marker: { x: 530, y: 214, width: 60, height: 36 },
  /** A person who is in the window wherever it stands, by the clip's truth. */
  person: { x: 553, y: 390 },
  window: { width: 880, height: 495, y: 200 },
  /** How far the window moves, pixels. */
  travel: 400,
} as const;

/** The clip of it: it moves to one side in half of its seconds, and back in the other half. */
export const MARKED = { fps: 15, seconds: 8, width: 640, height: 360 } as const;

const scale = MARKED.width / STILL.window.width;
const middle = STILL.marker.x + STILL.marker.width / 2;

/** What the measurement knows of the clip, in its pixels. */
export const MOVEMENT = {
  /** Of the marker from frame to frame. */
  perFrame: (STILL.travel * scale) / ((MARKED.seconds / 2) * MARKED.fps),
  /** Where the marker turns: its middle. */
  from: (middle - STILL.travel) * scale,
  to: middle * scale,
  /** From the middle of the marker to that of the person. */
  personAt: {
    x: (STILL.person.x - middle) * scale,
    y: (STILL.person.y - STILL.marker.y - STILL.marker.height / 2) * scale,
  },
  /** Rows of the picture that are all within the marker. */
  rows: {
    from: Math.ceil((STILL.marker.y + 6 - STILL.window.y) * scale),
    to: Math.floor((STILL.marker.y + STILL.marker.height - 6 - STILL.window.y) * scale),
  },
} as const;
