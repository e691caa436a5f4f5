/** What the docker CLI prints of a swarm beside what the graph says of it. */
import { expect } from 'vitest';
import type { RunningGateway } from '../../support/gateway.ts';
import { at, listAt, textAt } from '../../support/json.ts';
import type { SwarmMember } from '../../support/swarm.ts';
import { readBeside } from './steady.ts';

const rowsOf = (text: string): readonly unknown[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line): unknown => JSON.parse(line));

/** `RUNNING` for "Running 5 seconds ago". */
const firstWord = (text: string): string => (text.split(' ')[0] ?? '').toUpperCase();

const byText = (rows: readonly unknown[]): readonly string[] =>
  rows.map((row) => JSON.stringify(row)).toSorted();

/** `docker service ps`: which tasks, on which nodes, in which states, and which of them are of the past. */
async function tasksOfCli(manager: SwarmMember, service: string): Promise<readonly string[]> {
  const rows = rowsOf(await manager.cli('service', 'ps', '--no-trunc', '--format', '{{json .}}', service));
  return byText(
    rows.map((row) => [
      textAt(row, 'ID'),
      textAt(row, 'Name').replace(/^\s*\\_ /, ''),
      textAt(row, 'Node'),
      textAt(row, 'DesiredState').toUpperCase(),
      firstWord(textAt(row, 'CurrentState')),
      textAt(row, 'Error').replaceAll(/^"|"$/g, ''),
    ]),
  );
}

async function tasksOfGraph(gateway: RunningGateway, service: string): Promise<readonly string[]> {
  const answer = await gateway.data(
    'query ($ref: ID!) { service(ref: $ref) { tasks { dockerId name node { hostname } desiredState state error } } }',
    { ref: service },
  );
  return byText(
    listAt(answer, 'service', 'tasks').map((task) => [
      textAt(task, 'dockerId'),
      textAt(task, 'name'),
      textAt(task, 'node', 'hostname'),
      textAt(task, 'desiredState'),
      textAt(task, 'state'),
      textAt(task, 'error'),
    ]),
  );
}

/** `docker node ls` */
async function nodesOfCli(manager: SwarmMember): Promise<readonly string[]> {
  const rows = rowsOf(await manager.cli('node', 'ls', '--format', '{{json .}}'));
  return byText(
    rows.map((row) => [
      textAt(row, 'ID'),
      textAt(row, 'Hostname'),
      textAt(row, 'Status').toUpperCase(),
      textAt(row, 'Availability').toUpperCase(),
      textAt(row, 'ManagerStatus').toUpperCase(),
      at(row, 'Self'),
    ]),
  );
}

async function nodesOfGraph(gateway: RunningGateway): Promise<readonly string[]> {
  const answer = await gateway.data(
    '{ swarmNodes { nodes { dockerId hostname status { state } availability isLeader isSelf managerStatus { reachability } } } }',
  );
  return byText(
    listAt(answer, 'swarmNodes', 'nodes').map((node) => [
      textAt(node, 'dockerId'),
      textAt(node, 'hostname'),
      textAt(node, 'status', 'state'),
      textAt(node, 'availability'),
      at(node, 'isLeader') === true ? 'LEADER' : textAt(node, 'managerStatus', 'reachability'),
      at(node, 'isSelf'),
    ]),
  );
}

/** `docker service ls`: the running of the wanted. */
async function countsOfCli(manager: SwarmMember): Promise<readonly string[]> {
  const rows = rowsOf(await manager.cli('service', 'ls', '--format', '{{json .}}'));
  return byText(rows.map((row) => [textAt(row, 'Name'), textAt(row, 'Replicas'), textAt(row, 'Image')]));
}

async function countsOfGraph(gateway: RunningGateway): Promise<readonly string[]> {
  const answer = await gateway.data('{ services { nodes { name replicasText imageRef } } }');
  return byText(
    listAt(answer, 'services', 'nodes').map((service) => [
      textAt(service, 'name'),
      textAt(service, 'replicasText'),
      textAt(service, 'imageRef'),
    ]),
  );
}

/** Expects of the graph what `docker service ps`, `docker service ls` and `docker node ls` print at the same time. */
export async function expectAsTheCli(
  manager: SwarmMember,
  gateway: RunningGateway,
  service: string,
): Promise<void> {
  const [both] = await readBeside(['swarm'], {
    docker: async () => [
      {
        tasks: await tasksOfCli(manager, service),
        nodes: await nodesOfCli(manager),
        services: await countsOfCli(manager),
      },
    ],
    graph: async () => [
      {
        tasks: await tasksOfGraph(gateway, service),
        nodes: await nodesOfGraph(gateway),
        services: await countsOfGraph(gateway),
      },
    ],
  });
  expect(both?.graph).toEqual(both?.docker);
}
