/** Compares versions before anything is installed: of npm's ranges, as much as `engines` in package.json needs. */

/**
 * @param {string} version such as `24.11.0`
 * @param {string} range alternatives such as `^22.22.0 || >=24.11.0`
 * @returns {boolean} whether one of the alternatives has the version
 */
export function isInRange(version, range) {
  return range.split('||').some((alternative) => {
    const [, operator, least] = /^(\^|>=)(\d+\.\d+\.\d+)$/.exec(alternative.trim()) ?? [];
    if (!operator) throw new Error(`not a range of the kind ^1.2.3 || >=1.2.3: ${range}`);
    const [given, lowest] = [numbersOf(version), numbersOf(least)];
    return (operator === '>=' || given[0] === lowest[0]) && isAtLeast(given, lowest);
  });
}

/** @param {number[]} given @param {number[]} lowest */
function isAtLeast(given, lowest) {
  const first = given.findIndex((number, index) => number !== lowest[index]);
  return first === -1 || given[first] > lowest[first];
}

/** @param {string} version */
function numbersOf(version) {
  return version.split('.').map((part) => Number.parseInt(part));
}
