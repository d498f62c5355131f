/** Whether a person's own picture is shown as in a mirror. */

import { loadPreferences } from '../session/preferences';

/** A camera that looks at the person is; one that looks away (on the back of a phone) is not. */
export const isMirrored = (track: MediaStreamTrack, wished = loadPreferences().mirrored) =>
  wished && track.getSettings().facingMode !== 'environment';
