import type { RunningGateway } from '../../support/gateway.ts';
import { at, textAt } from '../../support/json.ts';
import { followOperation, type OperationReader } from './operation-reader.ts';

export type Builder = 'CLASSIC' | 'BUILDKIT';

const userError =
  '__typename code message path ... on BuildFailedError { step exitCode } ... on DockerfileError { line } ' +
  '... on BuildContextError { file }';

const operation =
  'id kind state subject canCancel progress { current total percent } output { text } ' +
  'steps { id name state status percent startedAt finishedAt } warnings { message details url file line } ' +
  `image { dockerId tags } error { ${userError} }`;

/** `imageBuild`, with everything that can be seen of it. */
export async function build(gateway: RunningGateway, input: object): Promise<unknown> {
  const data = await gateway.data(
    `mutation ($input: ImageBuildInput!) {
      imageBuild(input: $input) {
        changed image { dockerId tags } upload { url method expiresAt accepts }
        operation { ${operation} } userErrors { ${userError} }
      }
    }`,
    { input },
  );
  return at(data, 'imageBuild');
}

export const operationIn = (payload: unknown): string => textAt(payload, 'operation', 'id');

export const follow = (gateway: RunningGateway, payload: unknown): OperationReader =>
  followOperation(gateway.url, operationIn(payload), operation);

/** What it is at its end. */
export const ended = async (gateway: RunningGateway, payload: unknown): Promise<unknown> =>
  (await follow(gateway, payload).rest()).at(-1);

export async function cancel(gateway: RunningGateway, payload: unknown): Promise<unknown> {
  const data = await gateway.data(
    'mutation ($id: ID!) { operationCancel(input: { id: $id }) { changed operation { state error { __typename } } } }',
    { id: operationIn(payload) },
  );
  return at(data, 'operationCancel');
}

export const uploadUrl = (gateway: RunningGateway, payload: unknown): string =>
  new URL(textAt(payload, 'upload', 'url'), gateway.url).href;
