/** Sizes that both ends of the wire agree on. */
export const limits = {
  /** Characters of a user's name, after trimming. */
  username: 64,
  /** Characters of a room's name, after trimming. */
  roomName: 120,
  /** Characters of a password. */
  passwordMin: 8,
  passwordMax: 256,
  /** Characters of a room's password. */
  roomPasswordMin: 6,
  /** People who may wait in the lobby of one room. */
  lobbyWaiting: 100,
  /** Of these, those of one user, each over a connection of its own. */
  lobbyWaitingPerUser: 3,
  /** Keys that one account may have for its host applications. */
  apiKeys: 20,
  /** Invitations of one room that nobody has used yet, and milliseconds for which one may be used. */
  roomInvitations: 100,
  invitationMilliseconds: 604_800_000,
  /** Characters by which a host application knows a person. */
  identity: 128,
  /** Characters of a join token, and seconds for which a server may let any be valid. */
  joinTokenCharacters: 4096,
  /** Characters of an access token that is looked at. */
  accessTokenCharacters: 4096,
  joinTokenSeconds: 2_592_000,
  /** Characters of a chat message, after trimming. */
  messageText: 4000,
  /** Messages in one page of history, and in the answer to `join_room`. */
  historyPage: 100,
  recentMessages: 50,
  /** Bytes of JSON of one such page: it holds fewer messages where they are long, and always one. */
  historyBytes: 64_000,
  /** Different words of a message by which a search finds it; a longer message is found by its beginning. */
  messageWords: 500,
  /** Characters of a search in the chat, after trimming. */
  searchText: 200,
  /** Different emoji that one message may collect. */
  reactionsPerMessage: 20,
  /** Buckets of one analytics answer: an hour each for a month, a day each for two years. */
  analyticsBuckets: 750,
  /** Items in one page of a REST list. */
  page: 100,
  /** Participants that a room may ask for, and gets when it does not ask. */
  maxParticipants: 500,
  defaultParticipants: 50,
  /** Pictures on one participant's screen. */
  viewTiles: 100,
  /** Milliseconds after which nobody waits any more to see how joining went. */
  joinMilliseconds: 60_000,
  /** Bytes of one Socket.IO packet and of one REST body. */
  packetBytes: 64_000,
  bodyBytes: 64_000,
} as const;
