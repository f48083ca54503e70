#!/usr/bin/env bash
# apt_install.sh PACKAGE…: installs Debian packages, as root, without questions and without starting any service.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive

# dpkg asks this file whether a service may be started; 101 means no. A file that was there before stays as it was.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  trap 'rm -f $policy' EXIT
  printf '#!/bin/sh\nexit 101\n' >$policy
  chmod 755 $policy
fi

update() { apt-get update -q; }
install() { apt-get install -q -y --no-install-recommends -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 "$@"; }

if ! ls /var/lib/apt/lists/*Packages* >/dev/null 2>&1; then
  update
  install "$@"
else
  # Lists that are too old name files that are gone: then fetch new ones, once.
  install "$@" || { update && install "$@"; }
fi

# Servers that the benchmarks compare with are started by the benchmarks, in folders of their own, not at every boot.
if command -v systemctl >/dev/null; then
  for package in "$@"; do
    case $package in
      nginx-light) systemctl disable --quiet nginx || true ;;
      redis-server) systemctl disable --quiet redis-server || true ;;
      postgresql) systemctl disable --quiet postgresql || true ;;
    esac
  done
fi
