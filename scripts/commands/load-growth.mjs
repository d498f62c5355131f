/** `npm run load:growth -- --sizes 4,8,16,32,64`: how many packets a participant is sent in meetings of growing size. */
import { runLoadTest } from '../lib/load-test.mjs';

/** @param {string[]} parameters as load-tests/src/growth-command.ts takes them */
export default function loadGrowth(parameters) {
  return runLoadTest('growth-command.js', parameters);
}
