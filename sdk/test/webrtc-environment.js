/** Jest's Node environment for tests with real WebRTC: ends the process before libwebrtc's objects are torn down with it. */
import { TestEnvironment } from 'jest-environment-node';

export default class WebRtcEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    // @roamhq/wrtc crashes when Node frees media sources at its natural end; process.exit() does not free them.
    process.removeListener('beforeExit', exit);
    process.once('beforeExit', exit);
  }
}

function exit() {
  process.exit();
}
