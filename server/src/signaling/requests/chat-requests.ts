/** What a participant asks of the meeting's chat. */
import type { MeetingChat } from '../../meetings/meeting-chat.js';
import type { RequestHandlers } from '../request-dispatcher.js';
import type { Seat } from '../seats.js';

type ChatRequest = 'send_message' | 'chat_history' | 'search_messages' | 'react_to_message' | 'delete_message';

/** @param seated the seat of whoever asks; throws not_joined */
export function chatRequests(seated: () => Seat, chat: MeetingChat): Pick<RequestHandlers, ChatRequest> {
  return {
    send_message: async (message) => {
      const { meeting, participant } = seated();

      return { message: await chat.send(meeting, participant, message) };
    },

    chat_history: async (request) => chat.history(seated().meeting, request),

    search_messages: async (search) => chat.search(seated().meeting, search),

    react_to_message: async (change) => {
      const { meeting, participant } = seated();

      return { reactions: await chat.react(meeting, participant, change) };
    },

    delete_message: async ({ sequence }) => {
      const { meeting, participant } = seated();
      await chat.delete(meeting, participant, sequence);
    },
  };
}
