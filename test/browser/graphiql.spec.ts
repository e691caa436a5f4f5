import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunningGateway, startGateway } from '../server/stub.ts';
import { fenceIn, launchChromium } from './chromium.ts';
import { openGraphiQL } from './graphiql.ts';

const tabs = [
  { query: 'query Hello {\n  hello(name: "dockgraph")\n}\n' },
  { query: 'mutation Act($what: String) {\n  act(what: $what)\n}\n', variables: '{ "what": "acted" }' },
  { query: 'subscription Count {\n  countTo(last: 3)\n}\n' },
];

let browser: Browser;
let context: BrowserContext;
let outside: readonly string[];

beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());
beforeEach(async () => {
  context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
  outside = await fenceIn(context);
});
afterEach(() => context.close());

describe('GraphiQL in a browser without internet', () => {
  let gateway: RunningGateway;
  beforeAll(async () => {
    gateway = await startGateway({}, { tabs });
  });
  afterAll(() => gateway.close());

  it('opens from the root with a tab for each example, and asks no other machine for anything', async () => {
    const graphiql = await openGraphiQL(context, gateway.origin);

    expect(await graphiql.page.title()).toBe('dockgraph');
    expect(await graphiql.tabs()).toEqual(['Hello', 'Act', 'Count']);
    expect(outside).toEqual([]);
    expect(graphiql.complaints).toEqual([]);
  });

  it('runs a query, a mutation with variables and, over a WebSocket, a subscription', async () => {
    const graphiql = await openGraphiQL(context, gateway.url);

    await graphiql.run();
    expect(await graphiql.answerWith('Hello')).toContain('"hello":"Hellodockgraph"');
    await graphiql.choose('Act');
    await graphiql.run();
    expect(await graphiql.answerWith('acted')).toContain('"act":"acted"');
    await graphiql.choose('Count');
    await graphiql.run();
    expect(await graphiql.answerWith('3')).toContain('"countTo":3');
    await graphiql.page.screenshot({ path: join(tmpdir(), 'dockgraph-graphiql.png') });

    expect(gateway.stub.mutations).toEqual(['acted']);
    expect(graphiql.webSockets).toEqual([gateway.wsUrl]);
    expect(outside).toEqual([]);
    expect(graphiql.complaints).toEqual([]);
  });

  it('shows the schema, and completes what is typed from it, with workers of its own', async () => {
    const graphiql = await openGraphiQL(context, gateway.url);
    const { page } = graphiql;

    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    await page.getByText('Root Types').waitFor();
    await page.locator('.graphiql-query-editor .view-line').first().click();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('{ neste');
    await page.locator('.suggest-widget').getByText('nested').first().waitFor();

    expect(outside).toEqual([]);
    expect(graphiql.complaints).toEqual([]);
  });

  it('stops a subscription when its run button is pressed again', async () => {
    const { ticker } = gateway.stub;
    const graphiql = await openGraphiQL(
      context,
      `${gateway.url}?query=${encodeURIComponent('subscription Tick { tick }')}`,
    );

    await graphiql.run();
    await ticker.until(1);
    ticker.tick(42);
    await graphiql.answerWith('42');
    await graphiql.run();
    await ticker.until(0);

    expect(ticker.opened()).toBe(1);
  });
});

describe('GraphiQL on a gateway that needs a token', () => {
  let gateway: RunningGateway;
  beforeAll(async () => {
    gateway = await startGateway({ DOCKGRAPH_TOKEN: 'browser-token' }, { tabs });
  });
  afterAll(() => gateway.close());

  it('says what is missing, and works with the token in the headers pane, subscriptions included', async () => {
    const graphiql = await openGraphiQL(context, gateway.url);

    await graphiql.run();
    expect(await graphiql.answerWith('UNAUTHENTICATED')).toContain('Authorization:Bearer');
    await graphiql.choose('Count');
    await graphiql.run();
    expect(await graphiql.answerWith('4403')).toContain('needsatoken');
    await graphiql.setHeaders({ authorization: 'Bearer browser-token' });
    await graphiql.run();
    await graphiql.answerWith('"countTo": 3');
    await graphiql.choose('Hello');
    await graphiql.run();
    await graphiql.answerWith('Hello dockgraph');

    const kept = await graphiql.page.evaluate(() => JSON.stringify(localStorage));
    expect(kept).not.toContain('browser-token');
    expect(outside).toEqual([]);
  });
});
