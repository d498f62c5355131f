/**
 * The meeting that this tab is in, so that a reload goes straight back into it. The room's password is kept with it, once the server has taken
 * it, and gone when one leaves: what lies beside it, the guest's or the account's tokens, opens more and lasts longer.
 */
import { isRecord, readStored, writeStored } from './stored';

export interface CurrentMeeting {
  slug: string;
  microphoneOn: boolean;
  cameraOn: boolean;
  /** When this tab was in it last, in milliseconds since 1970: a browser may bring a tab back after days. */
  seenAt: number;
  /** Where the room asked for one. */
  password?: string | undefined;
}

const key = 'minimeet.meeting';

export function loadCurrentMeeting(): CurrentMeeting | null {
  return readStored(() => sessionStorage, key, isCurrentMeeting);
}

export function saveCurrentMeeting(meeting: CurrentMeeting | null): void {
  writeStored(() => sessionStorage, key, meeting);
}

function isCurrentMeeting(value: unknown): value is CurrentMeeting {
  return (
    isRecord(value) &&
    typeof value['slug'] === 'string' &&
    typeof value['microphoneOn'] === 'boolean' &&
    typeof value['cameraOn'] === 'boolean' &&
    typeof value['seenAt'] === 'number' &&
    ['undefined', 'string'].includes(typeof value['password'])
  );
}
