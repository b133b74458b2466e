# The VS Code scenarios; sourced by run.sh.
# shellcheck shell=bash

build=$EDITORS_OUT/vscode
export VSCODE_EXTENSIONS=$build/extensions VSCODE_EXTENSIONS_HOST=$build/extensions-host

# Packs both extensions and installs them once; scenarios copy the installed folders.
prepare_vscode() {
  rm -rf "$build"
  mkdir -p "$build"
  local ours=$build/hf-lsp.vsix host=$build/host-tests.vsix vsce=$REPO/editors/vscode/node_modules/.bin/vsce
  (cd "$REPO/editors/vscode" && npm run --silent package -- --server "$HF_LSP_BIN" --target linux-x64 --out "$ours") || return
  (cd "$EDITORS_TESTS/vscode/host" && "$vsce" package --allow-missing-repository --skip-license --out "$host") || return
  code_server_install "$VSCODE_EXTENSIONS" "$ours" && code_server_install "$VSCODE_EXTENSIONS_HOST" "$ours" "$host"
}

# code_server_install FOLDER VSIX...
code_server_install() {
  local folder=$1 vsix arguments=()
  shift
  for vsix in "$@"; do arguments+=(--install-extension "$vsix"); done
  XDG_CONFIG_HOME=$build/config node "$CODE_SERVER_DIR/node_modules/code-server/out/node/entry.js" \
    --user-data-dir "$build/data" --extensions-dir "$folder" "${arguments[@]}"
}

if prepare_vscode >"$build.log" 2>&1; then
  for file in "$EDITORS_TESTS"/vscode/scenarios/*; do
    name=vscode/$(basename "${file%.*}")
    case $file in
      *.mjs) scenario "$name" 180 "$file" node "$file" ;;
      *.sh) scenario "$name" 120 "$file" bash "$file" ;;
    esac
  done
else
  failures+=("vscode: the extension could not be packed and installed")
  tail -25 "$build.log"
fi
