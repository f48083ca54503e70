# shellcheck shell=bash
# The container image, for systems other than Debian 12.

#: image | build the container image; without podman or docker, take its steps in folders and try the result (as root)
cmd_image() {
  local engine
  for engine in podman docker; do
    if command -v "$engine" >/dev/null; then
      "$engine" build -f Containerfile -t playhead .
      return
    fi
  done
  [ "$(id -u)" -eq 0 ] || die "there is no podman or docker, and taking the image's steps without them needs root"
  need image
  python3 tools/replay_containerfile.py build/image
}
