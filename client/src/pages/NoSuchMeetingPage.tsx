/** The page of a link whose room does not exist, or does no more. */
import { MessagePage } from './MessagePage';

export function NoSuchMeetingPage() {
  return (
    <MessagePage title="There is no such meeting" testId="no-such-meeting">
      The link may be incomplete, or the meeting was deleted. Ask the person who invited you for the link.
    </MessagePage>
  );
}
