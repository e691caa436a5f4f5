/** Sends GraphiQL's page and its files. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type GraphiQL, loadGraphiQL, pagePolicy, type Tab } from './graphiql-page.ts';
import { Refusal } from './refusal.ts';

export interface Pages {
  /** Answers `GET /graphql` of a browser. */
  readonly page: (response: ServerResponse, host: string) => Promise<void>;
  /** Answers with one of the page's files, which change their path with their content. */
  readonly asset: (request: IncomingMessage, response: ServerResponse, path: string) => Promise<void>;
}

export function createPages(endpoint: string, tabs: readonly Tab[]): Pages {
  let loading: Promise<GraphiQL> | undefined;
  const graphiql = (): Promise<GraphiQL> => {
    loading ??= loadGraphiQL(endpoint, tabs);
    return loading;
  };
  return {
    page: async (response, host) => {
      const { html } = await graphiql();
      response.setHeader('content-security-policy', pagePolicy(host));
      response.setHeader('cross-origin-opener-policy', 'same-origin');
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.setHeader('cache-control', 'no-cache');
      response.end(html);
    },
    asset: async (request, response, path) => {
      const asset = (await graphiql()).assets.get(path);
      if (!asset) throw new Refusal({ status: 404, code: 'NOT_FOUND', message: 'There is no such file.' });
      response.setHeader('content-type', asset.type);
      response.setHeader('cache-control', 'public, max-age=31536000, immutable');
      response.setHeader('vary', 'accept-encoding');
      if (/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) {
        response.setHeader('content-encoding', 'gzip');
        response.end(await asset.gzipped());
      } else {
        response.end(asset.bytes);
      }
    },
  };
}
