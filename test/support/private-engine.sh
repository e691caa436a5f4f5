#!/usr/bin/env bash
# Keeps one Docker Engine of its own for as long as the owner holds our standard input open, then removes every
# trace of it. The Engine runs in PID and mount namespaces of its own (and a network namespace where isolated), so
# one end of input, for whatever reason the owner is gone, ends dockerd, containerd, shims, containers and mounts.
#
#   private-engine.sh watch DIR DATA NET KEEP [HOSTNAME]    NET: isolated|host   KEEP: keep|discard
#   private-engine.sh hold  DIR DATA NET KEEP [HOSTNAME]    (inside the namespaces, as PID 1)
#
# HOSTNAME  what the Engine takes for its machine's name, in a UTS namespace of its own; the machine's without it
# DIR  sockets, exec root, log, daemon.json; named OWNERPID-OWNERSTART-NUMBER, or kept-HASH for a kept Engine
# Lines in:  up | signal NAME      Lines out: namespace PID | ready | started | signalled | exited CODE
set -uo pipefail

mode=$1 dir=$2 data=$3 net=$4 keep=$5 hostname=${6-}
name=${dir##*/}
pid_file=$dir/daemon.pid
if [ "$keep" = keep ]; then lock=$data/lock; else lock=$dir/lock; fi

# The 22nd field of stat(5), counted behind the command, which may itself hold spaces and brackets.
start_time() {
  local stat fields
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  read -ra fields <<<"${stat##*) }"
  printf '%s' "${fields[19]}"
}

# The bridge driver never removes bridges itself. Ours are those which our Engine's own database or configuration names.
remove_bridges() {
  local store=$1/docker/network/files/local-kv.db bridge
  for bridge in /sys/class/net/*/bridge; do
    [ -d "$bridge" ] || continue
    bridge=${bridge%/bridge} bridge=${bridge##*/}
    if grep -qaF "\"BridgeName\":\"$bridge\"" "$store" || grep -qF "\"bridge\":\"$bridge\"" "$2/daemon.json"; then
      ip link delete "$bridge"
    fi
  done
}

# Control groups outlive their last process by a moment: they are tried again until they go, for two seconds at most.
remove_groups() {
  local group attempt
  for group in "/sys/fs/cgroup/$1" /sys/fs/cgroup/*/"$1"; do
    for ((attempt = 0; attempt < 40; attempt++)); do
      [ -d "$group" ] || break
      find "$group" -depth -type d -exec rmdir {} + 2>/dev/null && break
      sleep 0.05
    done
  done
}

# In cgroup v1 even SIGKILL waits for a paused container to be thawed: nothing of the Engine could end before.
thaw() {
  local group
  for group in /sys/fs/cgroup/*/"dockgraph-${1##*/}"; do
    [ -d "$group" ] && find "$group" -name freezer.state -exec sh -c 'for state; do echo THAWED >"$state"; done' - {} +
  done
}

clean() {
  local engine=$1 data=$2 net=$3 keep=$4
  [ "$net" = host ] && remove_bridges "$data" "$engine"
  remove_groups "dockgraph-${engine##*/}"
  [ "$keep" = keep ] || rm -rf --one-file-system "$data"
  rm -rf --one-file-system "$engine"
}

# What an earlier watchdog could not remove because it was killed itself: the owner is gone, and nobody holds the lock.
sweep() {
  local engine owner began
  for engine in "${dir%/*}"/*-*-*/; do
    engine=${engine%/}
    IFS=- read -r owner began _ <<<"${engine##*/}"
    [[ $owner =~ ^[0-9]+$ && $(start_time "$owner") != "$began" ]] || continue
    thaw "$engine"
    flock --nonblock "$engine/lock" true 2>/dev/null || continue
    clean "$engine" "$engine/data" isolated discard
  done
}

start_daemon() {
  (
    dockerd --config-file "$dir/daemon.json" </dev/null >>"$dir/log" 2>&1 &
    echo $! >"$pid_file"
    echo started
    wait $!
    code=$?
    rm -f "$pid_file"
    echo "exited $code"
  ) &
}

signal_daemon() {
  [ -e "$pid_file" ] && kill -s "$1" "$(<"$pid_file")" 2>/dev/null
}

hold() {
  local command argument
  mount --make-rshared /
  mkdir -p /run/containerd /etc/docker "$data/etc-docker"
  mount -t tmpfs tmpfs /run/containerd
  mount --bind "$data/etc-docker" /etc/docker
  grep -q ' - cgroup' /proc/self/mountinfo || mount -t cgroup2 cgroup2 /sys/fs/cgroup
  [ "$net" = isolated ] && ip link set lo up
  [ -n "$hostname" ] && printf %s "$hostname" >/proc/sys/kernel/hostname
  echo ready
  while read -r command argument; do
    case $command in
      up) start_daemon ;;
      signal) signal_daemon "$argument"; echo signalled ;;
    esac
  done
  end_daemon
}

end_daemon() {
  local attempt
  # Whoever keeps the data wants their containers stopped in order; the others are spared the wait.
  if [ "$keep" = keep ]; then
    signal_daemon CONT
    signal_daemon TERM
    for ((attempt = 0; attempt < 300; attempt++)); do
      [ -e "$pid_file" ] || break
      sleep 0.1
    done
  fi
  signal_daemon KILL
  thaw "$dir"
}

watch() {
  # The terminal's signals are for the owner; its end tells us. Handlers, as ignored signals would be inherited.
  trap : HUP INT TERM
  exec 3<&0 9>"$lock"
  flock --timeout 1 9 || { echo "another Engine works on $data" >&2; exit 1; }
  local namespaces=(--mount --pid --fork --kill-child --mount-proc --propagation private)
  [ "$net" = isolated ] && namespaces+=(--net)
  [ -n "$hostname" ] && namespaces+=(--uts)
  unshare "${namespaces[@]}" bash "$0" hold "$dir" "$data" "$net" "$keep" "$hostname" <&3 &
  local holder=$!
  echo "namespace $holder"
  sweep </dev/null >/dev/null 2>&1 3<&- 9<&- &
  exec 3<&-
  while kill -0 "$holder" 2>/dev/null; do wait "$holder"; done
  clean "$dir" "$data" "$net" "$keep" 2>/dev/null
}

"$mode"; exit
