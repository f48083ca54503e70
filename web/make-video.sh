#!/bin/sh
# Makes the demo's episode: 24 minutes of a dusk landscape with the time burnt in, so that a person sees at once which
# second a player is at. Usage: make-video.sh OUT.mp4   (needs ffmpeg and the DejaVu fonts; about 15 s on two cores)
set -eu

out=${1:?usage: make-video.sh OUT.mp4}
seconds=1440
font=/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf
[ -r "$font" ] || { echo "make-video: $font is missing (Debian: fonts-dejavu-core)" >&2; exit 1; }

mkdir -p "$(dirname "$out")"
work=$(mktemp -d "$out.XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM

# One channel of a still: three ranges of hills, nearest first, before a sky that runs from $1 down to $2.
channel() {
  echo "if(gt(Y/3, 300 + 16*sin(X/210 + 2) + 5*sin(X/57)), $5,
        if(gt(Y/3, 262 + 22*sin(X/264 + 0.6) + 7*sin(X/81)), $4,
        if(gt(Y/3, 222 + 26*sin(X/360) + 9*sin(X/111 + 1)), $3,
        $1 + ($2 - $1)*pow(min(1, Y/720), 1.4))))"
}
# Stills are drawn three times too large and scaled down, which smooths their edges.
# shellcheck disable=SC2086 # four numbers in one argument
still() { # file, then sky top, sky bottom and the hills far, middle, near: for red, green and blue
  ffmpeg -v error -y -f lavfi -i color=black:s=1920x1080:r=1 -frames:v 1 -update 1 -vf "format=gbrp,
    geq=r='$(channel $2)':g='$(channel $3)':b='$(channel $4)', scale=640:360:flags=area" "$work/$1"
}
still dusk.png '40 250 150 88 36' '70 176 100 60 30' '130 132 122 88 56'
still night.png '6 44 26 16 8' '10 52 36 22 12' '34 104 66 44 26'
ffmpeg -v error -y -f lavfi -i color=black:s=288x288:r=1 -frames:v 1 -update 1 -vf "format=gbrap,
  geq=r=255:g=238:b=206:a='if(lt(hypot(X-144, Y-144), 54), 255, 70*pow(max(0, 1 - hypot(X-144, Y-144)/144), 2))',
  scale=96:96:flags=area" "$work/moon.png"

# The second in binary, least significant bit on the right: a program can read from a frame which second was drawn
# (tests/browser does). The cell of bit k starts at x = 423 - 20k, y = 330, and is 14 by 8 pixels.
bits=drawbox=x=218:y=326:w=224:h=16:color=black@0.5:t=fill
for k in 0 1 2 3 4 5 6 7 8 9 10; do
  bits="$bits, drawbox=x=$((423 - 20 * k)):y=330:w=14:h=8:color=white:t=fill:enable='mod(floor(t/$((1 << k))), 2)'"
done

# Everything that changes once a second is drawn once a second; only the mark that crosses below the clock moves faster.
# A key frame every two seconds keeps seeking quick.
ffmpeg -v error -y -i "$work/dusk.png" -i "$work/night.png" -i "$work/moon.png" -filter_complex "
  [0] format=yuv420p, loop=-1:1, fps=1, setpts=N/TB [dusk];
  [1] format=yuva420p, loop=-1:1, fps=1, setpts=N/TB, fade=t=in:st=0:d=$seconds:alpha=1 [night];
  [2] format=yuva420p, loop=-1:1, fps=1, setpts=N/TB [moon];
  color=white:s=16x4:r=5 [mark];
  [dusk][night] overlay [sky];
  [sky][moon] overlay=x='-60 + 680*t/$seconds':y='140 - 130*sin(PI*t/$seconds)',
    drawtext=fontfile=$font:fontsize=128:fontcolor=white:shadowcolor=black@0.35:shadowx=3:shadowy=3
      :text='%{eif\:floor(t/60)\:d\:2}\:%{eif\:mod(t,60)\:d\:2}':x=(w-tw)/2:y=(h-th)/2-10,
    $bits, fps=5 [second];
  [second][mark] overlay=x='218 + 208*mod(t, 1)/0.8':y=236 [out]" \
  -map '[out]' -t $seconds -c:v libx264 -preset veryfast -crf 27 -g 10 -keyint_min 10 -sc_threshold 0 \
  -pix_fmt yuv420p -movflags +faststart "$work/out.mp4"
mv "$work/out.mp4" "$out"
