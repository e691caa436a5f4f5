/** Asks the gateway that runs on this machine whether it is alive. */
import { get } from 'node:http';
import type { ServerConfig } from '../config.ts';

const timeoutMs = 3000;

/** Where a gateway that listens so is reached from its own machine. */
function localAddress(listen: string): string {
  const address = listen.replace(/^\[|\]$/g, '');
  if (address === '0.0.0.0') return '127.0.0.1';
  return address === '::' ? '::1' : address;
}

/** `GET /health`. */
export function healthcheck({ listen, port }: ServerConfig): Promise<{ ok: boolean; message: string }> {
  const hostname = localAddress(listen);
  const where = `${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`;
  return new Promise((resolve) => {
    const request = get({ hostname, port, path: '/health', timeout: timeoutMs, agent: false }, (response) => {
      response.resume();
      const ok = response.statusCode === 200;
      resolve({ ok, message: ok ? 'alive' : `${where} answered ${response.statusCode} to GET /health.` });
    });
    request.once('timeout', () => request.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)));
    request.once('error', (error) => {
      resolve({ ok: false, message: `No gateway answers at ${where}: ${error.message}.` });
    });
  });
}
