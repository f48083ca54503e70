#!/bin/sh
# Lays out the demo in OUT (default build/demo), ready for `playhead serve --web-root OUT`: the page as it is here and the
# episode, which is made only when it isn't there yet or the script that makes it has changed.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here/../build/demo}
mkdir -p "$out"
cp "$here"/demo/* "$out/"

episode=$out/media/episode-12.mp4
if [ ! -s "$episode" ] || [ "$here/make-video.sh" -nt "$episode" ]; then
  "$here/make-video.sh" "$episode"
fi
