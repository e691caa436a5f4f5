/** All that can be asked and changed of a swarm, its nodes, secrets and configs, for each state that an Engine may be in. */

/** Queries whose only field fails where the Engine is no manager that can act. */
export const reads: Readonly<Record<string, string>> = {
  swarmNode: '{ swarmNode(ref: "x") { dockerId } }',
  'swarmNode self': '{ swarmNode(ref: "self") { dockerId } }',
  swarmNodes: '{ swarmNodes { totalCount } }',
  'swarmNodes filtered': '{ swarmNodes(filter: { roles: [MANAGER] }) { totalCount } }',
  secret: '{ secret(ref: "x") { name } }',
  secrets: '{ secrets { totalCount } }',
  config: '{ config(ref: "x") { name } }',
  configs: '{ configs { totalCount } }',
  'engine { secrets }': '{ engine { secrets { totalCount } } }',
};

interface Change {
  readonly input: object;
  /** Where a way into a swarm is refused for another reason. */
  readonly enters?: true;
}

/** Mutations by name, with an input that is right in itself. */
export const changes: Readonly<Record<string, Change>> = {
  swarmInit: { input: { advertiseAddr: '127.0.0.1' }, enters: true },
  swarmJoin: {
    input: {
      remoteAddrs: ['127.0.0.1:1'],
      joinToken: 'SWMTKN-1-3pu6hszjas19xyp7ghgosyx9k8atbfcr8p2is99znpy26u2lkl-1awxwuwd3z9j1z3puu7rcgdbx',
      advertiseAddr: '127.0.0.1',
    },
    enters: true,
  },
  swarmLeave: { input: {} },
  swarmUpdate: { input: { addLabels: [{ key: 'a' }] } },
  swarmTokensRotate: { input: {} },
  swarmUnlockKeyRotate: { input: {} },
  swarmCaRotate: { input: {} },
  swarmUnlock: { input: { unlockKey: 'SWMKEY-1-7c37Cc8654o6p38HnroywCi19pllOnGtbdZEgtKxZu8' } },
  swarmNodeUpdate: { input: { ref: 'x', availability: 'DRAIN' } },
  swarmNodePromote: { input: { ref: 'x' } },
  swarmNodeDemote: { input: { ref: 'x' } },
  swarmNodeDrain: { input: { ref: 'self' } },
  swarmNodeActivate: { input: { ref: 'x' } },
  swarmNodePause: { input: { ref: 'x' } },
  swarmNodeRemove: { input: { ref: 'x' } },
  secretCreate: { input: { name: 'a', data: 'b' } },
  secretUpdate: { input: { ref: 'x', labels: [] } },
  secretRemove: { input: { ref: 'x' } },
  secretsRemove: { input: { filter: { used: false } } },
  configCreate: { input: { name: 'a', data: 'b' } },
  configUpdate: { input: { ref: 'x', labels: [] } },
  configRemove: { input: { ref: 'x' } },
  configsRemove: { input: { filter: { names: ['x'] } } },
};

export const mutationOf = (name: string, selection = ''): string =>
  `mutation ($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { changed ${selection} userErrors { __typename code path message } } }`;
