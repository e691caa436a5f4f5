import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadExamples } from '../../src/examples.ts';
import { importBusybox } from '../support/busybox.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';
import { fenceIn, launchChromium } from './chromium.ts';
import { openGraphiQL } from './graphiql.ts';

// One of its own: the editor draws only what is in sight, which the containers of others would push out of it.
let engine: PrivateEngine;
let browser: Browser;
let context: BrowserContext;
let gateway: RunningGateway;
let outside: readonly string[];

beforeAll(async () => {
  [browser, engine] = await Promise.all([launchChromium(), startPrivateEngine()]);
  gateway = await startGateway({ host: engine.host });
  await importBusybox(engine);
  await engine.cli('run', '--detach', '--name', 'web', '--stop-timeout', '0', 'busybox', 'sleep', '3600');
  context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
  outside = await fenceIn(context);
});
afterAll(async () => {
  await browser?.close();
  await gateway?.close();
  await engine?.stop();
});

/** `Dashboard`, of `query Dashboard {`: what GraphiQL calls a tab. */
const tabName = (query: string) => /^(?:query|mutation|subscription) (\w+)/m.exec(query)?.[1];

describe('GraphiQL over a real Engine, without internet', () => {
  it('opens with the worked examples, and runs a query, a mutation, a subscription and a live query of them', async () => {
    const graphiql = await openGraphiQL(context, gateway.url);
    expect(await graphiql.tabs()).toEqual(loadExamples().map(({ query }) => tabName(query)));

    await graphiql.run();
    expect(await graphiql.answerWith('"name":"web"')).toContain('"state":"RUNNING"');

    await graphiql.choose('Events');
    await graphiql.run();
    await graphiql.choose('Restart');
    await graphiql.setVariables({ ref: 'web' });
    await graphiql.run();
    expect(await graphiql.answerWith('"name":"web"')).toContain('"changed":true');

    await graphiql.choose('Events');
    // What it shows is the last event: it ends on START or RESTART.
    await graphiql.run();
    await engine.cli('restart', 'web');
    expect(await graphiql.answerWith('"containerName"')).toContain('"type"');
    await graphiql.page.screenshot({ path: join(tmpdir(), 'dockgraph-graphiql-real.png') });

    await graphiql.choose('LiveContainers');
    await graphiql.run();
    await graphiql.answerWith('"containers"');
    await engine.cli('rename', 'web', 'renamed');
    await graphiql.answerWith('"name":"renamed"');

    expect(graphiql.webSockets.length).toBeGreaterThan(0);
    expect(outside).toEqual([]);
    expect(graphiql.complaints).toEqual([]);
  });
});
