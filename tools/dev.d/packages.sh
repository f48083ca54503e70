# shellcheck shell=bash
# Debian's packages: which a command needs, which are missing, and installing those.

# packages_of GROUP…: "package program" lines.
packages_of() {
  local group
  for group in "$@"; do
    grep -q "^$group: " tools/packages.txt ||
      die "tools/packages.txt has no group '$group'" "./dev setup with one of: $(package_groups)"
    sed -n "s/^$group: //p" tools/packages.txt
  done
}
package_groups() { sed -n 's/^\([a-z]*\): .*/\1/p' tools/packages.txt | uniq | tr '\n' ' '; }

# missing_packages GROUP…: the packages that are not there yet, one a line.
missing_packages() {
  local package program installed
  installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' 2>/dev/null | sed -n 's/^installed //p' || true)
  packages_of "$@" | sort -u | while read -r package program; do
    if [ -n "$program" ] && command -v "$program" >/dev/null; then continue; fi
    grep -qxF "$package" <<<"$installed" || echo "$package"
  done
}

# need GROUP…: installs what is missing of these groups; says so first. Quick when nothing is.
need() {
  local missing stamp
  # The stamp spares asking dpkg: its status file changes with every installation and removal.
  stamp=$ROOT/build/stamps/packages.$(IFS=-; echo "$*")
  if [ -f "$stamp" ] && [ "$stamp" -nt tools/packages.txt ] && [ "$stamp" -nt /var/lib/dpkg/status ]; then return; fi
  missing=$(missing_packages "$@")
  if [ -n "$missing" ]; then
    # shellcheck disable=SC2086
    install_packages $missing
  fi
  mkdir -p "${stamp%/*}"
  touch "$stamp"
}

install_packages() {
  local system by_hand="as root: apt-get install --no-install-recommends $*" sudo=() started=$SECONDS
  # shellcheck disable=SC1091
  system=$(. /etc/os-release 2>/dev/null && echo "${ID:-?} ${VERSION_ID:-?}" || echo "not a system that we know")
  if [ "$system" != "debian 12" ] || ! command -v apt-get >/dev/null; then
    warn "not found here: $*"
    die "packages are installed on Debian 12 only, and this is $system" \
      "use the Containerfile (docs/hacking.md), or install what cmake/Dependencies.cmake names and call CMake yourself"
  fi
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || die "installing packages needs root, and there is no sudo" "$by_hand"
    sudo=(sudo)
  fi
  say "Installing Debian packages: $*"
  "${sudo[@]}" true || die "sudo did not let us" "$by_hand"
  with_log install "${sudo[@]}" bash "$ROOT/tools/apt_install.sh" "$@" ||
    die "the packages could not be installed" "check the network and /etc/apt, then run the same command again"
  say "Installed in $(duration $((SECONDS - started)))."
}

#: setup [GROUP...] | install the Debian packages of these groups of tools/packages.txt (default: all)
cmd_setup() {
  if [ $# -eq 0 ]; then
    # shellcheck disable=SC2046
    set -- $(package_groups)
  fi
  need "$@"
  say "Packages are there: $*"
}
