/** The operations of the Engine's tag "Container" (and commit, which is tagged "Image" but acts on a container). */
import {
  bytes,
  deadlines,
  type Filters,
  header,
  json,
  jsonList,
  jsonListOrNull,
  nothing,
  operation,
  type Params,
  takes,
} from '../operation.ts';
import type {
  ContainerConfigBody,
  ContainerCreateBody,
  ContainerCreated,
  ContainerInspect,
  ContainerStats,
  ContainerSummary,
  ContainersPruned,
  ContainerTop,
  ContainerUpdateBody,
  ContainerUpdated,
  ContainerWait,
  FilesystemChange,
} from '../types.ts';

/** The daemon waits this long for a container to stop before it kills it, in seconds, when nobody says otherwise. */
const defaultGrace = 10;

/** The grace period that was asked for, and then what any write may take. -1 waits for ever. */
const afterGrace = (params: Params): number => {
  const grace = typeof params['t'] === 'number' ? params['t'] : defaultGrace;
  return grace < 0 ? deadlines.none : grace * 1000 + deadlines.write;
};

export const containers = {
  list: operation(
    'GET /containers/json',
    jsonList<ContainerSummary>(),
    takes<{ all?: boolean; limit?: number; size?: boolean; filters?: Filters }>(),
    { shared: true },
  ),
  /** With sizes: a walk over every layer, seconds to minutes. */
  listSizes: operation(
    'GET /containers/json',
    jsonList<ContainerSummary>(),
    takes<{ all: boolean; size: true; filters?: Filters }>(),
    { deadline: deadlines.slow, shared: true, waits: true },
  ),
  inspect: operation('GET /containers/{id}/json', json<ContainerInspect>()),
  /** With sizes: a walk over the layers of the container. */
  inspectSize: operation('GET /containers/{id}/json', json<ContainerInspect>(), takes<{ size: true }>(), {
    deadline: deadlines.slow,
    waits: true,
  }),
  top: operation('GET /containers/{id}/top', json<ContainerTop>(), takes<{ ps_args?: string }>()),
  changes: operation('GET /containers/{id}/changes', jsonListOrNull<FilesystemChange>(), takes(), {
    deadline: deadlines.slow,
    waits: true,
  }),
  stats: operation(
    'GET /containers/{id}/stats',
    json<ContainerStats>(),
    takes<{ stream: false; 'one-shot'?: boolean }>(),
    { waits: true },
  ),
  /** A sample a second, for as long as the container exists. */
  statsStream: operation('GET /containers/{id}/stats', bytes, takes<{ stream: true }>(), {
    deadline: deadlines.none,
  }),
  logs: operation(
    'GET /containers/{id}/logs',
    bytes,
    takes<{
      follow?: boolean;
      stdout?: boolean;
      stderr?: boolean;
      since?: string;
      until?: string;
      timestamps?: boolean;
      tail?: string;
    }>(),
    { deadline: deadlines.none },
  ),
  /** What has been logged until now. A log file under rotation may never end the answer, so there is a deadline. */
  logsTail: operation(
    'GET /containers/{id}/logs',
    bytes,
    takes<{
      stdout: boolean;
      stderr: boolean;
      since?: string;
      until?: string;
      timestamps: boolean;
      tail: string;
    }>(),
    { deadline: deadlines.slow },
  ),
  /** Bytes both ways of its main process, for as long as somebody keeps the connection. */
  attach: operation(
    'POST /containers/{id}/attach',
    bytes,
    takes<{
      stream: true;
      stdin: boolean;
      stdout: boolean;
      stderr: boolean;
      logs: boolean;
      detachKeys?: string;
    }>(),
    { deadline: deadlines.none },
  ),
  /** The same by WebSocket, where nothing tells the streams apart. Below API 1.42 it attaches to all of them. */
  attachWebSocket: operation(
    'GET /containers/{id}/attach/ws',
    bytes,
    takes<{
      stream: true;
      stdin: boolean;
      stdout: true;
      stderr: true;
      logs: boolean;
      detachKeys?: string;
    }>(),
    { deadline: deadlines.none, upgrade: 'websocket' },
  ),
  resize: operation('POST /containers/{id}/resize', nothing, takes<{ h: number; w: number }>()),
  create: operation(
    'POST /containers/create',
    json<ContainerCreated>(),
    takes<{ name?: string; platform?: string; body: ContainerCreateBody }>(),
  ),
  /** `checkpoint` where the daemon is experimental, and with CRIU: its processes go on where they were kept. */
  start: operation(
    'POST /containers/{id}/start',
    nothing,
    takes<{ checkpoint?: string; 'checkpoint-dir'?: string }>(),
  ),
  stop: operation('POST /containers/{id}/stop', nothing, takes<{ t?: number; signal?: string }>(), {
    deadline: afterGrace,
    waits: true,
  }),
  restart: operation('POST /containers/{id}/restart', nothing, takes<{ t?: number; signal?: string }>(), {
    deadline: afterGrace,
    waits: true,
  }),
  kill: operation('POST /containers/{id}/kill', nothing, takes<{ signal?: string }>()),
  pause: operation('POST /containers/{id}/pause', nothing),
  unpause: operation('POST /containers/{id}/unpause', nothing),
  rename: operation('POST /containers/{id}/rename', nothing, takes<{ name: string }>()),
  update: operation(
    'POST /containers/{id}/update',
    json<ContainerUpdated>(),
    takes<{ body: ContainerUpdateBody }>(),
  ),
  wait: operation(
    'POST /containers/{id}/wait',
    json<ContainerWait>(),
    takes<{ condition?: 'not-running' | 'next-exit' | 'removed' }>(),
    { deadline: deadlines.none, waits: true, changes: false },
  ),
  /** The same in two steps: it is opened once the daemon has begun to wait, and read when that is over. */
  follow: operation(
    'POST /containers/{id}/wait',
    bytes,
    takes<{ condition: 'not-running' | 'next-exit' | 'removed' }>(),
    { deadline: deadlines.none, changes: false },
  ),
  /** Without `link`, which wants a name like `web/db`: an ID never is one. */
  remove: operation('DELETE /containers/{id}', nothing, takes<{ v?: boolean; force?: boolean }>(), {
    deadline: deadlines.slow,
    waits: true,
  }),
  prune: operation('POST /containers/prune', json<ContainersPruned>(), takes<{ filters?: Filters }>(), {
    deadline: deadlines.slow,
    waits: true,
  }),
  /** All its files as a tar archive. */
  export: operation('GET /containers/{id}/export', bytes, takes(), { deadline: deadlines.none }),
  /** A file, or a directory with all that is in it, as a tar archive. */
  archive: operation('GET /containers/{id}/archive', bytes, takes<{ path: string }>(), {
    deadline: deadlines.none,
  }),
  /** What is at a path: JSON in base64. */
  fileStat: operation(
    'HEAD /containers/{id}/archive',
    header('x-docker-container-path-stat'),
    takes<{ path: string }>(),
  ),
  /** Takes a tar archive, compressed or not, and unpacks it while it comes. The answer is empty. */
  unpack: operation(
    'PUT /containers/{id}/archive',
    bytes,
    takes<{ path: string; noOverwriteDirNonDir?: boolean; copyUIDGID?: boolean }>(),
    { deadline: deadlines.none },
  ),
  commit: operation(
    'POST /commit',
    json<{ readonly Id?: string | null }>(),
    takes<{
      container: string;
      repo?: string;
      tag?: string;
      comment?: string;
      author?: string;
      pause?: boolean;
      changes?: readonly string[];
      body?: ContainerConfigBody;
    }>(),
    { deadline: deadlines.slow, waits: true },
  ),
};
