/** The page for a guest whom an administrator deactivated or deleted: nobody becomes another guest without meaning to. */
import { MessagePage } from './MessagePage';

export function AccessEndedPage() {
  return (
    <MessagePage title="Your access has ended" testId="access-ended">
      An administrator ended it. Ask the person who invited you.
    </MessagePage>
  );
}
