/** `npm run load:soak -- --joins 500`: what is left on a server when many have joined, left and broken off. */
import { runLoadTest } from '../lib/load-test.mjs';

/** @param {string[]} parameters as load-tests/src/soak-command.ts takes them */
export default function loadSoak(parameters) {
  return runLoadTest('soak-command.js', parameters);
}
