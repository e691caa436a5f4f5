/** Who may import whom. The names are sentences, so that a failure explains itself. */
const outside = (path) => ({ pathNot: path });

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'engine-knows-no-graphql',
      comment: 'src/engine is a client of the Engine that any program could use.',
      severity: 'error',
      from: { path: '^src/engine/' },
      to: {
        path: '^(node_modules/(graphql|@pothos|graphql-yoga|graphql-ws)(/|$)|src/(graph|loaders|plugins|server|context|errors|gateway))',
      },
    },
    {
      name: 'only-the-engine-speaks-to-the-daemon',
      comment: 'Requests are made by src/engine/client.ts alone.',
      severity: 'error',
      from: { path: '^src/', ...outside('^src/engine/') },
      to: { path: '^node_modules/undici(/|$)' },
    },
    {
      name: 'docker-sdk-is-types-only-and-in-one-file',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/engine/types\\.ts$' },
      to: { path: '^node_modules/@docker/' },
    },
    {
      name: 'the-graph-knows-no-transport',
      severity: 'error',
      from: { path: '^src/(graph|loaders|events|logs|samples)/' },
      to: {
        path: '^(node_modules/(graphql-yoga|graphql-ws|ws|undici)(/|$)|src/(server|plugins|gateway|main|commands|config))',
      },
    },
    {
      name: 'events-know-no-graph',
      severity: 'error',
      from: { path: '^src/events/' },
      to: { path: '^src/(graph|loaders|server|plugins)' },
    },
    {
      name: 'samples-know-no-graph',
      severity: 'error',
      from: { path: '^src/samples/' },
      to: { path: '^src/(graph|loaders|server|plugins)' },
    },
    {
      name: 'live-queries-know-no-transport',
      severity: 'error',
      from: { path: '^src/live-queries/' },
      to: {
        path: '^(node_modules/(graphql-yoga|graphql-ws|ws|undici)(/|$)|src/(server|plugins|gateway|main|commands|config))',
      },
    },
    {
      name: 'the-lists-of-the-api-documents-know-nothing',
      comment: 'They are read by everything that says what of the Engine it shows.',
      severity: 'error',
      from: { path: '^src/coverage/(documented/|names\\.ts$|documented\\.ts$)' },
      to: { path: '^src/', pathNot: '^src/coverage/' },
    },
    {
      name: 'the-graph-knows-only-the-names-of-the-ledger',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(coverage/|commands/)' },
      to: { path: '^src/coverage/', pathNot: '^src/coverage/names\\.ts$' },
    },
    {
      name: 'long-work-knows-neither-graph-nor-engine',
      severity: 'error',
      from: { path: '^src/long-work/' },
      to: { path: '^src/', pathNot: '^src/(long-work/|leavable-iterator\\.ts$)' },
    },
    {
      name: 'what-all-streams-share-knows-none-of-them',
      severity: 'error',
      from: { path: '^src/leavable-iterator\\.ts$' },
      to: { path: '^src/' },
    },
    {
      name: 'logs-know-no-graph',
      severity: 'error',
      from: { path: '^src/logs/' },
      to: { path: '^src/(graph|loaders|server|plugins)' },
    },
    {
      name: 'sessions-know-no-graph',
      severity: 'error',
      from: { path: '^src/sessions/' },
      to: { path: '^src/(graph|loaders|server|plugins|gateway|config)' },
    },
    {
      name: 'loaders-know-no-graph',
      severity: 'error',
      from: { path: '^src/loaders/' },
      to: { path: '^src/(graph|server|plugins)' },
    },
    {
      name: 'nothing-shipped-imports-tests',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^test/' },
    },
    {
      name: 'nothing-shipped-needs-a-dev-dependency',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/engine/types\\.ts$' },
      to: { dependencyTypes: ['npm-dev'] },
    },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    // Nobody imports a spec, and what is generated is not ours to order.
    exclude: { path: '\\.spec\\.ts$|^test/generated/' },
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    parser: 'swc',
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
    },
  },
};
