/** The room's page with everything a meeting needs; apart from the start page's code, which is small. */
export const loadRoomPage = () => import('./RoomPage');
