/** A browser that talks to this machine alone, and tells of every attempt to talk to another. */
import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { findCommand, installMissing } from '../support/install-engine.ts';

/** Chromium itself asks the network for updates and the like; what is left is what the page asks for. */
const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
];

/** Installs Chromium first where there is none (root on Debian or Ubuntu). */
export async function launchChromium(): Promise<Browser> {
  await installMissing(['chromium']);
  const executablePath = findCommand('chromium');
  if (executablePath === undefined) throw new Error('Chromium is needed: apt-get install chromium');
  return chromium.launch({ executablePath, args: quiet, headless: true });
}

const isLocal = (url: string): boolean => {
  const { protocol, hostname } = new URL(url);
  if (protocol === 'data:' || protocol === 'blob:' || protocol === 'about:') return true;
  return ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
};

/** Refuses every request that leaves this machine, and lists their addresses. */
export async function fenceIn(context: BrowserContext): Promise<readonly string[]> {
  const outside: string[] = [];
  await context.route(
    (url) => !isLocal(url.href),
    (route) => {
      outside.push(route.request().url());
      return route.abort();
    },
  );
  return outside;
}
