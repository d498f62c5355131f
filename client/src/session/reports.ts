/** The REST calls of reports and of the live page. */
import type { Live, MeetingReport, MeetingSummary, Overview, Page, Room, RoomAnalytics } from '@minimeet/protocol';
import { call, fetchText } from './rest';

export type ReportQuery = Record<'from' | 'to' | 'bucket' | 'timeZone', string>;

/** Items of one page of a list. */
export const pageSize = 20;

/** What a call needs besides its subject. */
export interface Caller {
  accessToken: string;
  signal?: AbortSignal;
}

export const overviewPath = (query: ReportQuery) => `/analytics/overview?${new URLSearchParams(query)}`;

export const roomAnalyticsPath = (reference: string, query: ReportQuery) =>
  `/rooms/${encodeURIComponent(reference)}/analytics?${new URLSearchParams(query)}`;

export const meetingPath = (id: string) => `/meetings/${encodeURIComponent(id)}`;

export const fetchOverview = (caller: Caller, query: ReportQuery) => call<Overview>('GET', overviewPath(query), caller);

export const fetchRoomAnalytics = (caller: Caller, reference: string, query: ReportQuery) =>
  call<RoomAnalytics>('GET', roomAnalyticsPath(reference, query), caller);

/** `page` counts from 0. */
export const fetchRoomMeetings = (caller: Caller, reference: string, page: number) =>
  call<Page<MeetingSummary>>('GET', `/rooms/${encodeURIComponent(reference)}/meetings?${pageQuery(page)}`, caller);

/** `page` counts from 0. */
export const fetchRooms = (caller: Caller, page: number) =>
  call<Page<Room>>('GET', `/rooms?${pageQuery(page)}`, caller);

export const fetchMeeting = (caller: Caller, id: string) => call<MeetingReport>('GET', meetingPath(id), caller);

export const fetchLive = (caller: Caller) => call<Live>('GET', '/admin/live', caller);

/** The same report as CSV. */
export const fetchCsv = (caller: Caller, path: string) =>
  fetchText(`${path}${path.includes('?') ? '&' : '?'}format=csv`, 'text/csv', caller);

const pageQuery = (page: number) => `limit=${pageSize}&offset=${page * pageSize}`;
