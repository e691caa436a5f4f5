import { afterEach, describe, expect, it } from 'vitest';
import { startFakeEngine } from '../support/fake-engine.ts';
import type { FakeHandler, FakeHandlers } from '../support/fake-protocol.ts';
import { type GraphAnswer, startGateway } from '../support/gateway.ts';
import { at } from '../support/json.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

const id = 'c'.repeat(64);
const execId = 'e'.repeat(64);

const frame = (type: number, text: string): Buffer => {
  const head = Buffer.alloc(8);
  head[0] = type;
  head.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([head, Buffer.from(text)]);
};

/** An answer as the Engine gives it: its end is the end of the connection. */
const output =
  (...bytes: readonly Uint8Array[]): FakeHandler =>
  (_request, { raw, socket }) => {
    raw('HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n');
    socket.end(Buffer.concat(bytes));
  };

const ended = { ID: execId, Running: false, ExitCode: 0, Pid: 7, ContainerID: id };

async function run(handlers: FakeHandlers, input: object = {}): Promise<GraphAnswer> {
  const engine = await startFakeEngine({
    handlers: {
      'GET /containers/{id}/json': () => ({ Id: id, Name: '/web', State: { Status: 'running' } }),
      'POST /containers/{id}/exec': (_request, { json }) => json({ Id: execId }, 201),
      'POST /exec/{id}/start': output(frame(1, 'out'), frame(2, 'err')),
      'GET /exec/{id}/json': () => ended,
      ...handlers,
    },
  });
  const gateway = await startGateway({ host: engine.host });
  opened.push(gateway, engine);
  return gateway.query(
    `mutation ($input: ContainerExecInput!) { containerExec(input: $input) {
      changed exitCode stdout stderr timedOut exec { dockerId } userErrors { __typename message } } }`,
    { input: { ref: 'web', command: ['x'], ...input } },
  );
}

const result = async (...given: Parameters<typeof run>) => {
  const { data, errors } = await run(...given);
  expect(errors).toEqual([]);
  return at(data, 'containerExec');
};

describe('an Engine that runs a command', () => {
  it('is told what to run, and nothing that was not asked for', async () => {
    const bodies: unknown[] = [];
    const answer = await result({
      'POST /containers/{id}/exec': ({ body, params }, { json }) => {
        bodies.push(params['id'], JSON.parse(body.toString()));
        json({ Id: execId }, 201);
      },
      'POST /exec/{id}/start': (request, reply) => {
        bodies.push(JSON.parse(request.body.toString()));
        return output(frame(1, 'out'), frame(2, 'err'))(request, reply);
      },
    });
    expect(answer).toEqual({
      changed: true,
      exitCode: 0,
      stdout: 'out',
      stderr: 'err',
      timedOut: false,
      exec: { dockerId: execId },
      userErrors: [],
    });
    expect(bodies).toEqual([
      id,
      {
        AttachStdin: false,
        AttachStdout: true,
        AttachStderr: true,
        Cmd: ['x'],
        Privileged: false,
        Tty: false,
      },
      { Detach: false, Tty: false },
    ]);
  });

  it('is waited for when it notices the end of the command late', async () => {
    let looks = 0;
    const late: FakeHandler = () => (++looks < 3 ? { ...ended, Running: true, ExitCode: null } : ended);
    expect(await result({ 'GET /exec/{id}/json': late })).toMatchObject({ exitCode: 0, stdout: 'out' });
  });

  it('may have forgotten the command when it is asked how it ended', async () => {
    const forgotten: FakeHandler = (_request, { fail }) => fail(404, `No such exec instance: ${execId}`);
    expect(await result({ 'GET /exec/{id}/json': forgotten })).toMatchObject({
      changed: true,
      exitCode: null,
      stdout: 'out',
      exec: null,
    });
  });

  it('may say 137 and more than 32 bits', async () => {
    expect(await result({ 'GET /exec/{id}/json': () => ({ ...ended, ExitCode: 3221225786 }) })).toMatchObject(
      {
        exitCode: 3_221_225_786,
      },
    );
  });
});

describe('an Engine that breaks off the output of a command', () => {
  it.each([
    [
      'in the middle of a frame',
      { 'POST /exec/{id}/start': output(frame(1, 'whole'), frame(1, 'half').subarray(0, 10)) },
    ],
    [
      'while the command runs on',
      { 'GET /exec/{id}/json': () => ({ ...ended, Running: true, ExitCode: null }) },
    ],
    ['with what are no frames', { 'POST /exec/{id}/start': output(Buffer.from('plain text, no frames')) }],
  ] as const)('is never taken for a whole one: %s', async (_how, handlers) => {
    const { data, errors } = await run(handlers);
    expect(at(data, 'containerExec')).toBeNull();
    expect(errors).toMatchObject([{ code: 'ENGINE_PROTOCOL', path: ['containerExec'] }]);
  });

  it('is told apart from one that takes no input', async () => {
    const refuse: FakeHandler = (_request, { fail }) => fail(409, 'Container web is paused');
    const { errors } = await run({ 'POST /exec/{id}/start': refuse }, { stdin: 'x' });
    expect(errors).toMatchObject([
      { code: 'ENGINE_PROTOCOL', message: expect.stringMatching(/did not hand over the connection/) },
    ]);
  });
});

describe('an Engine that refuses between making and starting a command', () => {
  it.each([
    [409, 'Container web is paused, unpause the container before exec', 'ContainerPausedError'],
    [409, `Container ${id} is not running`, 'ContainerNotRunningError'],
    [404, `No such exec instance: ${execId}`, 'NotFoundError'],
  ])('is understood: %i %s', async (status, message, kind) => {
    const refuse: FakeHandler = (_request, { fail }) => fail(status, message);
    expect(await result({ 'POST /exec/{id}/start': refuse })).toMatchObject({
      changed: false,
      exitCode: null,
      userErrors: [{ __typename: kind, message }],
    });
  });
});

describe('an Engine that looks for the user before there is a command', () => {
  it('says the same as one that looks later', async () => {
    const message = 'unable to find user nobodyhere: no matching entries in passwd file';
    const refuse: FakeHandler = (_request, { fail }) => fail(400, message);
    expect(await result({ 'POST /containers/{id}/exec': refuse }, { user: 'nobodyhere' })).toMatchObject({
      changed: false,
      exitCode: null,
      exec: null,
      userErrors: [{ __typename: 'ExecStartError', message }],
    });
  });
});
