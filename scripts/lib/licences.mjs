/** The licences of all packages that are run or shipped: read from the lock file, checked against those that ask nothing of who hosts MiniMeet. */

/** @typedef {{ name: string, licence: string }} Licensed */

/**
 * SPDX identifiers that permit use, change and distribution without publishing anything of one's own, as long as notices are kept. Another one is
 * read by a person before it is added.
 */
const PERMISSIVE = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'Python-2.0',
  'Unlicense',
  'Zlib',
]);

/** By name, with why they are taken nevertheless. */
const READ_BY_A_PERSON = {
  mediabunny: 'MPL-2.0: its files stay under that licence, nothing else does; used unchanged, by the load tests alone',
};

/** What scripts/worker builds or downloads is no npm package. */
const MEDIA_WORKER = [
  ['mediasoup-worker', 'ISC'],
  ['libwebrtc (parts)', 'BSD-3-Clause'],
  ['OpenSSL, abseil-cpp, FlatBuffers', 'Apache-2.0'],
  ['libuv, ankerl::unordered_dense, liburing (where it is in it)', 'MIT'],
  ['libsrtp, usrsctp', 'BSD-3-Clause'],
  ['catch2 (only in its tests)', 'BSL-1.0'],
];

/**
 * @param {{ packages: Record<string, { dev?: boolean, link?: boolean, license?: string }> }} lock package-lock.json
 * @param {(path: string) => { license?: string, licenses?: { type: string }[] }} readPackage for those whose licence the lock file lacks
 * @returns {Licensed[]} by name
 */
export function licencesIn({ packages }, readPackage) {
  const licences = new Map();
  for (const [path, { dev, link, license }] of Object.entries(packages)) {
    if (!path.includes('node_modules/') || dev || link) continue;
    const name = path.split('node_modules/').at(-1);
    licences.set(name, license ?? legacyLicence(readPackage(path)));
  }
  return [...licences]
    .map(([name, licence]) => ({ name, licence }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** As packages named it before npm knew SPDX. */
function legacyLicence({ license, licenses = [] }) {
  return license ?? (licenses.map(({ type }) => type).join(' OR ') || 'none named');
}

/**
 * @param {Licensed[]} licensed
 * @returns {string[]} a line for each package whose licence nobody has read yet
 */
export function unreadLicences(licensed) {
  return licensed
    .filter(({ name, licence }) => !isPermissive(licence) && !(name in READ_BY_A_PERSON))
    .map(({ name, licence }) => `${name}: ${licence}`);
}

/** @param {string} licence an SPDX expression; of an `OR` one may choose, of an `AND` all count */
function isPermissive(licence) {
  const terms = licence.replace(/[()]/g, '').split(' OR ');
  return terms.some((term) => term.split(' AND ').every((one) => PERMISSIVE.has(one.trim())));
}

/**
 * @param {Licensed[]} licensed
 * @returns {string} docs/licences.md
 */
export function licencesDocument(licensed) {
  const byLicence = Map.groupBy(licensed, ({ licence }) => licence);
  const sections = [...byLicence]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([licence, packages]) => `## ${licence}\n\n${packages.map(describe).join(', ')}\n`);
  const worker = MEDIA_WORKER.map(([name, licence]) => `| ${name} | ${licence} |`);
  return [
    '# Licences\n',
    'MiniMeet is under the MIT licence. It runs and ships the packages below; made by `npm run licences` from `package-lock.json`. Tools of',
    'development are not in it. A licence that asks for more than notices to be kept fails the tests until somebody has read it.\n',
    ...sections,
    '## The media worker\n',
    '| part | licence |\n| --- | --- |',
    ...worker,
    '',
  ].join('\n');
}

/** @param {Licensed} licensed */
function describe({ name }) {
  const remark = READ_BY_A_PERSON[name];
  return remark === undefined ? `\`${name}\`` : `\`${name}\` (${remark})`;
}
