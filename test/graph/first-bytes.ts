import { get } from 'node:http';
import type { EngineAccess } from '../support/engine-access.ts';

/**
 * Resolves with the first bytes of a stream of the Engine (`/events?…`, `/containers/x/logs?follow=1&stdout=1`), and
 * leaves it: how a spec waits for what a container does.
 */
export const firstBytes = ({ socketPath }: EngineAccess, path: string): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const call = get({ socketPath, path }, (response) => {
      response.once('data', (bytes: Buffer) => {
        resolve(bytes);
        call.destroy();
      });
      response.once('end', () => reject(new Error(`${path} ended without a byte`)));
    });
    call.on('error', reject);
  });
