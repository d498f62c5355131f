/** The sources of what runs in browsers use no API that the oldest supported ones lack, unless they look whether it is there. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { OLDEST_BROWSERS, browsersWithout } from '../lib/browsers.mjs';
import { ROOT } from '../lib/paths.mjs';

const mdn = JSON.parse(readFileSync(createRequire(import.meta.url).resolve('@mdn/browser-compat-data'), 'utf8'));

/** What some supported browsers lack: the sources ask for it first, or nothing is lost without it. */
const ASKED_FOR = new Set([
  'HTMLMediaElement.setSinkId',
  'HTMLMediaElement.sinkId',
  'Intl.Segmenter',
  'MediaDevices.getDisplayMedia',
  'MediaStreamTrack.contentHint',
  'Navigator.wakeLock',
  'Segmenter.segment',
  'WakeLock.request',
  'WakeLockSentinel',
  'WakeLockSentinel.release',
  'WakeLockSentinel.released',
  // Chrome on some systems never sets it.
  'KeyboardEvent.repeat',
]);

describe('the supported browsers', () => {
  it.each(['client', 'sdk', 'protocol'])('have every API that %s uses', (workspace) => {
    expect(missingIn(workspace)).toEqual([]);
  });

  it('are those that the README names', () => {
    const { chrome, firefox, safari } = OLDEST_BROWSERS;
    const sentence = `Chrome or Edge ${chrome}, Firefox ${firefox}, Safari ${safari}`;
    expect(readFileSync(path.join(ROOT, 'README.md'), 'utf8')).toContain(sentence);
    expect(readFileSync(path.join(ROOT, 'client/public/supported-browser.js'), 'utf8')).toContain(sentence);
  });

  it('would lack an API of 2024', () => {
    expect(browsersWithout(mdn.api.URL.parse_static.__compat.support)).toContain('chrome');
    expect(browsersWithout(mdn.javascript.builtins.Array.toSorted.__compat.support)).toEqual([]);
  });
});

/** The names of all that some supported browser lacks: only these are worth the checker's time. */
const lackingNames = new Set(
  [mdn.api, mdn.javascript.builtins, mdn.javascript.builtins.Intl].flatMap((group) =>
    Object.entries(group).flatMap(([owner, members]) =>
      Object.entries({ ...members, [owner]: members })
        .filter(([, { __compat: compat }]) => compat && browsersWithout(compat.support).length > 0)
        .map(([name]) => name.replace(/_static$/, '')),
    ),
  ),
);

/** The workspaces share most files of the libraries, which need to be read once. */
const sourceFiles = new Map();

function hostFor(options) {
  const host = ts.createCompilerHost(options, true);
  const { getSourceFile } = host;
  host.getSourceFile = (file, target, ...others) => {
    const key = `${file} ${JSON.stringify(target)}`;
    if (!sourceFiles.has(key)) sourceFiles.set(key, getSourceFile.call(host, file, target, ...others));
    return sourceFiles.get(key);
  };
  return host;
}

function missingIn(workspace) {
  const config = ts.getParsedCommandLineOfConfigFile(path.join(ROOT, workspace, 'tsconfig.json'), {}, ts.sys);
  const program = ts.createProgram(config.fileNames, config.options, hostFor(config.options));
  const checker = program.getTypeChecker();
  const found = new Set();
  const look = (node) => {
    const name = ts.isPropertyAccessExpression(node) ? node.name : ts.isIdentifier(node) ? node : null;
    const entry = name && lackingNames.has(name.text) && entryOf(checker.getSymbolAtLocation(name), program);
    const without = entry ? browsersWithout(entry.compat.__compat.support) : [];
    if (without.length > 0 && !ASKED_FOR.has(entry.name)) {
      found.add(`${path.relative(ROOT, node.getSourceFile().fileName)}: ${entry.name} (${without.join(', ')})`);
    }
    ts.forEachChild(node, look);
  };
  const src = path.join(ROOT, workspace, 'src');
  for (const file of program.getSourceFiles()) {
    if (file.fileName.startsWith(src) && !file.fileName.includes('.spec.')) look(file);
  }
  return [...found];
}

/** The entry of MDN's data for a symbol that TypeScript's libraries declare. */
function entryOf(symbol, program) {
  const declaration = symbol?.declarations?.find((each) => program.isSourceFileDefaultLibrary(each.getSourceFile()));
  if (!declaration) return null;
  const parent = declaration.parent;
  const isGlobal = ts.isSourceFile(parent) || ts.isVariableDeclarationList(parent);
  const owner = isGlobal ? null : ownerOf(declaration);
  const data = (name) => mdn.api[name] ?? mdn.javascript.builtins[name] ?? mdn.javascript.builtins.Intl[name];
  const compat = isGlobal
    ? data(symbol.name)
    : owner && (data(owner)?.[`${symbol.name}_static`] ?? data(owner)?.[symbol.name]);
  return compat?.__compat ? { name: owner ? `${owner}.${symbol.name}` : symbol.name, compat } : null;
}

/** `URL` for a member of `interface URL`, and of `declare var URL: { … }`. */
function ownerOf(declaration) {
  for (let node = declaration.parent; node; node = node.parent) {
    if (ts.isInterfaceDeclaration(node)) return node.name.text.replace(/Constructor$/, '');
    if (ts.isVariableDeclaration(node)) return node.name.getText();
    if (ts.isSourceFile(node)) return null;
  }
  return null;
}
