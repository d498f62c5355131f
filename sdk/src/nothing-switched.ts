/** What is for moderators alone before anything is told of it: nothing. */
import type { MeetingSwitches } from '@minimeet/protocol';

export const nothingSwitched: MeetingSwitches = {
  onlyModeratorsShare: false,
  onlyModeratorsUnmute: false,
  onlyModeratorsChat: false,
};
