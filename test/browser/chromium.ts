/** A browser that talks to this machine alone, and tells of every attempt to talk to another. */
import { accessSync, constants } from 'node:fs';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/**
 * @returns the path of a Chromium
 * @throws Error with the command that installs one
 */
export function findChromium(): string {
  const found = places.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  if (found) return found;
  throw new Error(
    `There is no Chromium at ${places.join(', ')}; install it: apt-get install -y --no-install-recommends chromium.`,
  );
}

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

export const launchChromium = (): Promise<Browser> =>
  chromium.launch({ executablePath: findChromium(), args: quiet, headless: true });

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
