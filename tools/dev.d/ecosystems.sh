# shellcheck shell=bash
# Packages of other ecosystems, pinned by the files beside their users, installed once for each content of those.

# npm_install FOLDER: from its package-lock.json.
npm_install() {
  local stamp=$1/node_modules/.installed wanted
  wanted=$(stamp_of "$1/package.json" "$1/package-lock.json")
  if [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then return; fi
  with_log npm npm --prefix "$1" ci --no-audit --no-fund ||
    die "npm could not install what $1/package-lock.json names" "check the network, then the same command again"
  echo "$wanted" >"$stamp"
}

# python_venv FOLDER REQUIREMENTS
python_venv() {
  local stamp=$1/.installed wanted
  wanted=$(stamp_of "$2")
  if [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then return; fi
  rm -rf "$1"
  python3 -m venv "$1"
  with_log pip "$1/bin/pip" install --quiet --disable-pip-version-check -r "$2" ||
    die "pip could not install what $2 names" "check the network, then the same command again"
  echo "$wanted" >"$stamp"
}
