/** The page of a personal link that lets nobody in, or does no more. */
import { MessagePage } from './MessagePage';

export function LinkEndedPage({ message }: { message: string }) {
  return (
    <MessagePage title="This link does not let you in" testId="link-ended">
      {message}. Go back to where you found the link, and ask for another one there.
    </MessagePage>
  );
}
