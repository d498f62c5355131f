/** How fast the machine is now, so that bounds on processor time hold on a slow one too. */
import type { ExaminedServer } from '../../src/examined-server.js';

/** Milliseconds of processor time that `calibrate` took on the machine for which bounds were chosen. */
const USUAL_CALIBRATION_MS = 8;

/** How much slower the server's processor is now than the one for which bounds were chosen; never less than 1. */
export async function slownessOf(server: ExaminedServer): Promise<number> {
  return Math.max(1, (await server.ask('calibrate')) / USUAL_CALIBRATION_MS);
}
