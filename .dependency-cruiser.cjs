/** The layers of docs/ARCHITECTURE.md: each imports only what lies below it. */
const layer = (name, from, allowed) => ({
  name,
  severity: 'error',
  from: { path: from, pathNot: '(\\.test\\.tsx?$|/testing/)' },
  to: { path: '^(app|lib|signaling|sim|bench|e2e|scripts)/', pathNot: allowed },
});

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: ['\\.d\\.ts$', '\\.config\\.', '^app/', '^scripts/', '^e2e/', '^bench/'],
      },
      to: {},
    },
    layer('base', '^lib/base/', ['^lib/base/']),
    layer('wire', '^lib/wire/', ['^lib/(wire|base)/']),
    layer('content', '^lib/content/', ['^lib/(content|wire|base)/']),
    layer('core', '^lib/core/', ['^lib/(core|wire|content|base)/']),
    layer('ports', '^lib/ports\\.ts$', ['^lib/(wire|content|base)/']),
    layer('adapters', '^lib/adapters/', ['^lib/(adapters|ports|wire|content|base)']),
    layer('driver', '^lib/driver/', ['^lib/(driver|ports|core|content|wire|base)']),
    layer('room', '^lib/room/', ['^lib/(room|driver|ports|core|content|wire|base)']),
    layer('app', '^app/', ['^app/', '^lib/index\\.ts$']),
    layer('e2e', '^e2e/', ['^e2e/', '^scripts/']),
    layer('signaling', '^signaling/', ['^signaling/', '^lib/(wire|base)/']),
    layer('sim', '^sim/', ['^sim/', '^lib/(core|wire|content|base)/', '^signaling/(tracker|handout)']),
    {
      name: 'core-folders-apart',
      severity: 'error',
      from: { path: '^lib/core/([^/]+)/' },
      to: { path: '^lib/core/([^/]+)/', pathNot: '^lib/core/$1/' },
    },
    {
      name: 'one-file-imports-simple-peer',
      severity: 'error',
      from: { pathNot: '^lib/adapters/browser/peer-connection\\.ts$' },
      to: { path: 'simple-peer' },
    },
    {
      name: 'core-has-no-package',
      severity: 'error',
      from: { path: '^lib/(core|base)/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['npm', 'npm-dev', 'core'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(\\.next|out|\\.build|node_modules/\\.cache)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'],
    },
  },
};
