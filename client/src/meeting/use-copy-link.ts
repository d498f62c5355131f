/** Handing the meeting's link on. */
import { useCopy } from '../common/use-copy';
import { roomLink } from '../links/room-reference';

export function useCopyLink(slug: string): () => void {
  const copy = useCopy();
  return () => {
    const link = roomLink(slug);
    void copy(link, 'The link is copied', `Copy this link: ${link}`);
  };
}
