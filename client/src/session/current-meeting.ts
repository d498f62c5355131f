/** The meeting that this tab is in, so that a reload goes straight back into it. */
import { isRecord, readStored, writeStored } from './stored';

export interface CurrentMeeting {
  slug: string;
  microphoneOn: boolean;
  cameraOn: boolean;
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
    typeof value['cameraOn'] === 'boolean'
  );
}
