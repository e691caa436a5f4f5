import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadExamples } from '../../src/examples.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { ownPrefix, sharedEngine } from '../support/live.ts';
import { fenceIn, launchChromium } from './chromium.ts';
import { openGraphiQL } from './graphiql.ts';

const engine = sharedEngine();
const prefix = ownPrefix(engine);

let browser: Browser;
let context: BrowserContext;
let gateway: RunningGateway;
let outside: readonly string[];

beforeAll(async () => {
  [browser, gateway] = await Promise.all([
    launchChromium(),
    startGateway({ host: engine.host }),
    engine.cli(
      'run',
      '--detach',
      '--name',
      `${prefix}web`,
      '--stop-timeout',
      '0',
      'busybox',
      'sleep',
      '3600',
    ),
  ]);
  context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
  outside = await fenceIn(context);
});
afterAll(async () => {
  await browser?.close();
  await gateway?.close();
});

/** `Dashboard`, of `query Dashboard {`: what GraphiQL calls a tab. */
const tabName = (query: string) => /^(?:query|mutation|subscription) (\w+)/m.exec(query)?.[1];

describe('GraphiQL over a real Engine, without internet', () => {
  it('opens with the worked examples, and runs a query, a mutation, a subscription and a live query of them', async () => {
    const graphiql = await openGraphiQL(context, gateway.url);
    expect(await graphiql.tabs()).toEqual(loadExamples().map(({ query }) => tabName(query)));

    await graphiql.run();
    expect(await graphiql.answerWith(`${prefix}web`)).toContain('"state":"RUNNING"');

    await graphiql.choose('Events');
    await graphiql.run();
    await graphiql.choose('Restart');
    await graphiql.setVariables({ ref: `${prefix}web` });
    await graphiql.run();
    expect(await graphiql.answerWith(`${prefix}web`)).toContain('"changed":true');

    await graphiql.choose('Events');
    // What it shows is the last event, of whichever container; the one restarted ends on START or RESTART.
    await graphiql.run();
    await engine.cli('restart', `${prefix}web`);
    expect(await graphiql.answerWith('"containerName"')).toContain('"type"');
    await graphiql.page.screenshot({ path: join(tmpdir(), 'dockgraph-graphiql-real.png') });

    await graphiql.choose('LiveContainers');
    await graphiql.run();
    await graphiql.answerWith('"containers"');
    await engine.cli('rename', `${prefix}web`, `0-${prefix}renamed`);
    // Sorted by name: it is the first one now, and so among what is shown without scrolling.
    await graphiql.answerWith(`0-${prefix}renamed`);
    await engine.cli('rename', `0-${prefix}renamed`, `${prefix}web`);

    expect(graphiql.webSockets.length).toBeGreaterThan(0);
    expect(outside).toEqual([]);
    expect(graphiql.complaints).toEqual([]);
  });
});
