/** Handing the meeting's link on. */
import { useNotify } from '../common/Notices';
import { roomLink } from '../links/room-reference';

export function useCopyLink(slug: string): () => void {
  const notify = useNotify();
  return () => {
    const link = roomLink(slug);
    // Pages without https have no clipboard: then at least show what to copy.
    const copied = navigator.clipboard
      ? navigator.clipboard.writeText(link)
      : Promise.reject(new Error('No clipboard'));
    copied.then(
      () => notify('The link is copied'),
      () => notify(`Copy this link: ${link}`),
    );
  };
}
