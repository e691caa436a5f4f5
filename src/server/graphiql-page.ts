/** GraphiQL as this gateway serves it: its bundle as files of our own, so that the page needs no inline script. */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { startScript } from './graphiql-start.ts';

/** A worked example, opened in a tab of its own. GraphiQL names tabs after the operations in them. */
export interface Tab {
  readonly name?: string;
  readonly query: string;
  /** JSON text. */
  readonly variables?: string;
}

interface Asset {
  readonly type: string;
  readonly bytes: Buffer;
  readonly gzipped: () => Promise<Buffer>;
}

export interface GraphiQL {
  readonly html: string;
  /** By path. */
  readonly assets: ReadonlyMap<string, Asset>;
}

export const assetPrefix = '/graphiql/';

/** Nodes and the edges between them, which is what one comes to see. */
const mark = (size: number): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 32 32" fill="none">` +
  '<path d="M8 9 24 7M8 9l8 16M24 7l-8 18" stroke="#2496ed" stroke-width="2.5"/>' +
  '<circle cx="8" cy="9" r="4.5" fill="#1d63ed"/><circle cx="24" cy="7" r="4.5" fill="#2496ed"/>' +
  '<circle cx="16" cy="25" r="4.5" fill="#1d63ed"/></svg>';

/**
 * What the page may do. Scripts and workers come from files only. Monaco, the editor, makes style elements as it goes,
 * so inline styles must be allowed; its fonts and icons are data URLs in the style sheet.
 */
export const pagePolicy = (host: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "worker-src 'self'",
    'img-src data:',
    'font-src data:',
    `connect-src 'self' ws://${host} wss://${host}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

/**
 * Pressed tabs of this bundle jump to where an animation left them, from under the pointer, and the click is lost. Its
 * own style sheet prevents that for all but the tab that is being pressed.
 */
const steadyTabs = '.graphiql-tab { transform: none !important; }';

const compress = promisify(gzip);

function assetOf(type: string, text: string): Asset {
  const bytes = Buffer.from(text);
  let gzipped: Promise<Buffer> | undefined;
  return {
    type,
    bytes,
    gzipped: () => {
      gzipped ??= compress(bytes);
      return gzipped;
    },
  };
}

/** JSON inside a script element: nothing in it may end the element. */
const inert = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c');

/**
 * Loads the bundle, nine megabytes of text, which is why this is done when a browser first asks and not before.
 *
 * @param endpoint path of the GraphQL endpoint
 */
export async function loadGraphiQL(endpoint: string, tabs: readonly Tab[]): Promise<GraphiQL> {
  const bundle = await import('@graphql-yoga/render-graphiql/graphiql');
  const script = 'text/javascript; charset=utf-8';
  const files = {
    'graphiql.js': assetOf(script, bundle.js),
    'graphiql.css': assetOf('text/css; charset=utf-8', `${bundle.css}\n${steadyTabs}\n`),
    'editor.worker.js': assetOf(script, bundle.editorWorkerService),
    'json.worker.js': assetOf(script, bundle.jsonWorker),
    'graphql.worker.js': assetOf(script, bundle.graphqlWorker),
    'start.js': assetOf(script, startScript),
  } as const;
  const hash = createHash('sha256');
  for (const { bytes } of Object.values(files)) hash.update(bytes);
  // The path changes with the content, so browsers may keep the files for ever.
  const base = `${assetPrefix}${hash.digest('hex').slice(0, 16)}/`;
  const options = {
    endpoint,
    base,
    graphiql: {
      title: 'dockgraph',
      logo: mark(32),
      // A token in the headers pane is not left behind on the disk.
      shouldPersistHeaders: false,
      defaultTabs: tabs.map(({ query, variables }) => ({
        query,
        ...(variables !== undefined && { variables }),
      })),
    },
  };
  const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>dockgraph</title>
    <link rel="icon" href="data:image/svg+xml,${encodeURIComponent(mark(32))}">
    <link rel="stylesheet" href="${base}graphiql.css">
  </head>
  <body class="no-focus-outline">
    <noscript>GraphiQL needs JavaScript.</noscript>
    <div id="root"></div>
    <script type="application/json" id="options">${inert(options)}</script>
    <script src="${base}graphiql.js"></script>
    <script src="${base}start.js"></script>
  </body>
</html>
`;
  return {
    html,
    assets: new Map(Object.entries(files).map(([name, asset]) => [`${base}${name}`, asset])),
  };
}
