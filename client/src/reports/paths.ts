/** The addresses of reports. */
export const roomReportPath = (reference: string) => `/reports/rooms/${encodeURIComponent(reference)}`;
export const meetingReportPath = (id: string) => `/reports/meetings/${encodeURIComponent(id)}`;
