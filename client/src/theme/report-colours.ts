/** Colours of charts. Each reaches a contrast of 3:1 against a panel's background in its scheme (WCAG 2.2, 1.4.11). */

export const seriesColour = 'light-dark(#0f766e, #2dd4bf)';

export const qualityColours = {
  good: 'light-dark(#0f8a6d, #34c79f)',
  fair: 'light-dark(#b7791f, #e0b040)',
  poor: 'light-dark(#c0392b, #f07167)',
  unknown: 'light-dark(#748585, #93a3a3)',
} as const;
