# The Neovim scenarios; sourced by run.sh.
# shellcheck shell=bash

# Users start the server by its name, so it is on PATH under that name.
mkdir -p "$EDITORS_OUT/bin"
ln -sf "$HF_LSP_BIN" "$EDITORS_OUT/bin/hf-lsp"
export PATH=$EDITORS_OUT/bin:$PATH

for file in "$EDITORS_TESTS"/nvim/scenarios/*; do
  # The fast layer leaves out what needs a terminal, or more than two seconds.
  if [ "$which" = fast ] && sed -n 1,5p "$file" | grep -q '^[-#]* *slow$'; then continue; fi
  name=nvim/$(basename "${file%.*}")
  case $file in
    *.lua)
      # `-c cquit` is reached only when the scenario did not end Neovim itself.
      scenario "$name" 60 "$file" nvim -n -i NONE --clean --headless -u "$EDITORS_TESTS/nvim/init.lua" \
        --cmd "lua package.path = '$EDITORS_TESTS/nvim/?.lua;' .. package.path" -c "luafile $file" -c 'cquit 3'
      ;;
    *.sh) scenario "$name" 60 "$file" bash "$file" ;;
  esac
done
