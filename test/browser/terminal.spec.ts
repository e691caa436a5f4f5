import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CountingProxy, startCountingProxy } from '../support/counting-proxy.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { ownPrefix, sharedEngine } from '../support/live.ts';
import { fenceIn, launchChromium } from './chromium.ts';

const engine = sharedEngine();
const box = `${ownPrefix(engine)}box`;

const own = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const xterm = (path: string) => own(`../../node_modules/@xterm/xterm/${path}`);
const files: Readonly<Record<string, readonly [type: string, path: string]>> = {
  '/': ['text/html', own('./pages/terminal.html')],
  '/xterm.js': ['text/javascript', xterm('lib/xterm.js')],
  '/xterm.css': ['text/css', xterm('css/xterm.css')],
};

/** The site of somebody who has a terminal page, beside the gateway. */
function serveSite(): Promise<{ readonly server: Server; readonly origin: string }> {
  const server = createServer((request, response) => {
    const [type, path] = files[new URL(request.url ?? '/', 'http://site').pathname] ?? [];
    if (path === undefined) response.writeHead(204).end();
    else response.writeHead(200, { 'content-type': type }).end(readFileSync(path));
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      resolve({ server, origin: `http://127.0.0.1:${port}` });
    });
  });
}

let browser: Browser;
let gateway: RunningGateway;
let proxy: CountingProxy;
let site: Awaited<ReturnType<typeof serveSite>>;

beforeAll(async () => {
  [browser, proxy, site] = await Promise.all([
    launchChromium(),
    startCountingProxy(engine.socketPath),
    serveSite(),
    engine.cli('run', '--detach', '--name', box, '--stop-timeout', '0', 'busybox', 'sleep', '3600'),
  ]);
  gateway = await startGateway({ host: proxy.host, flags: [`--allowed-origins=${site.origin}`] });
});
afterAll(async () => {
  await browser?.close();
  await gateway?.close();
  await proxy?.close();
  site?.server.close();
});

async function openTerminal() {
  const context = await browser.newContext({ viewport: { width: 1000, height: 600 } });
  const outside = await fenceIn(context);
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  const query = new URLSearchParams({ endpoint: gateway.url, ref: box });
  await page.goto(`${site.origin}/?${query}`);
  await statusOf(page, 'open');
  return { page, outside, complaints };
}

const statusOf = (page: Page, text: string) =>
  page.waitForFunction((wanted) => document.querySelector('#status')?.textContent?.startsWith(wanted), text);

/** Resolves when the screen shows a line of just this. */
const shows = (page: Page, line: string) =>
  page.waitForFunction((wanted) => {
    const rows = [...document.querySelectorAll('.xterm-rows > div')].map((row) => row.textContent?.trim());
    return rows.includes(wanted);
  }, line);

describe('a terminal page in a browser, from another site that is allowed', () => {
  it('types a command and reads its output, resizes, and sees the shell end', async () => {
    const { page, outside, complaints } = await openTerminal();
    await page.keyboard.type('echo answer=$((6*7)); stty size\n');
    await shows(page, 'answer=42');
    await shows(page, '20 90');
    // Keys that a terminal of the docker CLI eats, and a letter of more than one byte.
    await page.keyboard.type('echo gr\u00fcn');
    await page.keyboard.press('Control+P');
    await page.keyboard.press('Control+C');
    await page.keyboard.type('echo "\u20ac" still here\n');
    await shows(page, '\u20ac still here');
    await page.evaluate('terminal.resize(71, 15)');
    await statusOf(page, 'resized 71');
    await page.keyboard.type('stty size\n');
    await shows(page, '15 71');
    await page.screenshot({ path: join(tmpdir(), 'dockgraph-terminal.png') });
    await page.keyboard.type('exit 3\n');
    await statusOf(page, 'closed 1000 exit 3');
    expect(outside).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('leaves nothing open when its tab is closed', async () => {
    proxy.reset();
    const { page } = await openTerminal();
    await page.keyboard.type('echo up\n');
    await shows(page, 'up');
    await page.close();
    await proxy.until((requests) => requests.some(({ path, ended }) => path.endsWith('/start') && ended));
  });
});
