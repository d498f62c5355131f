/** The meeting that a component belongs to. */
import { createContext, use } from 'react';
import type { MeetingClient, MeetingState } from '@minimeet/sdk';
import { useStore } from '../common/use-store';

export const MeetingContext = createContext<MeetingClient | null>(null);

export function useMeetingClient(): MeetingClient {
  const client = use(MeetingContext);
  if (!client) throw new Error('This component belongs inside a meeting');
  return client;
}

/** A part of the meeting's state; renders again only when that part changed. */
export function useMeeting<Part>(select: (state: MeetingState) => Part): Part {
  return useStore(useMeetingClient(), select);
}
