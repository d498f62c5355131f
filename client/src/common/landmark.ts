/** Where on the page menus and tips belong that stand above everything else: outside of all landmarks, they are easily passed over. */
export const pageLandmark = (): Element => document.querySelector('main') ?? document.body;
