import { at, listAt, textAt } from '../../support/json.ts';

/** The first thing that a subscription is told: the payload of its first event, or its only answer. */
export async function askOnce(
  url: string,
  document: string,
  variables: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const gone = new AbortController();
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query: document, variables }),
    signal: gone.signal,
  });
  let text = '';
  try {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      const [, data] = /^data: ?(.+)\n/m.exec(text) ?? [];
      if (data !== undefined) return JSON.parse(data);
    }
  } finally {
    gone.abort();
  }
  return JSON.parse(text);
}

/** What an answer refuses with: the codes and messages of its errors, and of the user errors of a mutation. */
export function refusalsOf(answer: unknown): readonly { readonly code: string; readonly message: string }[] {
  const errors = listAt(answer, 'errors').map((error) => ({
    code: textAt(error, 'extensions', 'code'),
    message: textAt(error, 'message'),
  }));
  const payloads = Object.values(Object(at(answer, 'data')));
  const userErrors = payloads
    .flatMap((payload) => [payload, ...listAt(payload, 'results')])
    .flatMap((payload) => listAt(payload, 'userErrors'))
    .map((error) => ({ code: textAt(error, 'code'), message: textAt(error, 'message') }));
  return [...errors, ...userErrors];
}
