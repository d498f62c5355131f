/** The chat: what was written, where to write, and where to search. */
import { useCallback, useState } from 'react';
import { useNotify } from '../common/Notices';
import { useMeetingClient } from '../meeting/meeting-context';
import { MessageComposer } from './MessageComposer';
import { MessageList } from './MessageList';
import { SearchField, SearchResults } from './MessageSearch';

export function ChatPanel() {
  const client = useMeetingClient();
  const notify = useNotify();
  const [search, setSearch] = useState('');
  const [shown, setShown] = useState<number | null>(null);
  const text = search.trim();

  const show = async (sequence: number) => {
    try {
      await client.loadMessagesSince(sequence);
    } catch {
      return notify('The message cannot be loaded now. Try again in a moment.');
    }
    setSearch('');
    setShown(sequence);
  };
  const forget = useCallback(() => setShown(null), []);

  return (
    <>
      <SearchField text={search} onText={setSearch} />
      {text ? (
        <SearchResults text={text} onChoose={(sequence) => void show(sequence)} />
      ) : (
        <MessageList shown={shown} onShown={forget} />
      )}
      <MessageComposer />
    </>
  );
}
