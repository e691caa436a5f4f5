#!/usr/bin/env bash
# Installs the Debian packages named as arguments, one caller at a time, without letting them start their services:
# a private Engine is what we want, not one more daemon of the machine's own.
set -euo pipefail
exec 9>/tmp/dockgraph-install.lock
flock 9
export DEBIAN_FRONTEND=noninteractive
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
fi
options=(-qq -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)
apt-get "${options[@]}" update
apt-get "${options[@]}" install -y --no-install-recommends "$@"
