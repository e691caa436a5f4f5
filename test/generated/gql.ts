/* eslint-disable */
import * as types from './graphql.js';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';

/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "query Dashboard {\n  containers(orderBy: {field: NAME}) {\n    totalCount\n    nodes {\n      id\n      name\n      state\n      statusText\n      health {\n        status\n      }\n      image {\n        tags\n      }\n      networks {\n        network {\n          name\n        }\n        ipv4\n      }\n      publishedPorts {\n        hostIp\n        hostPort\n        containerPort\n        protocol\n      }\n      mounts {\n        type\n        destination\n        volume {\n          name\n        }\n      }\n      composeProject {\n        name\n      }\n      composeService\n    }\n  }\n}": typeof types.DashboardDocument,
    "query ComposeProjects {\n  composeProjects {\n    nodes {\n      name\n      state\n      services {\n        name\n        runningCount\n        totalCount\n        containers {\n          name\n          state\n        }\n      }\n    }\n  }\n}": typeof types.ComposeProjectsDocument,
    "query Container($ref: ID = \"shop-web-1\") {\n  container(ref: $ref) {\n    name\n    state\n    uptime\n    exitCode\n    restartCount\n    config {\n      cmd\n      env {\n        name\n        value\n      }\n      labels {\n        key\n        value\n      }\n    }\n    hostConfig {\n      restartPolicy {\n        name\n      }\n      resources {\n        memory\n        cpus\n      }\n    }\n    stats {\n      cpuPercent\n      memoryUsage\n      memoryPercent\n    }\n    logs(tail: 10) {\n      lines {\n        timestamp\n        stream\n        text\n      }\n    }\n  }\n}": typeof types.ContainerDocument,
    "mutation Restart($ref: ID = \"shop-web-1\") {\n  containerRestart(input: {ref: $ref, timeout: \"2s\"}) {\n    changed\n    container {\n      name\n      state\n      startedAt\n    }\n    userErrors {\n      code\n      message\n    }\n  }\n}": typeof types.RestartDocument,
    "subscription Events {\n  events {\n    time\n    type\n    action\n    ... on ContainerEvent {\n      containerName\n      exitCode\n      container {\n        state\n      }\n    }\n    ... on EventGap {\n      reason\n      dropped\n    }\n  }\n}": typeof types.EventsDocument,
    "mutation Run {\n  containerRun(\n    input: {name: \"hello\", image: \"busybox\", command: [\"sh\", \"-c\", \"mkdir -p /www && echo hello > /www/index.html && httpd -f -h /www\"], ports: [{containerPort: 80, hostPort: 8088, hostIp: \"127.0.0.1\"}]}\n  ) {\n    changed\n    container {\n      name\n      state\n      publishedPorts {\n        hostIp\n        hostPort\n      }\n    }\n    userErrors {\n      code\n      message\n      ... on NameInUseError {\n        existing {\n          id\n        }\n      }\n    }\n  }\n}": typeof types.RunDocument,
    "query Engine {\n  engine {\n    name\n    status\n    apiVersion\n    version {\n      version\n      os\n      arch\n    }\n    counts {\n      containers\n      running\n      images\n      networks\n      volumes\n    }\n  }\n}": typeof types.EngineDocument,
    "subscription Logs($refs: [ID!] = [\"shop-web-1\"]) {\n  containerLogs(refs: $refs, tail: 20) {\n    timestamp\n    stream\n    text\n    container {\n      name\n    }\n    cursor\n  }\n}": typeof types.LogsDocument,
    "subscription Stats($refs: [ID!] = [\"shop-web-1\"]) {\n  containerStats(refs: $refs) {\n    container {\n      name\n    }\n    cpuPercent\n    memoryUsage\n    memoryPercent\n  }\n}": typeof types.StatsDocument,
    "mutation Exec($ref: ID = \"shop-web-1\") {\n  containerExec(\n    input: {ref: $ref, command: [\"sh\", \"-c\", \"echo out; echo err >&2; exit 3\"]}\n  ) {\n    exitCode\n    stdout\n    stderr\n    userErrors {\n      code\n      message\n    }\n  }\n}": typeof types.ExecDocument,
    "query Live @live {\n  containers {\n    nodes {\n      id\n      name\n      state\n      health {\n        status\n      }\n    }\n  }\n}": typeof types.LiveDocument,
    "query LivePatches @live(format: JSON_PATCH, throttle: \"250ms\", pollInterval: \"5s\") {\n  composeProject(ref: \"shop\") {\n    state\n    services {\n      name\n      runningCount\n      totalCount\n      containers {\n        id\n        name\n        statusText\n        uptime\n      }\n    }\n  }\n}": typeof types.LivePatchesDocument,
    "subscription ProjectLogs($project: String = \"shop\", $pattern: String = \"(?i)error|warn\") {\n  containerLogBatches(\n    filter: {composeProject: $project}\n    includeNew: true\n    acrossRestarts: true\n    grepPattern: $pattern\n    whenSlow: DROP_OLDEST\n    tail: 100\n  ) {\n    lines {\n      timestamp\n      stream\n      text\n      container {\n        name\n      }\n    }\n    dropped {\n      count\n      from\n      to\n    }\n    cursor\n  }\n}": typeof types.ProjectLogsDocument,
    "subscription RunningStats {\n  containerStats(filter: {states: [RUNNING]}, includeNew: true, interval: \"5s\") {\n    container {\n      name\n    }\n    cpuPercent\n    memoryPercent\n    networkReceivedRate\n    networkSentRate\n  }\n}": typeof types.RunningStatsDocument,
};
const documents: Documents = {
    "query Dashboard {\n  containers(orderBy: {field: NAME}) {\n    totalCount\n    nodes {\n      id\n      name\n      state\n      statusText\n      health {\n        status\n      }\n      image {\n        tags\n      }\n      networks {\n        network {\n          name\n        }\n        ipv4\n      }\n      publishedPorts {\n        hostIp\n        hostPort\n        containerPort\n        protocol\n      }\n      mounts {\n        type\n        destination\n        volume {\n          name\n        }\n      }\n      composeProject {\n        name\n      }\n      composeService\n    }\n  }\n}": types.DashboardDocument,
    "query ComposeProjects {\n  composeProjects {\n    nodes {\n      name\n      state\n      services {\n        name\n        runningCount\n        totalCount\n        containers {\n          name\n          state\n        }\n      }\n    }\n  }\n}": types.ComposeProjectsDocument,
    "query Container($ref: ID = \"shop-web-1\") {\n  container(ref: $ref) {\n    name\n    state\n    uptime\n    exitCode\n    restartCount\n    config {\n      cmd\n      env {\n        name\n        value\n      }\n      labels {\n        key\n        value\n      }\n    }\n    hostConfig {\n      restartPolicy {\n        name\n      }\n      resources {\n        memory\n        cpus\n      }\n    }\n    stats {\n      cpuPercent\n      memoryUsage\n      memoryPercent\n    }\n    logs(tail: 10) {\n      lines {\n        timestamp\n        stream\n        text\n      }\n    }\n  }\n}": types.ContainerDocument,
    "mutation Restart($ref: ID = \"shop-web-1\") {\n  containerRestart(input: {ref: $ref, timeout: \"2s\"}) {\n    changed\n    container {\n      name\n      state\n      startedAt\n    }\n    userErrors {\n      code\n      message\n    }\n  }\n}": types.RestartDocument,
    "subscription Events {\n  events {\n    time\n    type\n    action\n    ... on ContainerEvent {\n      containerName\n      exitCode\n      container {\n        state\n      }\n    }\n    ... on EventGap {\n      reason\n      dropped\n    }\n  }\n}": types.EventsDocument,
    "mutation Run {\n  containerRun(\n    input: {name: \"hello\", image: \"busybox\", command: [\"sh\", \"-c\", \"mkdir -p /www && echo hello > /www/index.html && httpd -f -h /www\"], ports: [{containerPort: 80, hostPort: 8088, hostIp: \"127.0.0.1\"}]}\n  ) {\n    changed\n    container {\n      name\n      state\n      publishedPorts {\n        hostIp\n        hostPort\n      }\n    }\n    userErrors {\n      code\n      message\n      ... on NameInUseError {\n        existing {\n          id\n        }\n      }\n    }\n  }\n}": types.RunDocument,
    "query Engine {\n  engine {\n    name\n    status\n    apiVersion\n    version {\n      version\n      os\n      arch\n    }\n    counts {\n      containers\n      running\n      images\n      networks\n      volumes\n    }\n  }\n}": types.EngineDocument,
    "subscription Logs($refs: [ID!] = [\"shop-web-1\"]) {\n  containerLogs(refs: $refs, tail: 20) {\n    timestamp\n    stream\n    text\n    container {\n      name\n    }\n    cursor\n  }\n}": types.LogsDocument,
    "subscription Stats($refs: [ID!] = [\"shop-web-1\"]) {\n  containerStats(refs: $refs) {\n    container {\n      name\n    }\n    cpuPercent\n    memoryUsage\n    memoryPercent\n  }\n}": types.StatsDocument,
    "mutation Exec($ref: ID = \"shop-web-1\") {\n  containerExec(\n    input: {ref: $ref, command: [\"sh\", \"-c\", \"echo out; echo err >&2; exit 3\"]}\n  ) {\n    exitCode\n    stdout\n    stderr\n    userErrors {\n      code\n      message\n    }\n  }\n}": types.ExecDocument,
    "query Live @live {\n  containers {\n    nodes {\n      id\n      name\n      state\n      health {\n        status\n      }\n    }\n  }\n}": types.LiveDocument,
    "query LivePatches @live(format: JSON_PATCH, throttle: \"250ms\", pollInterval: \"5s\") {\n  composeProject(ref: \"shop\") {\n    state\n    services {\n      name\n      runningCount\n      totalCount\n      containers {\n        id\n        name\n        statusText\n        uptime\n      }\n    }\n  }\n}": types.LivePatchesDocument,
    "subscription ProjectLogs($project: String = \"shop\", $pattern: String = \"(?i)error|warn\") {\n  containerLogBatches(\n    filter: {composeProject: $project}\n    includeNew: true\n    acrossRestarts: true\n    grepPattern: $pattern\n    whenSlow: DROP_OLDEST\n    tail: 100\n  ) {\n    lines {\n      timestamp\n      stream\n      text\n      container {\n        name\n      }\n    }\n    dropped {\n      count\n      from\n      to\n    }\n    cursor\n  }\n}": types.ProjectLogsDocument,
    "subscription RunningStats {\n  containerStats(filter: {states: [RUNNING]}, includeNew: true, interval: \"5s\") {\n    container {\n      name\n    }\n    cpuPercent\n    memoryPercent\n    networkReceivedRate\n    networkSentRate\n  }\n}": types.RunningStatsDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 *
 *
 * @example
 * ```ts
 * const query = graphql(`query GetUser($id: ID!) { user(id: $id) { name } }`);
 * ```
 *
 * The query argument is unknown!
 * Please regenerate the types.
 */
export function graphql(source: string): unknown;

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Dashboard {\n  containers(orderBy: {field: NAME}) {\n    totalCount\n    nodes {\n      id\n      name\n      state\n      statusText\n      health {\n        status\n      }\n      image {\n        tags\n      }\n      networks {\n        network {\n          name\n        }\n        ipv4\n      }\n      publishedPorts {\n        hostIp\n        hostPort\n        containerPort\n        protocol\n      }\n      mounts {\n        type\n        destination\n        volume {\n          name\n        }\n      }\n      composeProject {\n        name\n      }\n      composeService\n    }\n  }\n}"): (typeof documents)["query Dashboard {\n  containers(orderBy: {field: NAME}) {\n    totalCount\n    nodes {\n      id\n      name\n      state\n      statusText\n      health {\n        status\n      }\n      image {\n        tags\n      }\n      networks {\n        network {\n          name\n        }\n        ipv4\n      }\n      publishedPorts {\n        hostIp\n        hostPort\n        containerPort\n        protocol\n      }\n      mounts {\n        type\n        destination\n        volume {\n          name\n        }\n      }\n      composeProject {\n        name\n      }\n      composeService\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query ComposeProjects {\n  composeProjects {\n    nodes {\n      name\n      state\n      services {\n        name\n        runningCount\n        totalCount\n        containers {\n          name\n          state\n        }\n      }\n    }\n  }\n}"): (typeof documents)["query ComposeProjects {\n  composeProjects {\n    nodes {\n      name\n      state\n      services {\n        name\n        runningCount\n        totalCount\n        containers {\n          name\n          state\n        }\n      }\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Container($ref: ID = \"shop-web-1\") {\n  container(ref: $ref) {\n    name\n    state\n    uptime\n    exitCode\n    restartCount\n    config {\n      cmd\n      env {\n        name\n        value\n      }\n      labels {\n        key\n        value\n      }\n    }\n    hostConfig {\n      restartPolicy {\n        name\n      }\n      resources {\n        memory\n        cpus\n      }\n    }\n    stats {\n      cpuPercent\n      memoryUsage\n      memoryPercent\n    }\n    logs(tail: 10) {\n      lines {\n        timestamp\n        stream\n        text\n      }\n    }\n  }\n}"): (typeof documents)["query Container($ref: ID = \"shop-web-1\") {\n  container(ref: $ref) {\n    name\n    state\n    uptime\n    exitCode\n    restartCount\n    config {\n      cmd\n      env {\n        name\n        value\n      }\n      labels {\n        key\n        value\n      }\n    }\n    hostConfig {\n      restartPolicy {\n        name\n      }\n      resources {\n        memory\n        cpus\n      }\n    }\n    stats {\n      cpuPercent\n      memoryUsage\n      memoryPercent\n    }\n    logs(tail: 10) {\n      lines {\n        timestamp\n        stream\n        text\n      }\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation Restart($ref: ID = \"shop-web-1\") {\n  containerRestart(input: {ref: $ref, timeout: \"2s\"}) {\n    changed\n    container {\n      name\n      state\n      startedAt\n    }\n    userErrors {\n      code\n      message\n    }\n  }\n}"): (typeof documents)["mutation Restart($ref: ID = \"shop-web-1\") {\n  containerRestart(input: {ref: $ref, timeout: \"2s\"}) {\n    changed\n    container {\n      name\n      state\n      startedAt\n    }\n    userErrors {\n      code\n      message\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "subscription Events {\n  events {\n    time\n    type\n    action\n    ... on ContainerEvent {\n      containerName\n      exitCode\n      container {\n        state\n      }\n    }\n    ... on EventGap {\n      reason\n      dropped\n    }\n  }\n}"): (typeof documents)["subscription Events {\n  events {\n    time\n    type\n    action\n    ... on ContainerEvent {\n      containerName\n      exitCode\n      container {\n        state\n      }\n    }\n    ... on EventGap {\n      reason\n      dropped\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation Run {\n  containerRun(\n    input: {name: \"hello\", image: \"busybox\", command: [\"sh\", \"-c\", \"mkdir -p /www && echo hello > /www/index.html && httpd -f -h /www\"], ports: [{containerPort: 80, hostPort: 8088, hostIp: \"127.0.0.1\"}]}\n  ) {\n    changed\n    container {\n      name\n      state\n      publishedPorts {\n        hostIp\n        hostPort\n      }\n    }\n    userErrors {\n      code\n      message\n      ... on NameInUseError {\n        existing {\n          id\n        }\n      }\n    }\n  }\n}"): (typeof documents)["mutation Run {\n  containerRun(\n    input: {name: \"hello\", image: \"busybox\", command: [\"sh\", \"-c\", \"mkdir -p /www && echo hello > /www/index.html && httpd -f -h /www\"], ports: [{containerPort: 80, hostPort: 8088, hostIp: \"127.0.0.1\"}]}\n  ) {\n    changed\n    container {\n      name\n      state\n      publishedPorts {\n        hostIp\n        hostPort\n      }\n    }\n    userErrors {\n      code\n      message\n      ... on NameInUseError {\n        existing {\n          id\n        }\n      }\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Engine {\n  engine {\n    name\n    status\n    apiVersion\n    version {\n      version\n      os\n      arch\n    }\n    counts {\n      containers\n      running\n      images\n      networks\n      volumes\n    }\n  }\n}"): (typeof documents)["query Engine {\n  engine {\n    name\n    status\n    apiVersion\n    version {\n      version\n      os\n      arch\n    }\n    counts {\n      containers\n      running\n      images\n      networks\n      volumes\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "subscription Logs($refs: [ID!] = [\"shop-web-1\"]) {\n  containerLogs(refs: $refs, tail: 20) {\n    timestamp\n    stream\n    text\n    container {\n      name\n    }\n    cursor\n  }\n}"): (typeof documents)["subscription Logs($refs: [ID!] = [\"shop-web-1\"]) {\n  containerLogs(refs: $refs, tail: 20) {\n    timestamp\n    stream\n    text\n    container {\n      name\n    }\n    cursor\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "subscription Stats($refs: [ID!] = [\"shop-web-1\"]) {\n  containerStats(refs: $refs) {\n    container {\n      name\n    }\n    cpuPercent\n    memoryUsage\n    memoryPercent\n  }\n}"): (typeof documents)["subscription Stats($refs: [ID!] = [\"shop-web-1\"]) {\n  containerStats(refs: $refs) {\n    container {\n      name\n    }\n    cpuPercent\n    memoryUsage\n    memoryPercent\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation Exec($ref: ID = \"shop-web-1\") {\n  containerExec(\n    input: {ref: $ref, command: [\"sh\", \"-c\", \"echo out; echo err >&2; exit 3\"]}\n  ) {\n    exitCode\n    stdout\n    stderr\n    userErrors {\n      code\n      message\n    }\n  }\n}"): (typeof documents)["mutation Exec($ref: ID = \"shop-web-1\") {\n  containerExec(\n    input: {ref: $ref, command: [\"sh\", \"-c\", \"echo out; echo err >&2; exit 3\"]}\n  ) {\n    exitCode\n    stdout\n    stderr\n    userErrors {\n      code\n      message\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Live @live {\n  containers {\n    nodes {\n      id\n      name\n      state\n      health {\n        status\n      }\n    }\n  }\n}"): (typeof documents)["query Live @live {\n  containers {\n    nodes {\n      id\n      name\n      state\n      health {\n        status\n      }\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query LivePatches @live(format: JSON_PATCH, throttle: \"250ms\", pollInterval: \"5s\") {\n  composeProject(ref: \"shop\") {\n    state\n    services {\n      name\n      runningCount\n      totalCount\n      containers {\n        id\n        name\n        statusText\n        uptime\n      }\n    }\n  }\n}"): (typeof documents)["query LivePatches @live(format: JSON_PATCH, throttle: \"250ms\", pollInterval: \"5s\") {\n  composeProject(ref: \"shop\") {\n    state\n    services {\n      name\n      runningCount\n      totalCount\n      containers {\n        id\n        name\n        statusText\n        uptime\n      }\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "subscription ProjectLogs($project: String = \"shop\", $pattern: String = \"(?i)error|warn\") {\n  containerLogBatches(\n    filter: {composeProject: $project}\n    includeNew: true\n    acrossRestarts: true\n    grepPattern: $pattern\n    whenSlow: DROP_OLDEST\n    tail: 100\n  ) {\n    lines {\n      timestamp\n      stream\n      text\n      container {\n        name\n      }\n    }\n    dropped {\n      count\n      from\n      to\n    }\n    cursor\n  }\n}"): (typeof documents)["subscription ProjectLogs($project: String = \"shop\", $pattern: String = \"(?i)error|warn\") {\n  containerLogBatches(\n    filter: {composeProject: $project}\n    includeNew: true\n    acrossRestarts: true\n    grepPattern: $pattern\n    whenSlow: DROP_OLDEST\n    tail: 100\n  ) {\n    lines {\n      timestamp\n      stream\n      text\n      container {\n        name\n      }\n    }\n    dropped {\n      count\n      from\n      to\n    }\n    cursor\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "subscription RunningStats {\n  containerStats(filter: {states: [RUNNING]}, includeNew: true, interval: \"5s\") {\n    container {\n      name\n    }\n    cpuPercent\n    memoryPercent\n    networkReceivedRate\n    networkSentRate\n  }\n}"): (typeof documents)["subscription RunningStats {\n  containerStats(filter: {states: [RUNNING]}, includeNew: true, interval: \"5s\") {\n    container {\n      name\n    }\n    cpuPercent\n    memoryPercent\n    networkReceivedRate\n    networkSentRate\n  }\n}"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;