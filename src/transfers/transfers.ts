/** Addresses for bytes beside the graph: what each stands for, for how long, and how often it may be used. */
import { createTickets } from '../tickets.ts';

/** The path that all addresses begin with. */
export const transferPath = '/transfers/';

/** Bytes as they come; leaving the loop gives them up. */
interface DownloadSource {
  readonly body: AsyncIterable<Uint8Array>;
  /** How many there are, where that is known before. */
  readonly length?: number | undefined;
}

/** Something to be fetched, as often as somebody comes until the address expires. */
export interface Download {
  /** For the log, such as `containerExport`. */
  readonly what: string;
  /** What the file is to be called where it is saved. */
  readonly filename: string;
  readonly contentType: string;
  /**
   * Begins anew for each request. A failure before the first byte is answered as an error; after it, also one that `body`
   * throws at its very end, the answer is broken off where every client sees it.
   *
   * @param signal aborted when the client has gone
   */
  readonly open: (signal: AbortSignal) => Promise<DownloadSource>;
}

/** What is known of an upload when it begins. */
interface UploadInfo {
  /** Aborted when the client goes before all its bytes have come; not after that. */
  readonly signal: AbortSignal;
  /** How many bytes will come, where the client says so. */
  readonly length: number | undefined;
  /** The media type in lower case without parameters; `application/octet-stream` where the client says none. */
  readonly contentType: string;
}

/** Something to be sent, once. */
export interface Upload {
  /** For the log, such as `imageLoad`. */
  readonly what: string;
  /** Media types that are taken: `application/x-tar`; a pair of stars for any but forms. None at all is always taken. */
  readonly accepts: readonly string[];
  /** Most bytes; what the gateway is configured for if less, or if left out. */
  readonly maxBytes?: number | undefined;
  /** Whether the client has to say how long it is. */
  readonly needsLength?: boolean;
  /**
   * Takes the bytes. They end with an error where the client goes or stalls, sends too much, or not what it announced: hand
   * the error on, so that nobody takes them for the whole.
   *
   * @returns what the client is told beside the number of its bytes; must fit into JSON
   * @throws what the client is told as an error
   */
  readonly receive: (body: AsyncIterable<Uint8Array>, info: UploadInfo) => Promise<object | undefined>;
  /** Called where nobody came until the address expired, was withdrawn, or the gateway closed. */
  readonly onUnused?: () => void;
}

/** An address that was handed out. */
export interface Transfer {
  /** Beginning with a slash: on the origin that serves the graph. */
  readonly url: string;
  readonly method: 'GET' | 'PUT';
  readonly expiresAt: Date;
  /** Of a download. */
  readonly filename?: string;
  readonly contentType?: string;
  /** Of an upload. */
  readonly accepts?: readonly string[];
  readonly maxBytes?: number | undefined;
  /** Takes the address back. What is under way goes on. */
  readonly revoke: () => void;
}

export type Offered =
  | { readonly kind: 'download'; readonly download: Download; token: string }
  | { readonly kind: 'upload'; readonly upload: Upload; token: string };

/** Why an address can no longer be used. */
export type Spent = 'used' | 'expired' | 'withdrawn';

export interface Transfers {
  /** @throws TooManyTickets where too many addresses wait to be used */
  readonly offerDownload: (download: Download) => Transfer;
  /** @throws TooManyTickets where too many addresses wait to be used */
  readonly offerUpload: (upload: Upload) => Transfer;
  /** For the routes. */
  readonly find: (token: string) => Offered | Spent | undefined;
  /** Spends the address of an upload: of two that come at once, one gets it. */
  readonly redeem: (token: string) => boolean;
  /** A place among those under way, to be given back; undefined where none is left. */
  readonly enter: () => (() => void) | undefined;
  /** Takes all addresses back. */
  readonly close: () => void;
}

export interface TransferLimits {
  /** Milliseconds that an address lasts. */
  readonly lifetimeMs: number;
  readonly mostUnderWay: number;
  /** Addresses waiting at once. */
  readonly mostWaiting?: number;
  /** Of every upload; undefined is no limit. */
  readonly maxUploadBytes?: number | undefined;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** So many spent addresses are told apart from those that never were. */
const mostSpent = 10_000;

const least = (...limits: readonly (number | undefined)[]): number | undefined => {
  const known = limits.filter((limit) => limit !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
};

export function createTransfers(limits: TransferLimits): Transfers {
  const { lifetimeMs, mostUnderWay, mostWaiting, maxUploadBytes, now } = limits;
  const spent = new Map<string, Spent>();
  let underWay = 0;

  function spend(token: string, why: Spent): void {
    spent.set(token, why);
    const [oldest] = spent.keys();
    if (spent.size > mostSpent && oldest !== undefined) spent.delete(oldest);
  }

  let endsBy: Spent = 'expired';
  const tickets = createTickets<Offered>({
    lifetime: lifetimeMs,
    ...(mostWaiting !== undefined && { most: mostWaiting }),
    ...(now && { now }),
    onEnd: (offered) => {
      spend(offered.token, endsBy);
      if (offered.kind === 'upload') offered.upload.onUnused?.();
    },
  });

  function withdraw(token: string): void {
    endsBy = 'withdrawn';
    tickets.revoke(token);
    endsBy = 'expired';
  }

  function issue(offered: Offered) {
    const { token, expiresAt } = tickets.issue(offered);
    offered.token = token;
    return { url: `${transferPath}${token}`, expiresAt, revoke: () => withdraw(token) };
  }

  return {
    offerDownload: (download) => {
      const { filename, contentType } = download;
      return { ...issue({ kind: 'download', download, token: '' }), method: 'GET', filename, contentType };
    },
    offerUpload: (upload) => {
      const maxBytes = least(upload.maxBytes, maxUploadBytes);
      const bounded: Upload = { ...upload, maxBytes };
      const issued = issue({ kind: 'upload', upload: bounded, token: '' });
      return { ...issued, method: 'PUT', accepts: upload.accepts, maxBytes };
    },
    find: (token) => tickets.find(token) ?? spent.get(token),
    redeem: (token) => {
      if (tickets.redeem(token) === undefined) return false;
      spend(token, 'used');
      return true;
    },
    enter: () => {
      if (underWay >= mostUnderWay) return undefined;
      underWay += 1;
      let left = false;
      return () => {
        if (!left) underWay -= 1;
        left = true;
      };
    },
    close: () => tickets.close(),
  };
}
