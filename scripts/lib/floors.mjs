/** The house rule of server/src as one table: which folder stands on which floor, and the few doors between neighbours. */

/** A folder may import from the floors below its own, never from above or beside. */
const FLOOR_OF = {
  settings: 1,
  storage: 1,
  media: 2,
  chat: 3,
  'live-stats': 3,
  cluster: 3,
  history: 3,
  meetings: 4,
  users: 5,
  auth: 6,
  rooms: 6,
  tokens: 7,
  signaling: 7,
  analytics: 7,
  admin: 7,
  health: 7,
  retention: 7,
  web: 7,
  metrics: 8,
};

/** Doors between folders of one floor, each with its reason. Everything else beside is closed. */
const DOORS = {
  // Connections are made as the settings say.
  storage: ['settings'],
};

/** Domain errors and HTTP filters, for every floor; they import nothing of the floors themselves. */
const EVERYONES = ['common'];

export const FOLDERS = [...Object.keys(FLOOR_OF), ...EVERYONES];

/**
 * What a file in a folder of server/src must not import.
 * @param {string} folder
 * @param {number} depth 0 for a file of the folder itself, 1 for one in a folder inside it, …
 * @returns {RegExp} matches what is written after `from`
 */
export function closedImports(folder, depth) {
  const floor = FLOOR_OF[folder] ?? 0;
  const open = [folder, ...(DOORS[folder] ?? [])];
  const closed = Object.keys(FLOOR_OF).filter((other) => FLOOR_OF[other] >= floor && !open.includes(other));
  const roof = ['main\\.js', 'app\\.module\\.js'];
  return new RegExp(`^${'\\.\\./'.repeat(depth + 1)}(${[...closed, ...roof].join('|')})(/|$)`);
}
