import { afterAll, describe, expect, it } from 'vitest';
import { createContext } from '../../src/context.ts';
import { offerDownload } from '../../src/graph/transfer/transfer.ts';
import { createTransfers } from '../../src/transfers/transfers.ts';
import { services } from '../support/services.ts';

const transfers = createTransfers({ lifetimeMs: 60_000, mostUnderWay: 1, mostWaiting: 1 });
afterAll(() => transfers.close());

const context = createContext(
  [],
  { requestId: 'spec', signal: new AbortController().signal },
  { ...services(), transfers },
);
const download = {
  what: 'spec',
  filename: 'a.tar',
  contentType: 'application/x-tar',
  open: () => Promise.reject(new Error('nobody comes')),
};

describe('the graph', () => {
  it('says with a code of its own that too many addresses wait to be used', () => {
    offerDownload(context, download).revoke();
    offerDownload(context, download);
    expect(() => offerDownload(context, download)).toThrow(
      expect.objectContaining({
        message: expect.stringContaining('were handed out and not used yet'),
        extensions: { code: 'LIMIT_TRANSFERS' },
      }),
    );
  });
});
