/** The page at an address that leads nowhere. */
import { MessagePage } from './MessagePage';

export function NoSuchPage() {
  return (
    <MessagePage title="There is no such page" testId="no-such-page">
      Check the address, or start from the beginning.
    </MessagePage>
  );
}
