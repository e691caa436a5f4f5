import { type ClientRequest, request } from 'node:http';
import { at, textAt } from '../../support/json.ts';

/** What a client is told that sent bytes. */
export interface UploadAnswer {
  readonly status: number;
  readonly data: unknown;
  readonly code: string;
  readonly message: string;
}

const answerOf = (status: number, body: unknown): UploadAnswer => ({
  status,
  data: at(body, 'data'),
  code: textAt(body, 'errors', 0, 'extensions', 'code'),
  message: textAt(body, 'errors', 0, 'message'),
});

/** Sends the bytes to an address that the graph gave out, as a client does. */
export async function upload(gatewayUrl: string, url: string, body: Uint8Array): Promise<UploadAnswer> {
  const response = await fetch(new URL(url, gatewayUrl), {
    method: 'PUT',
    headers: { 'content-type': 'application/x-tar' },
    body: Buffer.from(body),
  });
  return answerOf(response.status, await response.json());
}

/** The same, piece by piece, by hand; `answer` is undefined where the connection ended without one. */
export function beginUpload(
  gatewayUrl: string,
  url: string,
  length: number,
): { readonly call: ClientRequest; readonly answer: Promise<UploadAnswer | undefined> } {
  const call = request(new URL(url, gatewayUrl), {
    method: 'PUT',
    agent: false,
    headers: { 'content-type': 'application/x-tar', 'content-length': length },
  });
  const answer = new Promise<UploadAnswer | undefined>((resolve) => {
    call.on('error', () => resolve(undefined));
    call.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', () => resolve(undefined));
      response.on('end', () =>
        resolve(answerOf(response.statusCode ?? 0, JSON.parse(Buffer.concat(chunks).toString('utf8')))),
      );
    });
  });
  return { call, answer };
}
