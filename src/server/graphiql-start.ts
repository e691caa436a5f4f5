/**
 * The script that starts GraphiQL in the browser. It brings a fetcher of its own, because that of the bundle leaves the
 * headers pane out of `connection_init`: with a token, no subscription would ever be let in.
 */
export const startScript = String.raw`'use strict';
const { endpoint, base, graphiql } = JSON.parse(document.getElementById('options').textContent);

const workers = { json: 'json.worker.js', graphql: 'graphql.worker.js' };
self.MonacoEnvironment = {
  globalAPI: false,
  getWorkerUrl: (_, label) => base + (workers[label] ?? 'editor.worker.js'),
};

async function ask(params, headers) {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { accept: 'application/graphql-response+json, application/json', 'content-type': 'application/json', ...headers },
    body: JSON.stringify(params),
  });
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return { errors: [{ message: 'HTTP ' + response.status + ' ' + response.statusText, body: text }] };
  }
}

/** One WebSocket for each subscription or live query, so that it always speaks with the headers that are in the pane now. */
function follow(params, headers) {
  const url = new URL(endpoint, location.href);
  url.protocol = url.protocol.replace('http', 'ws');
  const socket = new WebSocket(url, 'graphql-transport-ws');
  const events = [];
  let wake = () => {};
  let ended = false;
  const push = (event) => {
    events.push(event);
    wake();
  };
  const end = () => {
    ended = true;
    wake();
    socket.close(1000);
  };
  const send = (message) => socket.send(JSON.stringify(message));
  socket.onopen = () => send({ type: 'connection_init', payload: headers });
  socket.onclose = ({ code, reason }) => {
    if (!ended) push({ errors: [{ message: reason || 'The connection was lost.', extensions: { code } }] });
    end();
  };
  socket.onmessage = ({ data }) => {
    const { type, payload } = JSON.parse(data);
    if (type === 'connection_ack') send({ id: '1', type: 'subscribe', payload: params });
    if (type === 'ping') send({ type: 'pong' });
    if (type === 'next') push(payload);
    if (type === 'error') push({ errors: payload });
    if (type === 'error' || type === 'complete') end();
  };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      while (events.length === 0 && !ended) await new Promise((resolve) => (wake = resolve));
      return events.length > 0 ? { done: false, value: events.shift() } : { done: true, value: undefined };
    },
    async return() {
      end();
      return { done: true, value: undefined };
    },
  };
}

/** The operations of a text. GraphiQL's own idea of them lags behind when a tab was just changed. */
function operationsIn(query) {
  const bare = query.replace(/"""[^]*?"""|"(?:\\.|[^"\\\n])*"|#[^\n]*/g, '');
  const operations = [];
  let depth = 0;
  for (const [token, type, name] of bare.matchAll(/[{}()]|@live\b|\b(query|mutation|subscription)\b(?:\s+(\w+))?/g)) {
    if (token === '@live') {
      if (depth === 0 && operations.length > 0) operations.at(-1).goesOn = true;
    } else if (!type) depth += '{('.includes(token) ? 1 : -1;
    else if (depth === 0) operations.push({ type, name, goesOn: type === 'subscription' });
  }
  return operations;
}

/** A token given in one tab serves the others too, until the page is left. */
let credentials = {};
function withCredentials(headers) {
  const name = Object.keys(headers).find((key) => key.toLowerCase() === 'authorization');
  if (name) credentials = { authorization: headers[name] };
  return name ? headers : { ...credentials, ...headers };
}

function fetcher(params, { headers: given } = {}) {
  const headers = withCredentials(given ?? {});
  const operations = operationsIn(params.query);
  const chosen =
    operations.find(({ name }) => name === params.operationName) ??
    (operations.length === 1 ? operations[0] : undefined);
  const request = chosen ? { ...params, operationName: chosen.name } : params;
  return chosen?.goesOn ? follow(request, headers) : ask(request, headers);
}

/** The query is kept in the address, to be shared, unless that would make the address too long to be asked for. */
function onEditQuery(query) {
  const address = new URL(location.href);
  if (query && query.length < 2000) address.searchParams.set('query', query);
  else address.searchParams.delete('query');
  history.replaceState({}, '', address);
}

YogaGraphiQL.renderYogaGraphiQL(document.getElementById('root'), { ...graphiql, fetcher, onEditQuery });
`;
