/** What all pages capture: small, so that six that encode for each other fit on a small machine. */
export const camera = { width: 320, height: 180, frameRate: 10 };
