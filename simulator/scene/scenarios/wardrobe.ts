import type { Appearance } from '../types.ts';

const LIME = 0xd8ea1e;
const ORANGE = 0xff5a10;

/** The appearance of the people in the scenarios. */
export const looks = {
  whiteHelmetLimeVest: {
    height: 1.8,
    skin: 0xc08a68,
    hair: 0x2a1d14,
    top: 0x24344f,
    trousers: 0x222d42,
    glove: 0x5a5a58,
    helmet: 0xe8e6df,
    vest: LIME,
  },
  bareHeadOrangeVest: {
    height: 1.76,
    skin: 0xd9a98a,
    hair: 0x2b1d12,
    top: 0x6a6f73,
    trousers: 0x3d4a5c,
    vest: ORANGE,
    sleeve: 0.5,
  },
  yellowHelmetOrangeVest: {
    height: 1.84,
    girth: 0.012,
    skin: 0x9a6a4a,
    hair: 0x15100c,
    top: 0x2f3336,
    trousers: 0x4a4f3a,
    glove: 0x333333,
    helmet: 0xf0c419,
    vest: ORANGE,
  },
  redHelmetNoVest: {
    height: 1.74,
    girth: 0.02,
    skin: 0xcf9d7d,
    hair: 0x6b5a48,
    top: 0x5b6570,
    trousers: 0x30405c,
    helmet: 0xb5281e,
  },
  whiteHelmetGreyJacket: {
    height: 1.77,
    skin: 0xb98161,
    hair: 0x20160f,
    top: 0x4a4d52,
    trousers: 0x2b2f36,
    helmet: 0xe8e6df,
    vest: LIME,
  },
  yellowHelmetBlueJacket: {
    height: 1.71,
    skin: 0xc99a7c,
    hair: 0x1c140e,
    top: 0x2d4763,
    trousers: 0x36404e,
    helmet: 0xf0c419,
    vest: ORANGE,
  },
  bareHeadNoVest: {
    height: 1.79,
    skin: 0xd2a184,
    hair: 0x33241a,
    top: 0x7a3b2e,
    trousers: 0x3a4049,
    sleeve: 0.55,
  },
} satisfies Record<string, Appearance>;
