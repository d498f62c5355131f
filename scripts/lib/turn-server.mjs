/** Installs a TURN server for the tests in which media is relayed, where that is allowed. */
import { distribution, providePackages } from './debian.mjs';
import { Failure, say } from './say.mjs';

/** Without it these tests are skipped, and their name says why; so an installation that fails is said and no more. */
export async function provideTurnServer() {
  if (distribution()?.id !== 'debian' || process.getuid?.() !== 0) return;
  try {
    await providePackages('Testing with a TURN server', ['coturn']);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    say(error.message);
  }
}
