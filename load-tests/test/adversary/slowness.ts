/** How fast the processor of a server is, so that bounds in milliseconds hold on other machines too. */
import type { ExaminedServer } from '../../src/examined-server.js';

/** Milliseconds of processor time that `calibrate` takes on the machine for which the bounds were chosen. */
const USUAL_CALIBRATION_MS = 8;

/** How much slower the server's processor is now than the one for which bounds were chosen; never less than 1. */
export async function slownessOf(server: ExaminedServer): Promise<number> {
  return Math.max(1, (await server.ask('calibrate')) / USUAL_CALIBRATION_MS);
}
