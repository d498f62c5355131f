/** The sign at the end of a bar of somebody who did not leave by their own will. */
import type { LeaveReason } from '@minimeet/protocol';
import BlockRounded from '@mui/icons-material/BlockRounded';
import WifiOffRounded from '@mui/icons-material/WifiOffRounded';

const marks = { connection_lost: WifiOffRounded, removed: BlockRounded } as const;

/** Whether the end of a participation is worth a sign. */
export const isMarked = (reason: LeaveReason | null): reason is keyof typeof marks =>
  reason === 'connection_lost' || reason === 'removed';

export function EndMark({ reason }: { reason: keyof typeof marks }) {
  const Icon = marks[reason];
  return <Icon aria-hidden sx={{ fontSize: 14, color: 'error.main', display: 'block' }} />;
}
