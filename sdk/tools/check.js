// What a machine can hold about the interface: every public name is documented, down to each member, and dist is built
// from the sources as they are. check.js prints what is missing and exits 1.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const sdk = fileURLToPath(new URL('..', import.meta.url));

/** What has no documentation, of all that `entry` exports. @returns {string[]} as `file:line: name` */
export function undocumented(entry) {
  const program = ts.createProgram([entry], {
    noLib: true, // what the names are made of doesn't matter here
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  });
  const checker = program.getTypeChecker();
  const missing = [];
  const seen = new Set();
  const look = (symbol, name) => {
    const [declaration] = symbol.getDeclarations() ?? [];
    if (!declaration || seen.has(symbol)) return;
    seen.add(symbol);
    if (ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim() === '') {
      const file = declaration.getSourceFile();
      const { line } = file.getLineAndCharacterOfPosition(declaration.getStart());
      missing.push(`${relative(sdk, file.fileName)}:${line + 1}: ${name} is not documented`);
    }
    if (ts.isInterfaceDeclaration(declaration)) {
      for (const member of declaration.members) {
        const of = member.name && checker.getSymbolAtLocation(member.name);
        if (of) look(of, `${name}.${of.name}`);
      }
    }
  };
  const module = checker.getSymbolAtLocation(program.getSourceFile(entry));
  for (const exported of checker.getExportsOfModule(module)) {
    look(exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported, exported.name);
  }
  return missing;
}

function files(folder, below = '') {
  return readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? files(folder, join(below, entry.name)) : [join(below, entry.name)],
  );
}

/** Whether `dist` is what the sources give now. @returns {string[]} what differs */
export function stale() {
  const fresh = mkdtempSync(join(tmpdir(), 'playhead-sdk-'));
  try {
    execFileSync(process.execPath, [join(sdk, 'tools/build.js'), fresh], { stdio: 'inherit' });
    const dist = join(sdk, 'dist');
    const all = new Set([...files(fresh), ...files(dist)]);
    const read = (path) => {
      try {
        return readFileSync(path, 'utf8');
      } catch {
        return undefined;
      }
    };
    return [...all]
      .filter((name) => read(join(fresh, name)) !== read(join(dist, name)))
      .map((name) => `dist/${name} is not what the sources give; npm run build`);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const problems = [...undocumented(join(sdk, 'src/index.ts')), ...stale()];
  for (const problem of problems) console.error(problem);
  process.exit(problems.length ? 1 : 0);
}
