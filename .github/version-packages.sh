#!/usr/bin/env bash
# Raises the versions by the pending changesets. The lock file holds them, too.
set -euo pipefail
npx changeset version
npm install --package-lock-only --ignore-scripts
