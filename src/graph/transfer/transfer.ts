/** Addresses for bytes beside the graph. */
import { GraphQLError } from 'graphql';
import type { Context } from '../../context.ts';
import type { ErrorCode } from '../../errors.ts';
import { TooManyTickets } from '../../tickets.ts';
import type { Download, Transfer, Upload } from '../../transfers/transfers.ts';
import { builder } from '../builder.ts';

const TransferMethod = builder.enumType('TransferMethod', {
  description: 'The HTTP method that the address of a transfer takes.',
  values: {
    GET: { description: 'For downloads.' },
    PUT: { description: 'For uploads: the body is the file itself, not a form.' },
  } as const,
});

export const TransferType = builder.objectRef<Transfer>('Transfer').implement({
  description:
    'An address for bytes, which do not fit in GraphQL: a download or an upload by plain HTTP, streamed whatever its size. ' +
    'It needs the same `Authorization` header as the graph. A download may be fetched several times until it expires; an ' +
    'upload is taken once. Errors are JSON like those of GraphQL. A download that ends with a broken connection is not ' +
    'whole, and must be thrown away (curl then exits with 18); an upload that is cut off is never taken for whole by the ' +
    'Engine. With the request header `Want-Content-Digest: sha-256=1` a download ends with the trailer `Content-Digest`; ' +
    'an upload with `Content-Digest` is refused at its end if what came is something else.',
  fields: (t) => ({
    url: t.exposeString('url', {
      nullable: false,
      description:
        'Where: a path such as `/transfers/…` on the same origin as the graph. In JavaScript: `new URL(url, graphUrl)`.',
    }),
    method: t.field({
      type: TransferMethod,
      nullable: false,
      description: 'How it is to be called.',
      resolve: ({ method }) => method,
    }),
    expiresAt: t.field({
      type: 'Timestamp',
      nullable: false,
      description:
        'Until when a transfer can begin; one that has begun may take longer. See `DOCKGRAPH_TRANSFER_LIFETIME`.',
      resolve: ({ expiresAt }) => expiresAt.toISOString(),
    }),
    filename: t.string({
      nullable: true,
      description: 'What to call the file that is downloaded; null for an upload.',
      resolve: ({ filename }) => filename ?? null,
    }),
    contentType: t.string({
      nullable: true,
      description: 'The media type of what is downloaded; null for an upload.',
      resolve: ({ contentType }) => contentType ?? null,
    }),
    accepts: t.stringList({
      nullable: false,
      description:
        'The media types that an upload may have, as its `Content-Type`; none at all is fine too. Empty for a download.',
      resolve: ({ accepts }) => accepts ?? [],
    }),
    maxBytes: t.field({
      type: 'Long',
      nullable: true,
      description: 'How long an upload may be; null for any length, and for a download.',
      resolve: ({ maxBytes }) => maxBytes ?? null,
    }),
  }),
});

/** Too many addresses are no fault of the gateway's. */
function offered(offer: () => Transfer): Transfer {
  try {
    return offer();
  } catch (error) {
    if (!(error instanceof TooManyTickets)) throw error;
    throw new GraphQLError(error.message, {
      extensions: { code: 'LIMIT_TRANSFERS' satisfies ErrorCode },
    });
  }
}

/** @throws GraphQLError `LIMIT_TRANSFERS` where too many addresses wait to be used */
export const offerDownload = ({ transfers }: Context, download: Download): Transfer =>
  offered(() => transfers.offerDownload(download));

/** @throws GraphQLError `LIMIT_TRANSFERS` where too many addresses wait to be used */
export const offerUpload = ({ transfers }: Context, upload: Upload): Transfer =>
  offered(() => transfers.offerUpload(upload));

/** What the Engine can unpack: an archive, compressed or not. */
export const archiveTypes = [
  'application/x-tar',
  'application/octet-stream',
  'application/gzip',
  'application/x-gzip',
  'application/x-tgz',
  'application/bzip2',
  'application/x-bzip2',
  'application/x-xz',
  'application/zstd',
] as const;
