/** Emoji that people react with, and the names by which screen readers call them. */
export const commonEmoji = {
  '👍': 'Thumbs up',
  '❤️': 'Heart',
  '😂': 'Laughing',
  '🎉': 'Party',
  '😮': 'Surprised',
  '😢': 'Sad',
  '🙏': 'Thanks',
  '👀': 'Looking',
};
